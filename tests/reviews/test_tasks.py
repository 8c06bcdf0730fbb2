"""What the clock does: windows that end, reminders that come once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activity.models import Notice
from feedback import services as feedback
from reviews.models import Review
from reviews.tasks import close_due_stages, send_reminders
from tests.factories import make_review, make_user
from tests.reviews.conftest import fresh

REMINDERS = ["reminder_before_due", "reminder_on_due", "overdue"]


def reminders(**rows):
    return Notice.objects.filter(kind__in=REMINDERS, **rows)


def due_in(review, days):
    field = timezone.localdate() + timedelta(days=days)
    Review.objects.filter(cycle=review.cycle_id).update(
        self_assessment_due_on=field, evaluation_due_on=field, delivery_due_on=field, acknowledgement_due_on=field
    )


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        (4, None),
        (3, "reminder_before_due"),
        (2, None),
        (1, "reminder_before_due"),
        (0, "reminder_on_due"),
        (-1, "overdue"),
        (-2, None),
        (-3, "overdue"),
        (-30, None),
    ],
)
def test_reminders_come_before_on_and_after_the_personal_deadline(cast, review, days, kind):
    due_in(review, days)
    send_reminders()
    kinds = list(reminders(recipient=cast.subject).values_list("kind", flat=True))
    assert kinds == ([kind] if kind else [])


def test_a_second_run_on_the_same_day_is_silent(cast, review):
    due_in(review, 1)
    send_reminders()
    send_reminders()
    assert reminders(recipient=cast.subject).count() == 1


def test_after_an_outage_only_the_newest_reminder_is_sent(cast, review):
    due_in(review, 3)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        send_reminders()
    assert list(reminders(recipient=cast.subject).values_list("kind", flat=True)) == ["reminder_on_due"]


def test_only_those_whose_turn_it_is_are_reminded(cast, at):
    review = at("manager_evaluation")
    due_in(review, 1)
    Review.objects.exclude(pk=review.pk).delete()
    send_reminders()
    assert [notice.recipient for notice in reminders()] == [cast.manager]


def test_nobody_is_reminded_of_a_closed_cycle(cast, review):
    from reviews.services.cycles import close_cycle

    due_in(review, 1)
    close_cycle(review.cycle, by=cast.hr, reason="Done.")
    assert send_reminders() == 0


def test_owners_of_action_items_are_reminded_after_delivery(cast, at):
    review = at("delivered")
    Review.objects.exclude(pk=review.pk).delete()
    review.actions.update(due_on=timezone.localdate() + timedelta(days=7))
    send_reminders()
    assert Notice.objects.filter(kind="action_item_due", recipient=cast.subject).count() == 1


def test_a_window_that_is_over_ends_the_stage(cast, at):
    at("peer_review")
    assert close_due_stages() == 0
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert close_due_stages() == 1
        assert close_due_stages() == 0


def test_the_stage_ends_when_everybody_has_answered_or_declined(cast, at):
    review = at("peer_review")
    givers = [make_user() for _number in range(4)]
    for giver in givers:
        feedback.propose(review.round, by=cast.subject, giver=giver, relation="data_scientist")
    feedback.submit_list(review.round, by=cast.subject)
    feedback.approve(fresh(review).round, by=cast.manager)
    for request in review.round.requests.all()[:3]:
        feedback.decline(request, by=request.giver)
    assert close_due_stages() == 0
    feedback.decline(review.round.requests.get(status="asked"))
    assert close_due_stages() == 1
    assert fresh(review).status == "manager_evaluation"


@pytest.mark.parametrize("size", [1, 3, 30])
def test_reminders_cost_the_same_number_of_queries_for_any_number(cast, catalogue, size, django_assert_num_queries):
    for _number in range(size):
        make_user(manager=cast.manager)
    due_in(make_review(cast.subject, cast.hr), 1)
    with django_assert_num_queries(10):
        send_reminders()
