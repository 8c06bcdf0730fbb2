"""What the clock asks of reviews: which windows are over, who has to be reminded. Running twice changes nothing."""

from datetime import timedelta
from itertools import chain, islice

from celery import shared_task
from django.db.models import Q

from activity.outbox import notice_for, owe
from feedback.models import Request
from feedback.services import release_rounds
from reviews.models import ActionItem, Cycle, Review
from reviews.models.plan import OPEN
from reviews.models.review import organisation_today
from reviews.services.moves import end_peer_review_if_over
from reviews.states import AFTER_DELIVERY, DUE_FIELD, STAGE_OF, CycleStatus, ReviewStatus

# Whose turn it is in each status; collaborators are reminded by the feedback room itself.
ACTOR = {
    ReviewStatus.SELF_ASSESSMENT: "subject",
    ReviewStatus.MANAGER_EVALUATION: "manager",
    ReviewStatus.DELIVERY: "manager",
    ReviewStatus.DELIVERED: "subject",
}
OVERDUE_DAYS = (1, 3, 7, 14)  # days after the deadline on which to write again
BATCH = 2000
ADDRESSED = [f"{person}__{name}" for person in ("subject", "manager") for name in ("name", "email", "language")]


@shared_task
def close_due_stages() -> int:
    """Release all feedback that is over, in batches, and move its reviews on; returns how many moved.

    After an interruption the next run goes on where this one stopped.
    """
    rows = list(feedback_over().values_list("pk", "round_id"))
    release_rounds([round_id for _pk, round_id in rows if round_id])
    moved = 0
    for start in range(0, len(rows), BATCH):
        ids = [pk for pk, _round_id in rows[start : start + BATCH]]
        reviews = Review.objects.select_related("cycle", "round", "manager").prefetch_related("cycle__stages")
        moved += sum(end_peer_review_if_over(review) is not None for review in reviews.filter(pk__in=ids))
    return moved


def feedback_over():
    """Reviews in peer review whose round waits for nobody, or whose list was never approved in time."""
    today = organisation_today()
    waiting = Review.objects.filter(status=ReviewStatus.PEER_REVIEW, cycle__status=CycleStatus.OPEN)
    still_choosing = Q(round__status="nominating", round__closes_on__gte=today)
    return waiting.exclude(still_choosing).exclude(round__in=Request.objects.open_on(today).values("round"))


@shared_task
def send_reminders() -> int:
    """Remind those whose turn it is, before, on and after their own deadline; returns how many mails were owed."""
    today = organisation_today()
    cycles = {each.pk: each for each in Cycle.objects.filter(status=CycleStatus.OPEN).prefetch_related("stages")}
    notices = chain(*(reminders(status, today, cycles) for status in ACTOR), action_reminders(today))
    count = 0
    while batch := list(islice(notices, BATCH)):
        owe(batch)
        count += len(batch)
    return count


def reminders(status: str, today, cycles: dict):
    """One notice per review in `status` with a reminder due today; `cycles` are the open ones with their stages."""
    stage_key, role = STAGE_OF[status], ACTOR[status]
    field = DUE_FIELD[stage_key]
    moments = [today + timedelta(days=days) for days in range(8)] + [
        today - timedelta(days=days) for days in OVERDUE_DAYS
    ]
    rows = Review.objects.filter(status=status, cycle__in=cycles, **{f"{field}__in": moments})
    rows = rows.select_related("subject", "manager").only("cycle", "status", *DUE_FIELD.values(), *ADDRESSED)
    for review in rows.order_by("pk").iterator(chunk_size=BATCH):
        review.cycle = cycles[review.cycle_id]
        stage = review.cycle.stage[stage_key]
        left = (getattr(review, field) - today).days
        if left <= 0 or left in stage.reminder_days:
            yield reminder(review, stage, left, to=getattr(review, role))


def reminder(review: Review, stage, left: int, *, to):
    """Due soon, due today or late, by the days `left` (negative: days late); one mail per day and review."""
    kind = "reminder_before_due" if left > 0 else "reminder_on_due" if left == 0 else "overdue"
    return notice_for(
        review,
        kind,
        to=to,
        key=f"{review.pk}:{stage.key}:{review.due_on(stage.key)}:{left}",
        cycle_name=review.cycle.name,
        task_title=stage.title,
        days_left=left,
        days_overdue=-left,
        due_date=review.due_on(stage.key).isoformat(),
        waiting_for=(review.manager if to == review.subject else review.subject).name,
    )


def action_reminders(today) -> list:
    """Owners of action items due in a week, today, or late by a week."""
    days = [today + timedelta(days=7), today, today - timedelta(days=7)]
    items = ActionItem.objects.filter(status__in=OPEN, due_on__in=days, review__status__in=AFTER_DELIVERY)
    return [
        notice_for(
            item,
            "action_item_due",
            to=item.owner,
            key=f"{item.pk}:{item.due_on}:{today}",
            action_title=item.action,
            due_date=item.due_on.isoformat(),
            success_sign=item.success_sign,
        )
        for item in items.select_related("owner")
    ]
