"""Every page and action of the room against every role: who gets in; everybody else sees a page that does not exist."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from goals.models import Change, Evidence, Goal, GoalTemplate, Objective
from goals.services import ask_change, load_starter_goals
from goals.urls import urlpatterns
from tests.factories import make_evidence, make_goal, make_user

TODAY = timezone.localdate()
ROLES = ["subject", "manager", "stand_in", "former", "hr", "partner", "peer", "stranger", "auditor", "it"]
ALL = set(ROLES)
SIDES = {"subject", "manager", "stand_in"}
HR = {"hr", "partner"}

# route: (row in its address, who gets the page by GET)
PAGES = {
    "list": (None, ALL),
    "team": (None, {"manager", "stand_in"}),
    "person": ("subject", ALL),
    "new": (None, ALL),
    "create": (None, ALL),
    "from_template": ("template", ALL),
    "carry_over": (None, ALL),
    "detail": ("agreed", SIDES | HR),
    "edit": ("draft", {"subject"}),
    "share": ("agreed", {"subject"}),
    "check_in": ("agreed", SIDES),
    "change": ("agreed", SIDES),
    "objectives": (None, ALL),
    "orphans": (None, ALL),
    "objective_new": (None, {"hr"}),
    "objective": ("objective", ALL),
    "objective_edit": ("objective", {"hr"}),
    "evidence": (None, ALL),
    "evidence_add": (None, ALL),
    "evidence_edit": ("fact", {"subject"}),
}
# route: (row, words after it, who may do it by POST)
ACTIONS = {
    ("delete", "draft", ()): {"subject"},
    ("evidence_delete", "fact", ()): {"subject"},
    ("step", "draft", ("propose",)): {"subject"},
    ("step", "proposed", ("agree",)): {"manager", "stand_in"},
    ("step", "proposed", ("take_back",)): {"subject"},
    ("step", "proposed", ("return_to_owner",)): {"manager", "stand_in"},
    ("step", "agreed", ("reach",)): SIDES,
    ("step", "agreed", ("miss",)): SIDES,
    ("step", "reached", ("reopen",)): {"manager", "stand_in"},
    ("answer_change", "change", ("accept",)): {"manager", "stand_in"},
    ("answer_change", "change", ("decline",)): {"manager", "stand_in"},
    ("answer_change", "change", ("take_back",)): {"subject"},
}


@pytest.fixture
def world(cast, catalogue):
    """The cast with a stand-in, a former manager and an HR partner, and one row of each kind of the subject's."""
    load_starter_goals()
    stand_in, former, partner = make_user("Vera Tretung"), make_user("Fritz Frueher"), make_user("Paula Partner")
    cast.manager.delegations.create(stand_in=stand_in, starts_on=TODAY, ends_on=TODAY)
    make_user("Somebody Else", manager=stand_in)
    former.delegations.create(stand_in=cast.stranger, starts_on=TODAY - timedelta(9), ends_on=TODAY - timedelta(1))
    cast.team.hr_partners.add(partner)
    cast.stand_in, cast.former, cast.partner = stand_in, former, partner
    rows = {
        status: make_goal(owner=cast.subject, status=status) for status in ("draft", "proposed", "agreed", "reached")
    }
    changing = make_goal(owner=cast.subject, status="agreed")
    rows["change"] = ask_change(changing, by=cast.subject, note="Later", due_on=TODAY + timedelta(120))
    rows["fact"] = make_evidence(cast.subject)
    rows["template"] = GoalTemplate.objects.first()
    rows["objective"] = Objective.objects.first()
    rows["subject"] = cast.subject
    return cast, rows


def address(name, row=None, words=()):
    return reverse(f"goals:{name}", args=[*([row.pk] if row else []), *words])


def test_every_route_is_in_one_of_the_tables():
    assert {pattern.name for pattern in urlpatterns} == set(PAGES) | {name for name, _, _ in ACTIONS}


def test_nobody_gets_in_without_signing_in(world, client):
    _, rows = world
    for name, (row, _) in PAGES.items():
        answer = client.get(address(name, rows.get(row)))
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.url


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_its_readers_and_does_not_exist_for_others(world, as_, name):
    cast, rows = world
    row, readers = PAGES[name]
    answers = {role: as_(cast[role]).get(address(name, rows.get(row))).status_code for role in ROLES}
    assert {role for role, status in answers.items() if status == 200} == readers
    assert {answers[role] for role in ALL - readers} <= {404}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: "-".join([action[0], action[1], *action[2]]))
def test_a_action_is_done_by_those_who_may_and_does_not_exist_for_others(world, as_, action):
    cast, rows = world
    name, row, words = action
    url, doers = address(name, rows[row], words), ACTIONS[action]
    before = snapshot()
    for role in ALL - doers:
        assert as_(cast[role]).post(url, {"reason": "Because"}).status_code == 404
    assert snapshot() == before
    assert as_(cast[sorted(doers)[0]]).post(url, {"reason": "Because"}).status_code == 302
    assert snapshot() != before


def snapshot():
    """Everything an action could change."""
    goals = list(Goal.objects.order_by("pk").values_list("pk", "status"))
    return goals, list(Change.objects.values_list("status", flat=True)), Evidence.objects.count()


@pytest.mark.parametrize("name", [name for name, (row, _) in PAGES.items() if row] + ["delete", "evidence_delete"])
def test_unknown_ids_and_foreign_ids_are_the_same_page(world, as_, name):
    cast, _ = world
    unknown = reverse(f"goals:{name}", args=["00000000-0000-4000-8000-000000000000"])
    assert as_(cast.subject).post(unknown).status_code == 404


@pytest.mark.parametrize("verb", ["delete", "become_king", "withdraw", "save", "__init__"])
def test_words_that_are_no_moves_do_nothing(world, as_, verb):
    cast, rows = world
    before = snapshot()
    assert as_(cast.subject).post(address("step", rows["agreed"], [verb])).status_code == 404
    assert as_(cast.manager).post(address("answer_change", rows["change"], [verb])).status_code == 404
    assert snapshot() == before


def test_actions_are_never_done_by_opening_a_page(world, as_):
    cast, rows = world
    before = snapshot()
    for name, row, words in ACTIONS:
        as_(cast.subject).get(address(name, rows[row], words))
        as_(cast.manager).head(address(name, rows[row], words))
    assert snapshot() == before
