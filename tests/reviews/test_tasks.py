"""What the clock does: windows that end, reminders that come once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from feedback import services as feedback
from foundation.outbox.models import Message
from foundation.outbox.tasks import send_owed
from people.models import User
from reviews.models import Review, Stage
from reviews.review.moves import move
from reviews.tasks import close_due_stages, send_reminders
from tests.factories import make_review, make_user
from tests.reviews.conftest import fresh

pytestmark = pytest.mark.usefixtures("wednesday")
REMINDERS = ["reminder_before_due", "reminder_on_due", "overdue"]


def reminders(**rows):
    return Message.objects.filter(kind__in=REMINDERS, **rows)


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
        (2, "reminder_before_due"),  # that of the day before, when no worker ran
        (1, "reminder_before_due"),
        (0, "reminder_on_due"),
        (-1, "overdue"),
        (-2, "overdue"),
        (-3, "overdue"),
        (-30, "overdue"),
        (-90, None),
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
    """cases C8"""
    due_in(review, 5)
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        send_reminders()
    assert list(reminders(recipient=cast.subject).values_list("kind", flat=True)) == ["reminder_on_due"]


def steps_over(days, review, of):
    """The kinds of reminders owed to `of` with the clock asked once a day."""
    begun, told = timezone.now(), []
    for number in days:
        with time_machine.travel(begun + timedelta(days=number)):
            send_reminders()
    for message in reminders(recipient=of).order_by("created_at"):
        told.append(message.kind)
    return told


def test_each_step_is_owed_once_though_no_worker_ran_on_its_day(cast, review):
    """cases C8: the worker ran on the days -6, -4, -1 and 5 only."""
    due_in(review, 6)
    Stage.objects.update(reminder_days=[5, 2])
    assert steps_over([0, 2, 5, 12], review, cast.subject) == ["reminder_before_due", "reminder_before_due", "overdue"]


@pytest.mark.parametrize(
    ("zone", "hour_utc", "is_told"),
    [
        ("Europe/Berlin", 6, False),  # 7 o'clock
        ("Europe/Berlin", 7, True),  # 8 o'clock
        ("America/New_York", 8, False),  # 3 o'clock
        ("America/New_York", 13, True),
        ("Pacific/Auckland", 8, False),  # 21 o'clock
        ("Asia/Tokyo", 0, True),
        ("W. Europe Standard Time", 7, True),  # an unknown zone: the organisation's
    ],
)
def test_reminders_come_in_the_morning_of_the_recipient(cast, review, zone, hour_utc, is_told):
    """cases C8"""
    User.objects.filter(pk=cast.subject.pk).update(time_zone=zone)
    due_in(review, 1)
    with time_machine.travel(datetime(2030, 1, 9, hour_utc, 5, tzinfo=UTC)):
        send_reminders()
    assert reminders(recipient=cast.subject).exists() == is_told


@pytest.mark.parametrize(("day", "is_told"), [("2030-01-12", False), ("2030-01-13", False), ("2030-01-14", True)])
def test_nobody_is_reminded_at_the_weekend(cast, review, day, is_told):
    """cases C8: Saturday and Sunday are silent, on Monday the newest step comes."""
    due_in(review, 3)
    with time_machine.travel(datetime.fromisoformat(f"{day}T09:00+01:00")):
        send_reminders()
    assert reminders(recipient=cast.subject).exists() == is_told


def test_nobody_is_reminded_on_leave_or_after_leaving(cast, review):
    """cases C8, cases B1"""
    today = timezone.localdate()
    User.objects.filter(pk=cast.subject.pk).update(leave_from=today, leave_until=today)
    User.objects.filter(pk=cast.peer.pk).update(is_active=False)
    due_in(review, 1)
    send_reminders()
    assert not reminders(recipient__in=[cast.subject, cast.peer]).exists()
    assert reminders().exists()  # the others


def test_a_reminder_of_a_step_taken_meanwhile_is_not_sent(cast, review, mail_texts):
    """cases C8: owed in the morning, submitted before the mail left."""
    due_in(review, 1)
    send_reminders()
    move(fresh(review), "skip_self_assessment", by=cast.hr, reason="Told me.")
    send_owed()
    reminded = {email.to[0] for email in mail.outbox if "Self-assessment: due" in email.subject}
    assert "marta.keller@example.org" in reminded
    assert "priya.raman@example.org" not in reminded
    assert reminders(recipient=cast.subject).get().error == "the review has moved on"


def test_only_those_whose_turn_it_is_are_reminded(cast, at):
    review = at("manager_evaluation")
    due_in(review, 1)
    Review.objects.exclude(pk=review.pk).delete()
    send_reminders()
    assert [message.recipient for message in reminders()] == [cast.manager]


def test_nobody_is_reminded_of_a_closed_cycle(cast, review):
    from reviews.cycles.services import close_cycle

    due_in(review, 1)
    close_cycle(review.cycle, by=cast.hr, reason="Done.")
    assert send_reminders() == 0


def test_owners_of_action_items_are_reminded_after_delivery(cast, at):
    review = at("delivered")
    Review.objects.exclude(pk=review.pk).delete()
    review.actions.update(due_on=timezone.localdate() + timedelta(days=7))
    send_reminders()
    assert Message.objects.filter(kind="action_item_due", recipient=cast.subject).count() == 1


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
    with django_assert_num_queries(17):
        send_reminders()
