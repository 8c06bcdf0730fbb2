from datetime import timedelta

import pytest
from django.utils import timezone

from goals.models import Evidence, Goal
from goals.policies import GoalPolicy, writes_for_others
from people.policies import UserPolicy
from tests.factories import make_evidence, make_goal, make_team, make_user

TODAY = timezone.localdate()
ROLES = ["subject", "manager", "head", "hr", "peer", "stranger", "auditor", "it"]


def readers(cast, rows):
    return {name for name in ROLES if rows.visible_to(cast[name]).exists()}


def stand_in_for(principal, starts=TODAY, ends=TODAY):
    person = make_user()
    principal.delegations.create(stand_in=person, starts_on=starts, ends_on=ends)
    return person


def test_a_draft_is_read_by_its_owner_alone(cast):
    make_goal(owner=cast.subject, visibility="team")
    assert readers(cast, Goal.objects) == {"subject"}


@pytest.mark.parametrize("status", ["proposed", "agreed", "reached", "missed", "withdrawn"])
def test_a_goal_is_read_by_owner_manager_and_hr(cast, status):
    make_goal(owner=cast.subject, status=status)
    assert readers(cast, Goal.objects) == {"subject", "manager", "hr"}


def test_a_goal_marked_team_is_read_by_the_team_as_well(cast):
    make_goal(owner=cast.subject, status="agreed", visibility="team")
    assert readers(cast, Goal.objects) == {"subject", "manager", "hr", "peer"}


def test_people_without_a_team_are_no_team(cast):
    make_goal(owner=make_user(), status="agreed", visibility="team")
    assert readers(cast, Goal.objects) == {"hr"}


def test_hr_reads_no_goal_of_its_own_manager(cast):
    cast.hr.manager = cast.head
    cast.hr.save()
    make_goal(owner=cast.head, status="agreed")
    assert readers(cast, Goal.objects) == {"head"}


def test_an_hr_partner_reads_the_goals_of_the_teams_looked_after_once_each(cast):
    partner, colleague = make_user(), make_user()
    cast.team.hr_partners.add(partner, colleague)
    make_goal(owner=cast.subject, status="agreed")
    make_goal(owner=cast.stranger, status="agreed")
    assert [goal.owner for goal in Goal.objects.visible_to(partner)] == [cast.subject]


def test_a_stand_in_reads_what_the_manager_reads_for_the_given_days_only(cast):
    goal = make_goal(owner=cast.subject, status="agreed")
    present = stand_in_for(cast.manager)
    past = stand_in_for(cast.manager, TODAY - timedelta(9), TODAY - timedelta(1))
    assert set(Goal.objects.visible_to(present)) == {goal}
    assert not Goal.objects.visible_to(past).exists()
    assert UserPolicy.allows(present, cast.subject, "manage")
    assert not UserPolicy.allows(past, cast.subject, "manage")


def test_a_former_manager_reads_nothing_from_the_next_request_on(cast):
    make_goal(owner=cast.subject, status="agreed")
    assert Goal.objects.visible_to(cast.manager).exists()
    cast.subject.manager = cast.head
    cast.subject.save()
    assert not Goal.objects.visible_to(cast.manager).exists()
    assert Goal.objects.visible_to(cast.head).exists()


def test_a_goal_written_for_somebody_and_returned_stays_readable_to_its_writer(cast):
    goal = make_goal(owner=cast.subject, proposed_by=cast.manager)
    assert readers(cast, Goal.objects) == {"subject", "manager"}
    Goal.objects.filter(pk=goal.pk).update(proposed_by=None)
    assert readers(cast, Goal.objects) == {"subject"}


def test_the_side_that_did_not_propose_agrees(cast):
    own = make_goal(owner=cast.subject, status="proposed")
    given = make_goal(owner=cast.subject, status="proposed", proposed_by=cast.manager)
    may = lambda action, goal: {name for name in ROLES if GoalPolicy.allows(cast[name], goal, action)}  # noqa: E731
    assert may("agree", own) == {"manager"}
    assert may("agree", given) == {"subject"}
    assert may("take_back", own) == {"subject"}
    assert may("take_back", given) == {"manager"}


def test_nobody_agrees_with_themselves_by_standing_in_for_their_manager(cast):
    cast.manager.delegations.create(stand_in=cast.subject, starts_on=TODAY, ends_on=TODAY)
    assert not GoalPolicy.allows(cast.subject, make_goal(owner=cast.subject, status="proposed"), "agree")


def test_somebody_without_a_manager_agrees_alone(cast):
    goal = make_goal(owner=cast.head, status="proposed")
    assert GoalPolicy.allows(cast.head, goal, "agree")
    assert set(Goal.objects.awaiting(cast.head)) == {goal}


def test_evidence_is_its_owners_alone_until_attached(cast):
    fact = make_evidence(cast.subject)
    assert readers(cast, Evidence.objects) == {"subject"}
    fact.goals.add(make_goal(owner=cast.subject, status="agreed", visibility="team"))
    assert readers(cast, Evidence.objects) == {"subject", "manager", "hr", "peer"}


def test_evidence_on_a_draft_goal_and_proposals_are_read_by_nobody_else(cast):
    make_evidence(cast.subject, [make_goal(owner=cast.subject)])
    make_evidence(cast.subject, [make_goal(owner=cast.subject, status="agreed")], is_proposal=True)
    assert readers(cast, Evidence.objects) == {"subject"}


def test_evidence_attached_to_several_goals_is_listed_once(cast):
    make_evidence(cast.subject, [make_goal(owner=cast.subject, status="agreed") for _ in range(3)])
    assert Evidence.objects.visible_to(cast.manager).count() == 1


def test_a_person_in_another_team_of_the_same_name_is_not_the_team(cast):
    cast.stranger.team = make_team("Model serving 2")
    cast.stranger.save()
    make_goal(owner=cast.subject, status="agreed", visibility="team")
    assert "stranger" not in readers(cast, Goal.objects)


def test_the_history_is_for_the_two_sides_and_hr(cast):
    goal = make_goal(owner=cast.subject, status="agreed", visibility="team")
    assert {name for name in ROLES if GoalPolicy.allows(cast[name], goal, "read_history")} == {
        "subject",
        "manager",
        "hr",
    }


def test_goals_for_others_are_written_by_whoever_has_reports_or_stands_in(cast):
    stand_in = stand_in_for(cast.manager)
    assert {name for name in ROLES if writes_for_others(cast[name])} == {"manager", "head"}
    assert writes_for_others(stand_in)
