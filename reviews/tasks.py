"""What the clock asks of reviews: which windows are over, who has to be reminded. Running twice changes nothing."""

from datetime import timedelta
from itertools import chain

from celery import shared_task
from django.db.models import Q

from activity.mornings import Morning, at_work, mornings, owe_once, served
from activity.outbox import notice_for
from activity.workdays import organisation_today
from feedback.models import Request
from feedback.services import release_rounds
from reviews.models import ActionItem, Cycle, Review
from reviews.models.plan import OPEN
from reviews.services.moves import end_peer_review_if_over
from reviews.states import ACTOR, AFTER_DELIVERY, DUE_FIELD, STAGE_OF, CycleStatus, ReviewStatus

REMINDERS = "review_reminders"
# Days relative to the deadline; those before it are the stage's own.
OVERDUE_STEPS = (-1, -3, -7, -14)
ACTION_STEPS = (7, 0, -7)
SOONEST = timedelta(days=14)  # no step is earlier
LONGEST = timedelta(days=60)  # what is later than this has been reminded of, or is no longer urgent
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
    """Remind those whose turn it is, in their morning, before, on and after their own deadline; returns how many.

    The newest step that is due and was not owed yet is owed once, however long the clock stood still.
    """
    today, count = organisation_today(), 0
    cycles = {each.pk: each for each in Cycle.objects.filter(status=CycleStatus.OPEN).prefetch_related("stages")}
    for morning in mornings(REMINDERS):
        due = [reminders(status, today, cycles, morning) for status in ACTOR]
        count += owe_once(chain(*due, action_reminders(today, morning)))
        served(REMINDERS, morning)
    return count


def newest_step(left: int, steps) -> int | None:
    """The newest of `steps` (days before the deadline; negative: after it) that is due `left` days before it."""
    return min((step for step in steps if step >= left), default=None)


def reminders(status: str, today, cycles: dict, morning: Morning):
    """One notice per review in `status` with a step that is due; `cycles` are the open ones with their stages."""
    stage_key, role = STAGE_OF[status], ACTOR[status]
    field = DUE_FIELD[stage_key]
    near = {f"{field}__range": (today - LONGEST, today + SOONEST)}
    rows = Review.objects.filter(status=status, cycle__in=cycles, **near).filter(at_work(role, morning))
    rows = rows.select_related("subject", "manager").only("cycle", "status", *DUE_FIELD.values(), *ADDRESSED)
    for review in rows.order_by("pk").iterator(chunk_size=BATCH):
        review.cycle = cycles[review.cycle_id]
        stage = review.cycle.stage[stage_key]
        left = (getattr(review, field) - today).days
        step = newest_step(left, (*stage.reminder_days, 0, *OVERDUE_STEPS))
        if step is not None:
            yield reminder(review, stage, left, step, to=getattr(review, role))


def reminder(review: Review, stage, left: int, step: int, *, to):
    """Due soon, due today or late, by the days `left` (negative: days late); one mail per step and deadline."""
    kind = "reminder_before_due" if left > 0 else "reminder_on_due" if left == 0 else "overdue"
    return notice_for(
        review,
        kind,
        to=to,
        key=f"{review.pk}:{stage.key}:{review.due_on(stage.key)}:{step}",
        stage=stage.key,
        cycle_name=review.cycle.name,
        task_title=stage.title,
        days_left=left,
        days_overdue=-left,
        due_date=review.due_on(stage.key).isoformat(),
        waiting_for=(review.manager if to == review.subject else review.subject).name,
    )


def action_reminders(today, morning: Morning):
    """Owners of action items due in a week, today, or late by a week."""
    items = ActionItem.objects.filter(
        status__in=OPEN, due_on__range=(today - LONGEST, today + SOONEST), review__status__in=AFTER_DELIVERY
    )
    for item in items.filter(at_work("owner", morning)).select_related("owner").iterator(chunk_size=BATCH):
        step = newest_step((item.due_on - today).days, ACTION_STEPS)
        if step is not None:
            yield notice_for(
                item,
                "action_item_due",
                to=item.owner,
                key=f"{item.pk}:{item.due_on}:{step}",
                action_title=item.action,
                due_date=item.due_on.isoformat(),
                success_sign=item.success_sign,
            )
