"""How many queries each page asks of the database: the same number for 1 and for 30 rows, and at most 15.

The pages are those of the access table, each opened by the subject, the manager and HR where they may, else by the
first who may; twice, as what is kept per process is there the second time.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access_table import ROLES, ROWS, STATUSES
from tests.factories import make_user
from tests.world import address, by_role, crowd

MOST = 15
MAIN = ("subject", "manager", "hr")


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


def asked(client, cast, rows, status) -> dict[str, int]:
    """Queries of each page's second visit, by its name and role."""
    found = {}
    for name, role, url in pages(rows, status):
        client.force_login(cast[role])
        first = client.get(url)
        if is_page(first):
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            found[f"{name} as {role}"] = len(queries)
        list(first.streaming_content if first.streaming else ())  # read to its end, a file is closed
    return found


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_asks_the_same_number_of_queries_with_1_row_and_with_30(world, client, status):
    cast, rows = world
    rows = by_role(cast, rows, status)
    people = [make_user(team=cast.team, manager=cast.manager) for _ in range(30)]
    crowd(cast, people[:1])
    few = asked(client, cast, rows, status)
    crowd(cast, people[1:], start=1)
    many = asked(client, cast, rows, status)
    assert few
    assert many == few
    assert {page: number for page, number in few.items() if number > MOST} == {}
