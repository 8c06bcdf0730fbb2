"""Every page and action of the room against every role."""

import pytest
from django.urls import reverse

from competencies.models import Catalogue, Code
from competencies.services import new_version
from competencies.urls import urlpatterns

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
    ("code_edit", "draft_code"): {"hr"},
    ("code_edit", "code"): set(),
    ("scale_edit", "draft_scale"): {"hr"},
    ("scale_edit", "scale"): set(),
}
ACTIONS = {
    ("publish", "draft"): {"hr"},
    ("discard", "draft"): {"hr"},
    ("discard", "current"): set(),
    ("code_delete", "draft_code"): {"hr"},
    ("code_delete", "code"): set(),
}


@pytest.fixture
def rows(cast, catalogue):
    draft = new_version(by=cast.hr)
    old = Catalogue.objects.create(version=7, title="Old", status="published")
    return {
        "current": catalogue,
        "draft": draft,
        "old": old,
        "code": catalogue.codes.first(),
        "draft_code": draft.codes.first(),
        "scale": catalogue.scales.first(),
        "draft_scale": draft.scales.first(),
    }


def address(route, rows):
    name, *words = route
    return reverse(f"competencies:{name}", args=[rows[word].pk for word in words])


def snapshot():
    return list(Catalogue.objects.order_by("pk").values_list("pk", "status")), Code.objects.count()


def test_every_route_is_in_one_of_the_tables():
    names = {name for name, *_ in [*PAGES, *ACTIONS]}
    assert {pattern.name for pattern in urlpatterns} - {"code_by_key"} == names  # leads on, see test_views


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


@pytest.mark.parametrize("route", ACTIONS, ids="-".join)
def test_a_action_is_done_by_those_who_may_and_by_posting_only(cast, rows, as_, route):
    url, before = address(route, rows), snapshot()
    for role in ALL - ACTIONS[route]:
        assert as_(cast[role]).post(url).status_code == 404
    assert as_(cast.hr).get(url).status_code == 405
    assert snapshot() == before
    for role in ACTIONS[route]:
        assert as_(cast[role]).post(url).status_code == 302
        assert snapshot() != before
