"""Every page and action of the room against every role."""

import pytest
from django.urls import reverse

from competencies.models import Catalogue
from competencies.services import new_version
from competencies.urls import urlpatterns
from foundation.audit.models import Event

ROLES = ["hr", "manager", "subject", "peer", "stranger", "auditor", "it"]
ALL = set(ROLES)
# (route, rows in its address): who gets the page
PAGES = {
    ("catalogue",): ALL,
    ("versions",): ALL,
    ("matrix",): ALL,
    ("scales_in_use",): ALL,
    ("matrix_of", "current"): ALL,
    ("matrix_of", "draft"): {"hr"},
    ("new_version",): {"hr"},
    ("import",): {"hr"},
    ("export", "current"): {"hr"},
    ("export", "draft"): {"hr"},
    ("detail", "current"): ALL,
    ("detail", "draft"): {"hr"},
    ("differences", "current", "old"): ALL,
    ("differences", "draft", "current"): {"hr"},
    ("differences", "current", "draft"): {"hr"},
    ("scales", "current"): ALL,
    ("scales", "draft"): {"hr"},
    ("code", "code"): ALL,
    ("code", "draft_code"): {"hr"},
    ("code_new", "draft"): {"hr"},
    ("code_new", "current"): set(),
    ("edit", "draft"): {"hr"},
    ("edit", "current"): set(),
    ("publish", "current"): set(),
    ("discard", "current"): set(),
    ("code_retire", "code"): set(),
    ("point_new", "draft_scale"): {"hr"},
    ("point_new", "scale"): set(),
    ("code_edit", "draft_code"): {"hr"},
    ("code_edit", "code"): set(),
    ("scale_edit", "draft_scale"): {"hr"},
    ("scale_edit", "scale"): set(),
}
# Pages that ask first, and are posted to themselves.
ASKED = {
    ("discard", "draft"): {"hr"},
    ("publish", "draft"): {"hr"},
    ("code_retire", "draft_code"): {"hr"},
}
ACTIONS = {
    ("code_bring_back", "draft", "code"): {"hr"},
    ("code_bring_back", "current", "code"): set(),
    ("code_bring_back", "draft", "draft_code"): set(),
    ("scale_bring_back", "draft_scale"): {"hr"},
    ("scale_bring_back", "scale"): set(),
    ("point_remove", "draft_point"): {"hr"},
    ("point_remove", "point"): set(),
}


@pytest.fixture
def rows(cast, catalogue):
    draft = new_version(by=cast.hr, note="Second edition")
    old = Catalogue.objects.create(version=0, title="Old", status="published")
    return {
        "current": catalogue,
        "draft": draft,
        "old": old,
        "code": catalogue.codes.first(),
        "draft_code": draft.codes.first(),
        "scale": catalogue.scales.get(key="frequency_5"),
        "draft_scale": draft.scales.get(key="frequency_5"),
        "point": catalogue.scales.get(key="frequency_5").points.first(),
        "draft_point": draft.scales.get(key="frequency_5").points.first(),
    }


def address(route, rows):
    name, *words = route
    return reverse(f"competencies:{name}", args=[rows[word].pk for word in words])


def done() -> int:
    """How many events tell of something that was done."""
    return Event.objects.exclude(verb="user.access_refused").count()


def test_every_route_is_in_one_of_the_tables():
    names = {name for name, *_ in [*PAGES, *ACTIONS, *ASKED]}
    elsewhere = {"code_by_key", "code_move", "pack_add"}  # test_browsing.py, test_drafts.py, test_packs.py
    assert {pattern.name for pattern in urlpatterns} - elsewhere == names


@pytest.mark.parametrize("route", PAGES, ids="-".join)
def test_a_page_opens_for_its_readers_and_does_not_exist_for_others(cast, rows, as_, route):
    url = address(route, rows)
    answers = {role: as_(cast[role]).get(url).status_code for role in ROLES}
    assert {role for role, status in answers.items() if status == 200} == PAGES[route]
    assert {answers[role] for role in ALL - PAGES[route]} <= {404}


def test_nobody_gets_in_without_signing_in(rows, client):
    for route in PAGES:
        answer = client.get(address(route, rows))
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.url


@pytest.mark.parametrize("route", [*ACTIONS, *ASKED], ids="-".join)
def test_an_action_is_done_by_those_who_may_and_by_posting_only(cast, rows, as_, route):
    url, before, who = address(route, rows), done(), (ACTIONS | ASKED)[route]
    for role in ALL - who:
        assert as_(cast[role]).post(url).status_code == 404
    assert as_(cast.hr).get(url).status_code == (200 if route in ASKED else 405)
    assert done() == before
    for role in who:
        assert as_(cast[role]).post(url).status_code == 302
        assert done() == before + 1 + (route[0] == "publish")  # and what is new
