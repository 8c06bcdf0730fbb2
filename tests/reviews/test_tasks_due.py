"""What waits for whom: every task with its person, date and place; nothing that is somebody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback import services as feedback
from feedback.models import FeedbackRound
from goals.services import ask_change
from people.models import Delegation, User
from reviews.cycles.services import close_cycle
from reviews.home.tasks_due import Task, own_reviews, tasks_due_of
from reviews.models import CalibrationGroup, Stage
from reviews.review.moves import move
from reviews.states import StageKey
from tests.factories import make_goal, make_request, make_review, make_user
from tests.reviews.conftest import fresh

LONG_AGO = timezone.localdate() - timedelta(days=100)


def titles(user) -> list[str]:
    """Of `user` as a session reads them: with the parts they play, by which queries are left out."""
    return [task.title for task in tasks_due_of(User.objects.with_parts().get(pk=user.pk))]


def list_of_four(review):
    for _number in range(4):
        feedback.propose(review.round, by=review.subject, giver=make_user(grade=None), relation="data_scientist")
    feedback.submit_list(review.round, by=review.subject)


@pytest.mark.parametrize(
    ("status", "subject", "manager"),
    [
        ("self_assessment", ["Suggest collaborators for feedback", "Write your self-assessment"], []),
        ("peer_review", ["Suggest collaborators for feedback"], []),
        ("manager_evaluation", [], ["Write the evaluation"]),
        ("delivery", [], ["Deliver review"]),
        ("delivered", ["Own the alert review", "Read your review and confirm it"], []),
        ("acknowledged", ["Own the alert review"], []),
    ],
)
def test_each_status_is_a_task_of_the_one_whose_turn_it_is(cast, at, status, subject, manager):
    review = at(status)
    review.cycle.reviews.exclude(pk=review.pk).delete()
    assert sorted(titles(cast.subject)) == subject
    assert titles(cast.manager) == manager
    for name in ("head", "peer", "stranger", "auditor", "it"):
        assert titles(cast[name]) == []


def test_a_returned_self_assessment_is_to_be_completed(cast, at):
    move(at("peer_review"), "return_self_assessment", by=cast.manager, reason="Add May.")
    assert "Complete your self-assessment" in titles(cast.subject)


OWN = {
    "self_assessment": "Look back",
    "manager_evaluation": "Lead's view",
    "final_delivery": "The talk",
    "acknowledgement": "Read and sign",
}


@pytest.mark.parametrize(
    ("status", "who", "task"),
    [
        ("self_assessment", "subject", "Write: Look back"),
        ("manager_evaluation", "manager", "Write: Lead's view"),
        ("delivery", "manager", "The talk"),
        ("delivered", "subject", "Read and sign"),
    ],
)
def test_tasks_and_history_use_the_organisation_s_own_labels(cast, as_, at, status, who, task):
    """cases H7"""
    review = at(status)
    for key, title in OWN.items():
        Stage.objects.filter(cycle=review.cycle, key=key).update(title=title)
    assert task in titles(cast[who])
    page = as_(cast.manager).get(review.get_absolute_url()).content.decode()
    assert "Self-assessment submitted" not in page
    assert ("Submitted: Look back" in page) == (status != "self_assessment")
    assert ("Done: The talk" in page) == (status == "delivered")


def test_the_shipped_labels_are_those_of_the_shipped_template(review):
    rows = review.cycle.template.stages.all()
    assert {row.key: row.title for row in rows} == {key.value: key.shipped_title for key in StageKey}


def test_a_list_that_was_sent_waits_for_the_manager_and_no_longer_for_the_subject(cast, review):
    list_of_four(review)
    assert "Suggest collaborators for feedback" not in titles(cast.subject)
    [task] = [each for each in tasks_due_of(cast.manager) if each.title == "Approve collaborators for feedback"]
    assert task.about == cast.subject
    assert task.url == reverse("feedback:round", args=[review.round_id])
    feedback.approve(FeedbackRound.objects.get(pk=review.round_id), by=cast.manager)
    assert "Approve collaborators for feedback" not in titles(cast.manager)


def test_a_request_for_feedback_is_due_on_its_own_deadline(cast, review):
    later = review.round.closes_on + timedelta(days=4)
    make_request(review.round, giver=cast.stranger, due_on=later)
    FeedbackRound.objects.update(status="collecting")
    [task] = tasks_due_of(cast.stranger)
    assert (task.title, task.about, task.due_on) == ("Give feedback", cast.subject, later)


@pytest.mark.parametrize("status", ["nominating", "released", "cancelled"])
def test_a_request_that_opens_no_form_is_no_task(cast, review, status):
    make_request(review.round, giver=cast.stranger)
    FeedbackRound.objects.update(status=status)
    assert titles(cast.stranger) == []


def test_a_stand_in_finds_the_managers_tasks(cast, at):
    at("manager_evaluation")
    today = timezone.localdate()
    Delegation.objects.create(principal=cast.manager, stand_in=cast.stranger, starts_on=today, ends_on=today)
    assert titles(cast.stranger) == ["Write the evaluation"]


def test_tasks_come_by_deadline_and_those_without_one_last(cast, review):
    make_goal(
        owner=cast.subject,
        status="agreed",
        title="Late goal",
        starts_on=LONG_AGO,
        due_on=timezone.localdate() - timedelta(days=9),
    )
    make_goal(owner=cast.subject, status="proposed", title="New goal", proposed_by=cast.manager)
    found = tasks_due_of(User.objects.get(pk=cast.subject.pk))
    dates = [task.due_on for task in found if task.due_on]
    assert dates == sorted(dates)
    assert found[0].title == "Close or move: Late goal"
    assert found[-1] == Task(found[-1].title, found[-1].url, None, "target-arrow", about=cast.subject)


def test_an_overdue_goal_is_to_be_closed_unless_a_change_of_it_is_to_be_answered(cast):
    goals = [
        make_goal(owner=cast.subject, status="agreed", title=title, starts_on=LONG_AGO, due_on=LONG_AGO)
        for title in ("One", "Two", "Three")
    ]
    for goal, side in zip(goals, (cast.subject, cast.manager), strict=False):
        ask_change(goal, by=side, note="Later.", due_on=timezone.localdate() + timedelta(days=30))
    assert sorted(titles(cast.subject)) == ["Answer: Two", "Close or move: One", "Close or move: Three"]
    assert titles(cast.manager) == ["Answer: One"]


def test_members_of_an_open_group_are_asked_to_calibrate(cast, review):
    group = CalibrationGroup.objects.create(cycle=review.cycle, name="Serving", facilitator=cast.hr)
    group.members.set([cast.stranger])
    assert titles(cast.stranger) == ["Calibrate: Serving"]
    CalibrationGroup.objects.filter(pk=group.pk).update(status="locked")
    assert titles(cast.stranger) == []


@pytest.mark.parametrize("end", ["close", "cancel"])
def test_what_has_ended_is_nobodys_task(cast, review, end):
    if end == "close":
        close_cycle(review.cycle, by=cast.hr, reason="Done.")
    else:
        move(review, "cancel", by=cast.hr, reason="Left.")
    assert titles(cast.subject) == []


def test_finished_action_items_are_no_task(cast, at):
    review = at("delivered")
    assert "Own the alert review" in titles(cast.subject)
    review.actions.update(status="done")
    assert "Own the alert review" not in titles(cast.subject)


def test_a_task_about_oneself_names_nobody(cast, at):
    at("delivered")
    assert {task.about for task in tasks_due_of(cast.subject) if task.note == "Action plan"} == {None}


def test_the_newest_reviews_come_first(cast, at):
    old = at("acknowledged")
    new = make_review(cast.subject, cast.hr, period_start=old.cycle.period_start + timedelta(days=30))
    assert own_reviews(cast.subject) == [fresh(new), old]


@pytest.mark.parametrize("size", [1, 3, 30])
def test_tasks_cost_the_same_number_of_queries_for_any_number(cast, review, size, django_assert_num_queries):
    for number in range(size):
        make_goal(owner=cast.subject, status="agreed", starts_on=LONG_AGO, due_on=LONG_AGO + timedelta(number + 1))
    person = User.objects.with_parts().get(pk=cast.subject.pk)
    with django_assert_num_queries(8):
        assert len(tasks_due_of(person)) == size + 2
