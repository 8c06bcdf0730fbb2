"""Speed that can be judged without a clock: how many questions a page asks, and that none reads a large table whole.

`make bench` holds the clock. Here each page is opened at two sizes of the organisation under one literal number of
queries, and the database is asked how it would answer each of them on large tables.
"""

import re

import pytest
from django.db import connection

from people.models import User
from reviews.models import Review
from reviews.services.cycles import launch
from tests.factories import make_cycle, make_goal, make_user

MOST = 15  # queries of any page
# Tables that grow with the organisation; the others hold the catalogue, the cycles and the like.
LARGE = (
    "people_user", "goals_goal", "goals_checkin", "goals_evidence", "feedback_round", "feedback_request",
    "feedback_answer", "feedback_release", "feedback_draft", "reviews_review", "reviews_selfassessment",
    "reviews_evaluation", "reviews_summary", "reviews_rating", "reviews_actionitem", "activity_event",
    "activity_notice",
)  # fmt: skip
# (who, address): queries. The address may name the open cycle, the own review, the review of a report.
PAGES = {
    ("subject", "/"): 10,
    ("manager", "/"): 10,
    ("hr", "/"): 11,
    ("subject", "/reviews/{own}/"): 11,
    ("subject", "/reviews/{own}/self-assessment/"): 10,
    ("manager", "/reviews/{own}/"): 10,
    ("manager", "/reviews/{desk}/evaluation/"): 9,
    ("manager", "/team/"): 5,
    ("manager", "/goals/team/"): 6,
    ("subject", "/goals/"): 5,
    ("subject", "/goals/objectives/"): 6,
    ("subject", "/catalogue/"): 8,
    ("subject", "/feedback/"): 8,
    ("hr", "/cycles/"): 4,
    ("hr", "/cycles/{cycle}/"): 9,
    ("hr", "/cycles/{cycle}/?status=late"): 7,
    ("hr", "/feedback/board/"): 4,
    ("hr", "/people/"): 3,
    ("auditor", "/activity/log/"): 3,
}


@pytest.fixture(params=[3, 12])
def world(request, cast, catalogue):
    """The cast, with as many colleagues in the subject's team, a launched cycle, and goals for everybody."""
    for _ in range(request.param):
        make_user(team=cast.team, manager=cast.manager)
    cast.cycle = make_cycle(cast.hr)
    reviews = {review.subject_id: review for review in launch(cast.cycle, by=cast.hr)}
    for user in User.objects.filter(manager=cast.manager):
        make_goal(owner=user, status="agreed")
    desk = reviews[cast.peer.pk]
    Review.objects.filter(pk=desk.pk).update(**{"status": "manager_evaluation"})
    cast.words = {"cycle": cast.cycle.pk, "own": reviews[cast.subject.pk].pk, "desk": desk.pk}
    return cast


@pytest.fixture
def opened(world, as_):
    """Open an address as somebody of the cast, twice: what is kept per process is there the second time."""

    def open_page(who, address):
        client = as_(world[who])
        page = client.get(address.format(**world.words))
        assert page.status_code == 200, address
        return lambda: client.get(address.format(**world.words))

    return open_page


def test_no_page_is_allowed_more_than_fifteen_queries():
    assert max(PAGES.values()) <= MOST


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_asks_the_same_number_of_questions_at_both_sizes(opened, who, address, django_assert_num_queries):
    again = opened(who, address)
    with django_assert_num_queries(PAGES[who, address]):
        again()


# --- how the database would answer on large tables -----------------------------------------------------------------
class Statements:
    """Remembers what a page asks of the database."""

    def __init__(self):
        self.asked = []

    def __call__(self, execute, sql, params, many, context):
        self.asked.append((sql, params))
        return execute(sql, params, many, context)


def whole_reads(sql, params) -> list[str]:
    """The large tables that this statement would read from one end to the other.

    PostgreSQL is asked to avoid it where an index could serve, as it does by itself on large tables.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
            pattern = r"Seq Scan on (\w+)"
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            pattern = r"^SCAN (\w+)(?! USING)$"
        lines = [str(row[-1]).strip() for row in cursor.fetchall()]
    found = [match[1] for line in lines for match in re.finditer(pattern, line)]
    return [table for table in found if table in LARGE]


def test_reading_a_table_whole_is_seen(cast):
    assert whole_reads("SELECT * FROM people_user WHERE job_title = %s", ["x"]) == ["people_user"]
    assert whole_reads("SELECT * FROM people_user WHERE email = %s", ["x"]) == []


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_no_page_reads_a_large_table_whole(opened, who, address):
    again, statements = opened(who, address), Statements()
    with connection.execute_wrapper(statements):
        again()
    selects = [each for each in statements.asked if each[0].startswith("SELECT")]
    assert selects
    assert {sql[:200]: read for sql, params in selects if (read := whole_reads(sql, params))} == {}
