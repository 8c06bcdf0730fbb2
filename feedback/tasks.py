"""By the clock: reminders to givers, the number of answers that managers see, and wiping what was sent or released."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q

from feedback import services
from feedback.models import FeedbackRequest
from feedback.nominations.services import message_to_giver
from feedback.rounds.querysets import answering_day
from foundation.outbox.mornings import Morning, at_work, enqueue_once, mornings, served

REMINDERS = "feedback_reminders"
STEPS = (5, 2, 0)  # days before the deadline; afterwards nothing can be answered any more
BATCH = 2000


def newest_step(deadline, day) -> int | None:
    """The newest of STEPS that is due on `day`; None before the first one and after the deadline."""
    left = (deadline - day).days
    return min((step for step in STEPS if step >= left), default=None) if left >= 0 else None


@shared_task
def send_reminders() -> int:
    """Remind those who have not answered, in their morning; returns how many.

    The newest step that is due and was not owed yet is owed once, however long the clock stood still.
    """
    day, count = answering_day(), 0
    for morning in mornings(REMINDERS):
        count += enqueue_once(reminders(day, morning))
        served(REMINDERS, morning)
    return count


def reminders(day, morning: Morning):
    """A message per request with a step that is due where it is morning; outsiders live in the organisation's zone."""
    soon = day + timedelta(days=max(STEPS))
    here = at_work("giver", morning)
    if morning.zone == settings.ORGANISATION_TIME_ZONE:
        here |= Q(giver=None)
    due = FeedbackRequest.objects.open_on(day).filter(
        here, Q(due_on__range=(day, soon)) | Q(round__closes_on__range=(day, soon))
    )
    for request in due.select_related("round", "giver").order_by("pk").iterator(chunk_size=BATCH):
        step = newest_step(request.deadline, day)
        if step is not None:
            kind = "reminder_on_due" if request.deadline == day else "reminder_before_due"
            yield message_to_giver(request, kind, f"{request.pk}:{request.deadline}:{step}")


@shared_task
def renew_counts() -> int:
    """Once a day: the bare number of answers that managers see until the release."""
    return services.renew_counts(answering_day())


@shared_task
def wipe() -> bool:
    """What drafts that were sent and answers that were released left in the database files; whether all is gone."""
    return services.wipe()
