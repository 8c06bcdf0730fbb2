"""A state machine against `perform`: whatever two people and a stranger try, the rules of agreement hold."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.audit.models import Event
from foundation.workflow.moves import MoveRefused, perform
from goals import services
from goals.models import Change, Goal

PEOPLE = ["subject", "manager", "peer", "hr"]
STEPS = ["propose", "agree", "return_to_owner", "take_back", "reach", "miss", "reopen", "withdraw"]
CHANGES = ["ask", "accept", "decline", "take_back"]
OPEN_FROM = {
    "propose": {"draft"},
    "agree": {"proposed"},
    "return_to_owner": {"proposed"},
    "take_back": {"proposed"},
    "reach": {"agreed"},
    "miss": {"agreed"},
    "withdraw": {"agreed"},
    "reopen": {"reached", "missed"},
}
actions = st.tuples(st.sampled_from(PEOPLE), st.sampled_from([*STEPS, "check_in"] + [f"change:{c}" for c in CHANGES]))


def attempt(goal, person, action):
    """Whether the action was done."""
    change = Change.objects.filter(goal=goal).order_by("asked_at").last()
    try:
        if action == "check_in":
            services.check_in(goal, by=person, value=5)
        elif action == "change:ask":
            services.ask_change(goal, by=person, note="Other figures", target=7)
        elif action.startswith("change:"):
            return bool(change and services.answer_change(change, action.removeprefix("change:"), by=person))
        else:
            perform(goal, action, by=person)
    except (MoveRefused, PermissionDenied):
        return False
    return True


def expect_rules(before, after, name, action, asked_by):
    """What must hold after an action that was done."""
    assert name in ("subject", "manager")
    if action in OPEN_FROM:
        assert before.status in OPEN_FROM[action]
    if action == "agree":
        assert after.agreed_by_id != before.proposed_by_id
    if action == "change:accept":
        assert asked_by != after_person(name, after)
        assert after.target == 7
    elif after.status == before.status == "agreed":
        assert after.target == before.target
    if action == "reopen":
        assert name == "manager"


def after_person(name, goal):
    return goal.owner_id if name == "subject" else goal.owner.manager_id


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(actions, max_size=14))
def test_no_order_of_actions_breaks_the_agreement(cast, attempts):
    with transaction.atomic():
        due_on = timezone.localdate() + timedelta(90)
        goal = Goal.objects.create(owner=cast.subject, title="Goal", target=10, due_on=due_on)
        for name, action in attempts:
            before, events = Goal.objects.get(pk=goal.pk), Event.objects.count()
            asked_by = Change.objects.filter(goal=goal, status="open").values_list("asked_by", flat=True).first()
            is_done = attempt(goal, cast[name], action)
            after = Goal.objects.select_related("owner").get(pk=goal.pk)
            if is_done:
                expect_rules(before, after, name, action, asked_by)
                assert Event.objects.count() > events
            else:
                assert (after.status, after.target, Event.objects.count()) == (before.status, before.target, events)
            assert after.agreed_at or after.status in ("draft", "proposed", "withdrawn")
        transaction.set_rollback(True)


@pytest.mark.parametrize("verb", [step for step in STEPS if step != "withdraw"])
def test_each_step_is_open_from_its_own_statuses_only(cast, verb):
    for status in ("draft", "proposed", "agreed", "reached", "missed", "withdrawn"):
        fields = {"proposed_by": cast.subject} if status == "proposed" else {}
        fields |= {"agreed_by": cast.manager, "agreed_at": timezone.now()} if status in ("reached", "missed") else {}
        due_on = timezone.localdate() + timedelta(9)
        goal = Goal.objects.create(owner=cast.subject, title=verb, due_on=due_on, status=status, **fields)
        done = attempt(goal, cast.subject, verb) or attempt(goal, cast.manager, verb)
        assert done == (status in OPEN_FROM[verb])


def test_no_side_drops_a_goal_alone(cast):
    due_on = timezone.localdate() + timedelta(9)
    goal = Goal.objects.create(owner=cast.subject, title="Drop", due_on=due_on, status="agreed")
    assert not attempt(goal, cast.manager, "withdraw")
    assert not attempt(goal, cast.subject, "withdraw")
