"""By the clock: reminders to givers, and the number of answers that managers see."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.db.models import Q

from activity.outbox import owe
from feedback import services
from feedback.models import Request
from feedback.querysets import organisation_today
from feedback.services.nominating import notice_to_giver

DAYS_BEFORE = (5, 2)
BATCH = 2000


def kind_on(deadline, day) -> str:
    """Which reminder is owed on `day`; empty for none. After the deadline nothing can be answered any more."""
    left = (deadline - day).days
    if left in DAYS_BEFORE:
        return "reminder_before_due"
    return "reminder_on_due" if left == 0 else ""


@shared_task
def send_reminders() -> int:
    """Remind those who have not answered, all at one time of the day; a second run of the day owes nothing more."""
    day = organisation_today()
    days = [day + timedelta(days=left) for left in (*DAYS_BEFORE, 0)]
    due = Request.objects.open_on(day).filter(Q(due_on__in=days) | Q(round__closes_on__in=days))
    due = due.select_related("round", "giver").order_by("pk")
    count, batch = 0, []
    for request in due.iterator(chunk_size=BATCH):
        if kind := kind_on(request.deadline, day):
            batch.append(notice_to_giver(request, kind, f"{request.pk}:{day}"))
        if len(batch) == BATCH:
            count, batch = count + _owe(batch), []
    return count + _owe(batch)


@transaction.atomic
def _owe(batch) -> int:
    owe(batch)
    return len(batch)


@shared_task
def renew_counts() -> int:
    """Once a day: the bare number of answers that managers see until the release."""
    return services.renew_counts(organisation_today())
