from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.workflow.moves import MoveRefused, perform
from goals.measures import in_words
from goals.models import Goal, Objective
from goals.services import ask_change
from tests.factories import make_evidence, make_goal

TODAY = timezone.localdate()


def refused(**fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_goal(**fields)
    return True


def test_impossible_goals_cannot_be_stored(cast):
    assert refused(owner=cast.subject, due_on=TODAY - timedelta(1))
    assert refused(owner=cast.subject, weight=101)
    assert refused(owner=cast.subject, agreed_at=timezone.now())


def test_a_status_is_never_assigned(cast):
    goal = make_goal(owner=cast.subject)
    with pytest.raises(AttributeError):
        goal.status = "agreed"


def test_a_goal_has_one_open_change_at_a_time_in_the_database_too(cast):
    goal = make_goal(owner=cast.subject, status="agreed")
    ask_change(goal, by=cast.subject, note="One", target=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        goal.changes.create(asked_by=cast.manager, note="Two", target=3)


def test_a_change_without_content_cannot_be_stored(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_goal(owner=cast.subject, status="agreed").changes.create(asked_by=cast.manager, note="Nothing")


def test_a_proposal_with_a_deadline_that_has_passed_is_not_agreed(cast):
    goal = make_goal(owner=cast.subject, status="proposed", starts_on=TODAY - timedelta(9), due_on=TODAY - timedelta(1))
    with pytest.raises(MoveRefused, match="deadline in the past"):
        perform(goal, "agree", by=cast.manager)


def test_agreeing_notes_who_and_when_and_reopening_clears_the_end(cast):
    goal = perform(make_goal(owner=cast.subject, status="proposed"), "agree", by=cast.manager)
    assert (goal.agreed_by, goal.agreed_at.date()) == (cast.manager, timezone.now().date())
    goal = perform(goal, "reach", by=cast.subject)
    assert goal.closed_at
    goal = perform(goal, "reopen", by=cast.manager)
    assert (goal.closed_at, goal.status) == (None, "agreed")


def test_the_badge_says_how_a_goal_stands(cast):
    assert make_goal(owner=cast.subject).state_label == "Draft"
    assert make_goal(owner=cast.subject, status="agreed").state_label == "Agreed"
    assert make_goal(owner=cast.subject, status="agreed", confidence="at_risk").state_label == "At risk"
    assert make_goal(owner=cast.subject, status="agreed", current=10).state_label == "Target met"


@pytest.mark.parametrize(
    ("value", "kind", "unit", "words"),
    [
        ("45.0000", "percent", "%", "45 %"),
        ("0.1200", "money", "EUR", "EUR 0.12"),
        ("1500", "number", "ms", "1,500 ms"),
        ("3", "number", "", "3"),
        ("1", "yes_no", "", "done"),
        ("0", "yes_no", "", "not done"),
    ],
)
def test_values_read_as_a_person_would_write_them(value, kind, unit, words):
    assert in_words(Decimal(value), kind, unit) == words
    assert in_words(None, kind, unit) == "–"


def test_links_of_evidence_lead_to_the_web(cast):
    fact = make_evidence(cast.subject, link="javascript:alert(1)")
    with pytest.raises(ValidationError, match="http"):
        fact.full_clean()


def test_an_objective_knows_its_branch(cast):
    top = Objective.objects.create(key="a", title="A", target=Decimal("99.9"), unit="%")
    below = Objective.objects.create(key="b", title="B", parent=top)
    leaf = Objective.objects.create(key="c", title="C", parent=below)
    Objective.objects.create(key="d", title="D")
    assert top.branch_ids() == {top.pk, below.pk, leaf.pk}
    assert top.target_text == "99.9 %"
    assert Goal.objects.count() == 0
