"""One search over everything: what is found is what may be opened, and nothing else tells that it exists."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.ui.search import SOURCES, found
from goals.models import Evidence
from goals.states import GoalStatus
from tests.factories import make_goal, make_user


def labels(user, text):
    return {str(hit.label) for group in found(user, text) for hit in group.hits}


@pytest.fixture
def rows(world):
    cast, things = world
    make_goal(owner=cast.subject, title="Cut rollback time", status=GoalStatus.AGREED)
    Evidence.objects.create(owner=cast.subject, note="Rollback drill in April", happened_on="2026-04-02")
    return cast, things


def test_the_owner_and_the_manager_find_a_goal_and_strangers_do_not(rows):
    cast, _things = rows
    assert "Cut rollback time" in labels(cast.subject, "rollback")
    assert "Cut rollback time" in labels(cast.manager, "ROLLBACK time")
    assert "Cut rollback time" not in labels(cast.stranger, "rollback")


def test_evidence_is_found_by_its_owner_alone(rows):
    cast, _things = rows
    assert "Rollback drill in April" in labels(cast.subject, "drill")
    for other in (cast.manager, cast.hr, cast.peer):
        assert "Rollback drill in April" not in labels(other, "drill")


def test_accounts_are_found_by_hr_alone(rows):
    cast, _things = rows
    urls = {name: {hit.url for group in found(cast[name], "priya") for hit in group.hits} for name in ("hr", "peer")}
    assert f"/people/{cast.subject.pk}/" in urls["hr"]
    assert not any(url.startswith("/people/") for url in urls["peer"])


@pytest.mark.parametrize("name", ["hr", "manager", "subject", "peer", "stranger", "auditor", "it"])
def test_whatever_is_found_opens(rows, as_, name):
    cast, _things = rows
    client, text = as_(cast[name]), ["priya", "re", "tec", "a", ""]
    urls = {hit.url for each in text for group in found(cast[name], each) for hit in group.hits}
    assert urls
    for url in urls:
        assert client.get(url).status_code in (200, 302), url


def test_a_code_is_found_by_its_key(rows):
    cast, _things = rows
    assert any("CI/CD" in label or "pipeline" in label.lower() for label in labels(cast.peer, "TEC-CICD"))


def test_only_the_best_five_of_each_kind_are_shown_in_a_fixed_number_of_queries(rows):
    cast, _things = rows
    make_user("Ada Okafor")
    found(cast.hr, "okafor")  # whom they stand in for is asked once
    counts = []
    for turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            found(cast.hr, "okafor")
        counts.append(len(queries))
        for number in range(30):
            make_user(f"Ada Okafor {turn} {number}")
    assert counts[0] == counts[1] <= 12
    assert max((len(group.hits) for group in found(cast.hr, "okafor")), default=0) == 5


@pytest.mark.parametrize(
    "text", ["\x00", "%", "_" * 5000, "'; drop table", "\ud800".encode("utf-8", "replace").decode()]
)
def test_hostile_words_find_nothing_and_break_nothing(rows, as_, text):
    cast, _things = rows
    assert as_(cast.hr).get("/search/", {"q": text}).status_code in (200, 400)


def test_without_words_pages_and_actions_are_offered(rows):
    cast, _things = rows
    assert {"Home", "Goals", "Add evidence", "New goal"} <= labels(cast.subject, "")
    assert "New cycle" not in labels(cast.subject, "cycle")
    assert "New cycle" in labels(cast.hr, "cycle")


def test_the_palette_gets_the_list_alone(rows, as_):
    cast, _things = rows
    answer = as_(cast.subject).get("/search/", {"q": "rollback"}, headers={"X-Palette": "1"}).content.decode()
    assert "Cut rollback time" in answer
    assert "<html" not in answer


def test_every_source_says_what_it_finds(db):
    assert [str(source.title) for source in SOURCES] == [
        "Reviews", "Cycles", "People", "Goals", "Objectives", "Performance codes", "Evidence",
    ]  # fmt: skip
