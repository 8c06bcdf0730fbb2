import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from foundation.audit.models import Event
from foundation.workflow.moves import MoveRefused, perform
from goals import services
from goals.models import Goal, GoalTemplate, Objective
from tests.factories import make_goal, make_user

TODAY = timezone.localdate


@pytest.fixture
def starter(catalogue):
    services.load_starter_goals()


def test_the_starter_content_becomes_objectives_and_templates(starter):
    assert Objective.objects.count() == 8
    assert GoalTemplate.objects.count() == 37
    cost = GoalTemplate.objects.get(key="cost-per-prediction")
    assert (cost.kind, cost.unit, cost.objective.key) == ("money", "EUR", "cost_efficiency")


def test_loading_the_starter_content_twice_changes_nothing(starter):
    Objective.objects.filter(key="partnership").update(title="Our own words")
    services.load_starter_goals()
    assert Objective.objects.count() == 8
    assert Objective.objects.get(key="partnership").title == "Our own words"


def test_a_manager_assigns_one_template_to_many_and_each_owner_is_asked(cast, starter):
    template = GoalTemplate.objects.get(key="auto-toil-share")
    made = services.from_template(template, [cast.subject, cast.peer], by=cast.manager, target=25, weight=30)
    assert {goal.owner for goal in made} == {cast.subject, cast.peer}
    assert {goal.status for goal in made} == {"proposed"}
    assert made[0].statement.startswith("Bring the share of Model serving's time")
    assert "from 45 % to 25 % by" in made[0].statement
    assert [code.key for code in made[0].codes.all()] == ["OPS-TOIL"]
    assert set(Goal.objects.awaiting(cast.subject)) == {made[0]}
    assert not Goal.objects.awaiting(cast.manager).exists()


def test_a_template_for_oneself_is_a_draft_and_unknown_words_stay_to_be_filled(cast, starter):
    template = GoalTemplate.objects.get(key="deploy-frequency")
    (goal,) = services.from_template(template, [cast.subject], by=cast.subject)
    assert goal.status == "draft"
    assert "{{ service }}" in goal.statement
    (other,) = services.from_template(template, [cast.subject], by=cast.subject, service="ranking-api")
    assert "ranking-api" in other.statement


def test_nobody_writes_goals_for_people_they_do_not_lead(cast, starter):
    template = GoalTemplate.objects.first()
    with pytest.raises(PermissionDenied):
        services.from_template(template, [cast.stranger], by=cast.manager)
    assert not Goal.objects.exists()


def test_a_second_click_makes_no_second_goal(cast, starter):
    template, key = GoalTemplate.objects.first(), uuid.uuid4()
    first = services.from_template(template, [cast.subject, cast.peer], by=cast.manager, key=key)
    assert services.from_template(template, [cast.subject, cast.peer], by=cast.manager, key=key) == first
    assert Goal.objects.filter(template=template).count() == 2


def test_carrying_over_starts_where_the_goal_stands_and_happens_once(cast):
    goal = make_goal(owner=cast.subject, baseline=10, target=100, status="agreed")
    services.check_in(goal, by=cast.subject, value=60)
    goal = Goal.objects.get(pk=goal.pk)
    start = goal.due_on + timedelta(days=1)
    period = {"start": start, "end": start + timedelta(days=180)}
    (copy,) = services.carry_over([goal], by=cast.subject, **period)
    assert (copy.baseline, copy.target, copy.status, copy.carried_from) == (60, 100, "draft", goal)
    assert services.carry_over([goal], by=cast.subject, **period) == [copy]
    with pytest.raises(PermissionDenied):
        services.carry_over([goal], by=cast.peer, **period)


def test_a_check_in_moves_the_goal_to_its_newest_value(cast):
    goal = make_goal(owner=cast.subject, baseline=0, target=10, status="agreed")
    services.check_in(goal, by=cast.subject, value=5, confidence="at_risk")
    services.check_in(goal, by=cast.manager, value=2, at=timezone.now() - timedelta(days=30))
    services.check_in(goal, by=cast.subject, comment="Waiting for hardware.", confidence="behind")
    goal = Goal.objects.get(pk=goal.pk)
    assert (goal.current, goal.progress, goal.confidence) == (5, 50, "behind")


def test_the_same_check_in_form_counts_once(cast):
    goal, key = make_goal(owner=cast.subject, status="agreed"), uuid.uuid4()
    first = services.check_in(goal, by=cast.subject, value=1, key=key)
    assert services.check_in(goal, by=cast.subject, value=1, key=key) == first
    assert Event.objects.filter(verb="goal.checked_in").count() == 1


def test_only_the_two_sides_of_an_agreed_goal_check_in(cast):
    goal = make_goal(owner=cast.subject, status="agreed")
    for person in (cast.peer, cast.hr, cast.stranger):
        with pytest.raises(PermissionDenied):
            services.check_in(goal, by=person, value=1)
    with pytest.raises(MoveRefused, match="agreed goals only"):
        services.check_in(make_goal(owner=cast.subject), by=cast.subject, value=1)


def test_an_agreed_goal_changes_when_the_other_side_accepts(cast):
    goal = make_goal(owner=cast.subject, target=10, status="agreed")
    later = goal.due_on + timedelta(days=30)
    change = services.ask_change(goal, by=cast.subject, note="The hardware is late.", target=8, due_on=later)
    with pytest.raises(PermissionDenied):
        services.answer_change(change, "accept", by=cast.subject)
    assert set(Goal.objects.awaiting(cast.manager)) == {goal}
    services.answer_change(change, "accept", by=cast.manager)
    goal = Goal.objects.get(pk=goal.pk)
    assert (goal.target, goal.due_on, goal.status) == (8, later, "agreed")


def test_a_declined_change_leaves_the_goal_as_it_was(cast):
    goal = make_goal(owner=cast.subject, target=10, status="agreed")
    change = services.ask_change(goal, by=cast.manager, note="More, please.", target=20)
    services.answer_change(change, "decline", by=cast.subject)
    assert Goal.objects.get(pk=goal.pk).target == 10
    with pytest.raises(MoveRefused):
        services.answer_change(change, "accept", by=cast.subject)


def test_a_goal_is_dropped_by_agreement(cast):
    goal = make_goal(owner=cast.subject, status="agreed")
    change = services.ask_change(goal, by=cast.subject, note="The service was retired.", is_withdrawal=True)
    with pytest.raises(MoveRefused, match="already waits"):
        services.ask_change(goal, by=cast.manager, note="No.", target=3)
    with pytest.raises(MoveRefused, match="Answer it first"):
        perform(goal, "reach", by=cast.subject)
    services.answer_change(change, "accept", by=cast.manager)
    assert Goal.objects.get(pk=goal.pk).status == "withdrawn"


def test_a_stand_in_agrees_in_the_managers_name(cast):
    stand_in = make_user("Vera Tretung")
    cast.manager.delegations.create(stand_in=stand_in, starts_on=TODAY(), ends_on=TODAY())
    goal = make_goal(owner=cast.subject, status="proposed")
    perform(goal, "agree", by=stand_in)
    event = Event.objects.get(verb="goal.agree")
    assert (event.actor, event.on_behalf_of) == (stand_in, cast.manager)
    assert Goal.objects.get(pk=goal.pk).agreed_by == stand_in


def test_evidence_is_attached_to_own_goals_only_and_a_proposal_is_taken_by_it(cast):
    goal, other = make_goal(owner=cast.subject), make_goal(owner=cast.peer)
    fact = cast.subject.evidence.create(note="Deployed 14 times.", source="ci", is_proposal=True)
    with pytest.raises(PermissionDenied):
        services.attach(fact, [other], by=cast.subject)
    with pytest.raises(PermissionDenied):
        services.attach(fact, [goal], by=cast.manager)
    services.attach(fact, [goal], by=cast.subject)
    assert set(goal.evidence.all()) == {fact}
    assert not fact.is_proposal
