"""Suggestions of whom to ask that come from goals."""

from goals.models import Goal, Objective
from reviews.suggestions import around_the_goals
from tests.factories import make_goal, make_round


def test_people_who_serve_the_same_objective_are_suggested(cast, catalogue):
    objective = Objective.objects.create(key="uptime", title="Serving systems that stay up")
    make_goal(owner=cast.subject, objective=objective, status="agreed")
    make_goal(owner=cast.stranger, objective=objective, status="agreed")
    make_goal(owner=cast.peer, status="agreed")
    found = list(around_the_goals(make_round(cast.subject)))
    assert [person for person, _why in found] == [cast.stranger]
    assert Goal.objects.count() == 3


def test_people_who_noted_progress_on_a_goal_come_first(cast, catalogue):
    goal = make_goal(owner=cast.subject, status="agreed")
    goal.check_ins.create(by=cast.peer, comment="We cut it over together.")
    [(person, why)] = around_the_goals(make_round(cast.subject))
    assert (person, why) == (cast.peer, "noted progress on a shared goal")


def test_a_draft_of_somebody_else_suggests_nobody(cast, catalogue):
    objective = Objective.objects.create(key="uptime", title="Serving systems that stay up")
    make_goal(owner=cast.subject, objective=objective, status="agreed")
    make_goal(owner=cast.stranger, objective=objective, status="draft")
    assert list(around_the_goals(make_round(cast.subject))) == []
