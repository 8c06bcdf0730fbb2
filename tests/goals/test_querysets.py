from datetime import date, timedelta

import pytest
from django.utils import timezone

from goals.models import Evidence, Goal, Objective
from goals.services import ask_change, check_in
from people.models import User
from tests.factories import make_evidence, make_goal, make_user

TODAY = timezone.localdate()


def test_goals_overlap_a_period_when_they_touch_it(cast):
    def goal(start, end):
        return make_goal(owner=cast.subject, starts_on=start, due_on=end)

    goal(date(2026, 1, 1), date(2026, 6, 30))
    inside = goal(date(2026, 8, 1), date(2026, 9, 1))
    first_day = goal(date(2026, 1, 1), date(2026, 7, 1))
    last_day = goal(date(2026, 12, 31), date(2027, 3, 1))
    around = goal(date(2025, 1, 1), date(2027, 1, 1))
    goal(date(2027, 1, 1), date(2027, 6, 1))
    found = Goal.objects.overlapping(date(2026, 7, 1), date(2026, 12, 31))
    assert set(found) == {inside, first_day, last_day, around}


def test_only_agreed_goals_are_overdue_and_only_after_their_day(cast):
    long_ago = {"owner": cast.subject, "starts_on": TODAY - timedelta(90)}
    late = make_goal(**long_ago, due_on=TODAY - timedelta(1), status="agreed")
    make_goal(**long_ago, due_on=TODAY, status="agreed")
    make_goal(**long_ago, due_on=TODAY - timedelta(1), status="reached")
    make_goal(**long_ago, due_on=TODAY - timedelta(1))
    assert set(Goal.objects.overdue()) == {late}
    assert late.is_overdue
    assert (late.tone, late.state_label) == ("bad", "Overdue")


def test_a_review_counts_what_was_agreed(cast):
    for status in ("draft", "proposed", "withdrawn"):
        make_goal(owner=cast.subject, status=status)
    counting = {make_goal(owner=cast.subject, status=status) for status in ("agreed", "reached", "missed")}
    assert set(Goal.objects.counting()) == counting


def test_the_newest_check_in_comes_with_the_goal(cast):
    goal = make_goal(owner=cast.subject, status="agreed")
    check_in(goal, by=cast.subject, value=2, comment="new", at=timezone.now() - timedelta(days=1))
    check_in(goal, by=cast.subject, value=1, comment="old", at=timezone.now() - timedelta(days=9))
    read = Goal.objects.with_progress().get()
    assert (timezone.now() - read.last_check_in_at).days == 1
    assert read.progress == 20


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_goals_with_history_cost_the_same_for_any_number(cast, django_assert_num_queries, rows):
    for _ in range(rows):
        check_in(make_goal(owner=cast.subject, status="agreed"), by=cast.subject, value=1)
    with django_assert_num_queries(3):
        for goal in Goal.objects.of(cast.subject).with_history():
            assert [entry.value_text for entry in goal.check_ins.all()] == ["1"]
            assert (goal.owner.team, list(goal.codes.all()), goal.objective) == (cast.team, [], None)


def test_an_open_change_waits_for_the_other_side_until_it_is_answered(cast):
    goal = make_goal(owner=cast.subject, status="agreed")
    ask_change(goal, by=cast.manager, note="Sooner.", due_on=TODAY + timedelta(30))
    assert set(Goal.objects.awaiting(cast.subject)) == {goal}
    assert not Goal.objects.awaiting(cast.manager).exists()
    assert not Goal.objects.awaiting(cast.peer).exists()


def test_goals_wait_for_exactly_those_whom_the_rule_lets_answer(cast):
    cast.manager.delegations.create(stand_in=cast.stranger, starts_on=TODAY, ends_on=TODAY)
    for owner in (cast.subject, cast.manager, cast.head):
        sides = [each for each in (owner, owner.manager) if each]
        for side in sides:
            make_goal(owner=owner, status="proposed", proposed_by=side)
            ask_change(make_goal(owner=owner, status="agreed"), by=side, note="Sooner.", due_on=TODAY + timedelta(30))
        make_goal(owner=owner, status="agreed")
    goals = list(Goal.objects.with_question())
    assert len(goals) == 13
    for person in (cast.subject, cast.manager, cast.head, cast.stranger, cast.peer, cast.hr):
        for user in (User.objects.get(pk=person.pk), User.objects.with_parts().get(pk=person.pk)):
            assert set(Goal.objects.awaiting(user)) == {goal for goal in goals if goal.asks(user)}, user


def test_the_goals_of_reports_leave_out_drafts_and_the_managers_own(cast):
    shown = make_goal(owner=cast.subject, status="agreed")
    make_goal(owner=cast.subject)
    make_goal(owner=cast.manager, status="agreed")
    make_goal(owner=make_user(manager=cast.manager, is_active=False), status="agreed")
    assert set(Goal.objects.of_reports_of(cast.manager)) == {shown}


def test_orphans_are_running_goals_without_objective(cast):
    objective = Objective.objects.create(key="one", title="One")
    make_goal(owner=cast.subject, objective=objective, status="agreed")
    make_goal(owner=cast.subject, status="reached")
    orphan = make_goal(owner=cast.subject, status="agreed")
    assert set(Goal.objects.orphans()) == {orphan}


def test_evidence_is_found_by_its_day(cast):
    make_evidence(cast.subject, happened_on=date(2026, 6, 30))
    inside = make_evidence(cast.subject, happened_on=date(2026, 7, 1))
    make_evidence(cast.subject, happened_on=date(2027, 1, 1))
    assert set(Evidence.objects.between(date(2026, 7, 1), date(2026, 12, 31))) == {inside}


def test_evidence_names_only_the_goals_that_the_viewer_reads(cast):
    shared = make_goal(owner=cast.subject, status="agreed", visibility="team")
    private = make_goal(owner=cast.subject, status="agreed")
    make_evidence(cast.subject, [shared, private])
    fact = Evidence.objects.visible_to(cast.peer).with_links(cast.peer).get()
    assert list(fact.goals.all()) == [shared]
