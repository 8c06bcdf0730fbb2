"""Long lists by place: every row is met once in each direction, and nothing a visitor types breaks the page."""

import json

import pytest

from foundation.ui.paging import slice_of
from people.models import User
from tests.factories import make_user

KEYS = ("name", "pk")


@pytest.fixture
def seven(db):
    """Seven people, of whom three have the same name."""
    for number, name in enumerate(["Ada", "Bo", "Bo", "Bo", "Cy", "Di", "Eve"]):
        make_user(name, email=f"{number}@example.org")
    return list(User.objects.order_by(*KEYS))


def walk(way, start, **options):
    pages, page = [], start
    while page is not None:
        pages.append([each.pk for each in page])
        place = getattr(page, "next" if way == "after" else "previous")
        page = slice_of(User.objects.all(), KEYS, {way: place}, 2, **options) if place else None
    return pages


def test_forwards_and_back_every_row_is_met_once_in_order(seven):
    ids = [each.pk for each in seven]
    forwards = walk("after", slice_of(User.objects.all(), KEYS, {}, 2))
    assert forwards == [ids[:2], ids[2:4], ids[4:6], ids[6:]]
    last = slice_of(User.objects.all(), KEYS, {"before": json.dumps(["z", str(ids[0])])}, 2)
    assert [pk for page in reversed(walk("before", last)) for pk in page] == ids


def test_the_newest_may_come_first(seven):
    ids = [each.pk for each in reversed(seven)]
    pages = walk("after", slice_of(User.objects.all(), KEYS, {}, 2, newest_first=True), newest_first=True)
    assert [pk for page in pages for pk in page] == ids


def test_the_first_page_has_nothing_before_it_and_the_only_one_no_neighbours(seven):
    page = slice_of(User.objects.all(), KEYS, {}, 2)
    assert not page.previous
    assert page.next
    only = slice_of(User.objects.all(), KEYS, {}, 7)
    assert (only.previous, only.next) == ("", "")


@pytest.mark.parametrize("place", ["", "x", "[]", "[1]", '["a", "not an id"]', '["a\\u0000", 1]', "{}", "[null, null]"])
def test_a_place_nobody_was_sent_to_is_the_first_page(seven, place):
    page = slice_of(User.objects.all(), KEYS, {"after": place}, 2)
    assert list(page) == seven[:2]


def test_no_rows_are_a_page_too(db):
    page = slice_of(User.objects.all(), KEYS, {}, 2)
    assert (len(page), page.previous, page.next) == (0, "", "")


@pytest.mark.parametrize("size", [1, 3, 30])
def test_a_page_is_one_query_at_any_length(db, size, django_assert_num_queries):
    for _ in range(size):
        make_user()
    with django_assert_num_queries(1):
        slice_of(User.objects.all(), KEYS, {}, 10)
