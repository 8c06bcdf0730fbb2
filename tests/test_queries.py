"""How many questions each page asks of the database: one literal number, the same for few rows and for many.

The pages are those of the access table, each opened by the subject, the manager and HR where they may, else by the
first who may; twice, as what is kept per process is there the second time.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.services import load_starter_goals
from tests.access_table import ROLES, ROWS, STATUSES
from tests.factories import make_user
from tests.world import address, by_role, crowd, surrounded, things

MOST = 15
MAIN = ("subject", "manager", "hr")
# By status of the review: page: {role: queries}.
QUERIES: dict[str, dict[str, dict[str, int]]] = {
    "calibration": {
        "reviews:group": {"manager": 5, "hr": 5},
        "reviews:group_change": {"hr": 7},
    },
    "cancelled": {
        "reviews:review": {"subject": 6, "manager": 7, "hr": 8},
    },
    "delivered": {
        "reviews:rebuttal": {"subject": 4},
        "reviews:summary_pdf": {"subject": 13, "manager": 14, "hr": 15},
        "reviews:review": {"subject": 12, "manager": 14, "hr": 15},
        "reviews:move": {"subject": 4, "hr": 5},
        "feedback:results_csv": {"subject": 5, "manager": 6, "hr": 8},
    },
    "delivery": {
        "reviews:summary": {"manager": 6},
        "reviews:action_new": {"manager": 7},
        "reviews:action_edit": {"manager": 8},
        "reviews:move": {"manager": 6},
    },
    "manager_evaluation": {
        "feedback:results": {"subject": 3, "manager": 6, "hr": 8},
        "feedback:results_csv": {"manager": 6, "hr": 8},
        "feedback:hide": {"hr": 7},
        "reviews:evaluation": {"manager": 11},
        "reviews:overall": {"manager": 7},
    },
    "peer_review": {
        "account_logout": {"peer": 2},
        "account_inactive": {"peer": 2},
        "account_reset_password": {"peer": 2},
        "account_reset_password_done": {"peer": 2},
        "account_reset_password_from_key": {"peer": 2},
        "account_reset_password_from_key_done": {"peer": 2},
        "feedback:thanks": {"peer": 2},
        "feedback:declined": {"peer": 2},
        "feedback:request": {"peer": 5},
        "feedback:step": {"peer": 3},
        "feedback:check": {"peer": 3},
        "feedback:decline": {"peer": 3},
        "feedback:remove": {"manager": 4, "hr": 4},
        "feedback:address": {"hr": 3},
        "feedback:replace": {"hr": 8},
        "reviews:move": {"manager": 4, "hr": 5},
    },
    "self_assessment": {
        "account_set_password": {"subject": 2, "manager": 2, "hr": 2},
        "mfa_index": {"subject": 4, "manager": 4, "hr": 4},
        "mfa_activate_totp": {"subject": 10, "manager": 10, "hr": 10},
        "mfa_generate_recovery_codes": {"subject": 6, "manager": 6, "hr": 6},
        "usersessions_list": {"subject": 3, "manager": 3, "hr": 3},
        "people:list": {"hr": 3},
        "people:new": {"hr": 5},
        "people:import": {"hr": 2},
        "people:profile": {"subject": 5, "manager": 5, "hr": 3},
        "people:person": {"hr": 7},
        "people:roles": {"it": 3},
        "people:delegation_new": {"manager": 4, "hr": 4},
        "activity:log": {"auditor": 3},
        "activity:job": {"hr": 3},
        "competencies:catalogue": {"subject": 8, "manager": 8, "hr": 8},
        "competencies:versions": {"subject": 3, "manager": 3, "hr": 3},
        "competencies:new_version": {"hr": 3},
        "competencies:detail": {"hr": 8, "subject": 8, "manager": 8},
        "competencies:differences": {"hr": 12},
        "competencies:code_new": {"hr": 5},
        "competencies:scales": {"hr": 5},
        "competencies:code": {"hr": 6},
        "competencies:code_edit": {"hr": 9},
        "competencies:scale_edit": {"hr": 5},
        "goals:list": {"subject": 6, "manager": 6, "hr": 5},
        "goals:team": {"subject": 5, "manager": 6},
        "goals:person": {"subject": 5, "manager": 5, "hr": 5},
        "goals:new": {"subject": 3, "manager": 3, "hr": 3},
        "goals:create": {"subject": 5, "manager": 5, "hr": 5},
        "goals:from_template": {"subject": 4, "manager": 4, "hr": 4},
        "goals:carry_over": {"subject": 3, "manager": 3, "hr": 3},
        "goals:detail": {"subject": 10, "manager": 10, "hr": 9},
        "goals:edit": {"subject": 6},
        "goals:share": {"subject": 6},
        "goals:check_in": {"subject": 5, "manager": 5},
        "goals:change": {"subject": 5, "manager": 5},
        "goals:objectives": {"subject": 6, "manager": 6, "hr": 8},
        "goals:orphans": {"subject": 4, "manager": 4, "hr": 4},
        "goals:objective_new": {"hr": 4},
        "goals:objective": {"subject": 5, "manager": 5, "hr": 5},
        "goals:objective_edit": {"hr": 5},
        "goals:evidence": {"subject": 8, "manager": 5, "hr": 5},
        "goals:evidence_add": {"subject": 6, "manager": 6, "hr": 6},
        "goals:evidence_edit": {"subject": 7},
        "feedback:list": {"subject": 8, "manager": 8, "hr": 8},
        "feedback:older": {"subject": 3, "manager": 3, "hr": 3},
        "feedback:round": {"subject": 5, "manager": 11, "hr": 12},
        "feedback:return_list": {"manager": 3, "hr": 4},
        "feedback:board": {"hr": 4},
        "feedback:praise": {"subject": 3, "manager": 3, "hr": 3},
        "feedback:praise_detail": {"subject": 3},
        "feedback:ask": {"subject": 3, "manager": 3, "hr": 3},
        "feedback:ask_detail": {"subject": 3},
        "reviews:home": {"subject": 9, "manager": 9, "hr": 11},
        "reviews:team": {"subject": 4, "manager": 5, "hr": 4},
        "reviews:verify": {"subject": 2, "manager": 2, "hr": 2},
        "reviews:cycles": {"hr": 6},
        "reviews:cycle_new": {"hr": 7},
        "reviews:cycle": {"hr": 8},
        "reviews:cycle_edit": {"hr": 8},
        "reviews:cycle_stages": {"hr": 4},
        "reviews:cycle_promise": {"hr": 4},
        "reviews:cycle_population": {"hr": 8},
        "reviews:cycle_move": {"hr": 4},
        "reviews:group_new": {"hr": 7},
        "reviews:review": {"subject": 8, "manager": 10, "hr": 8},
        "reviews:move": {"hr": 5},
        "reviews:extend": {"hr": 5},
        "reviews:change_manager": {"hr": 6},
        "reviews:self_assessment": {"subject": 9},
    },
}


@pytest.fixture(params=[1, 7], ids=["few", "many"])
def world(request, cast, catalogue):
    """The organisation of the access table, and the people of a crowd to come."""
    load_starter_goals()
    people = [make_user(team=cast.team, manager=cast.manager) for _ in range(request.param)]
    surrounded(cast)
    return cast, things(cast, catalogue), people


def pages(rows, status):
    """(name, role, address) of the pages that are opened at this status."""
    for name, row in ROWS:
        if row.kind in ("page", "form") and row.status == status:
            first = [each for each in ROLES if each in row.who][:1]
            for role in [each for each in MAIN if each in row.who] or first:
                yield name, role, address(name, row, rows[role])
        elif row.kind == "open" and "peer" in row.who and row.status == status:
            yield name, "peer", address(name, row, rows["peer"])


def is_page(answer) -> bool:
    return answer.status_code == 200 and not answer.streaming and "json" not in answer["Content-Type"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_asks_the_same_number_of_questions_with_few_rows_and_with_many(world, client, status):
    cast, rows, people = world
    rows, found = by_role(cast, rows, status), {}
    crowd(cast, people)
    for name, role, url in pages(rows, status):
        client.force_login(cast[role])
        first = client.get(url)
        if is_page(first):
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            found.setdefault(name, {})[role] = len(asked)
        list(first.streaming_content if first.streaming else ())  # read to its end, a file is closed
    assert found == QUERIES[status]


def test_no_page_is_allowed_more_than_fifteen_queries():
    assert max(number for at in QUERIES.values() for by in at.values() for number in by.values()) <= MOST
