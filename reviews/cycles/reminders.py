"""Which reminders are due: before, on and after a person's own deadline, each step once."""

from datetime import timedelta

from foundation.outbox.messages import message_for
from foundation.outbox.mornings import Morning, at_work
from reviews.models import ActionItem, Review
from reviews.plan.models import OPEN
from reviews.states import ACTOR, AFTER_DELIVERY, DUE_FIELD, STAGE_OF

# Days relative to the deadline; those before it are the stage's own.
OVERDUE_STEPS = (-1, -3, -7, -14)
ACTION_STEPS = (7, 0, -7)
SOONEST = timedelta(days=14)  # no step is earlier
LONGEST = timedelta(days=60)  # what is later than this has been reminded of, or is no longer urgent
BATCH = 2000
ADDRESSED = [f"{person}__{name}" for person in ("subject", "manager") for name in ("name", "email", "language")]


def newest_step(left: int, steps) -> int | None:
    """The newest of `steps` (days before the deadline; negative: after it) that is due `left` days before it."""
    return min((step for step in steps if step >= left), default=None)


def reminders(status: str, today, cycles: dict, morning: Morning):
    """One message per review in `status` with a step that is due; `cycles` are the open ones with their stages."""
    stage_key, role = STAGE_OF[status], ACTOR[status]
    field = DUE_FIELD[stage_key]
    near = {f"{field}__range": (today - LONGEST, today + SOONEST)}
    rows = Review.objects.filter(status=status, cycle__in=cycles, **near).filter(at_work(role, morning))
    rows = rows.exclude(subject__is_active=False, goes_on_without_subject_at=None)
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
    return message_for(
        review,
        kind,
        to=to,
        key=f"{review.pk}:{stage.key}:{review.due_on(stage.key)}:{step}",
        stage=stage.key,
        cycle_name=review.cycle.name,
        task_title=stage.title,
        days_left=left,
        days_overdue=-left,
        due_date=str(review.due_on(stage.key)),
        waiting_for=(review.manager if to == review.subject else review.subject).name,
    )


def action_reminders(today, morning: Morning):
    """Owners of action items due in a week, today, or late by a week."""
    items = ActionItem.objects.filter(
        status__in=OPEN,
        due_on__range=(today - LONGEST, today + SOONEST),
        review__status__in=AFTER_DELIVERY,
        review__subject__is_active=True,
    )
    for item in items.filter(at_work("owner", morning)).select_related("owner").iterator(chunk_size=BATCH):
        step = newest_step((item.due_on - today).days, ACTION_STEPS)
        if step is not None:
            yield message_for(
                item,
                "action_item_due",
                to=item.owner,
                key=f"{item.pk}:{item.due_on}:{step}",
                action_title=item.action,
                due_date=item.due_on.isoformat(),
                success_sign=item.success_sign,
            )
