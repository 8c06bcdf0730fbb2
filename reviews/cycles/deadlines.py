"""Deadlines of running reviews: one review's, those of a selection, and those of a whole stage of a cycle."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from feedback import services as feedback
from feedback.models import FeedbackRound
from feedback.states import RUNNING
from foundation.audit.events import event_for, record, record_all
from foundation.outbox import jobs
from foundation.outbox.digest import line_for, tell
from foundation.outbox.models import Job
from foundation.workdays import next_working_day, organisation_today
from reviews.models import Cycle, Review, Stage
from reviews.states import ACTOR, DUE_FIELD, STATUSES_OF, CycleStatus, StageKey

TIME_TO_REVISE = timedelta(days=7)  # what a person gets at least when work comes back to them
BATCH = 500


@dataclass(frozen=True)
class Shift:
    """One deadline of a review that moves."""

    stage: Stage
    before: date
    after: date


def shifts(review: Review, stage_key: str, due_on: date) -> list[Shift]:
    """What moves when the stage `stage_key` of `review` ends on `due_on`: that stage, then every later stage whose
    deadline would not come after the one before it. Those keep their distance and never fall on a day off.
    """
    stages, before = review.cycle.stage, review.due_on(stage_key)
    if before is None:
        raise ValueError(f"{stage_key} is no part of {review.pk}")
    found, last, days = [Shift(stages[stage_key], before, due_on)], due_on, due_on - before
    for key in list(stages)[list(stages).index(stage_key) + 1 :]:
        was = review.due_on(key)
        if was is None:
            continue
        if was > last:
            break
        last = next_working_day(max(was + days, last + timedelta(days=1)))
        found.append(Shift(stages[key], was, last))
    return found


def proposed_deadline(review: Review, stage_key: str) -> date:
    """The deadline offered when work comes back: the present one, or a week from today where that is later."""
    soon = next_working_day(organisation_today() + TIME_TO_REVISE)
    return max(review.due_on(stage_key) or soon, soon)


@transaction.atomic
def move_deadlines(review: Review, stage_key: str, due_on: date, *, by, reason: str) -> list[Shift]:
    """Store the shifts of one review; feedback stays open as long as its stage. Whoever has to act hears of it.

    Raises ValueError for a stage that is no part of the review.
    """
    found = [shift for shift in shifts(review, stage_key, due_on) if shift.after != shift.before]
    if not found:
        return []
    fields = {DUE_FIELD[shift.stage.key]: shift.after for shift in found}
    Review.objects.filter(pk=review.pk).update(**fields)
    window = fields.get(DUE_FIELD[StageKey.PEER_REVIEW])
    if window and review.round is not None and review.round.status in RUNNING:
        feedback.extend(review.round, window, by=None, reason=reason)
    for shift in found:
        dates = {"stage": shift.stage.key, "before": str(shift.before), "after": str(shift.after)}
        record(review, "extend", by=by, reason=reason, **dates)
    tell(news_of(review, found))
    return found


def news_of(review: Review, found: list[Shift]) -> list:
    """A line for whoever is at work on the present stage, when its deadline is among those that moved."""
    shift = next((each for each in found if each.stage.key == review.stage_key), None)
    if shift is None:
        return []
    line = line_for(
        review,
        "line_deadline_moved",
        to=getattr(review, ACTOR.get(review.status, "manager")),
        key=f"{review.pk}:{shift.stage.key}:{shift.after}",
        stage_title=shift.stage.title,
        employee_name=review.subject.name,
        due_date=shift.after.isoformat(),
    )
    return [line]


# --- a whole stage -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class StageMove:
    """A new deadline of one stage of a running cycle, and how many reviews it concerns."""

    stage: Stage
    after: date
    moving: int
    personal: int  # reviews with a deadline of their own, which they keep
    passed: int  # reviews that have left the stage


def stage_moves(cycle: Cycle, dates: dict[str, date]) -> list[StageMove]:
    """What changing the deadlines of `cycle` to `dates` (by stage key) would do; unchanged ones are left out."""
    found = []
    for key, after in dates.items():
        stage = cycle.stage[key]
        if after == stage.due_on:
            continue
        still = followers(cycle, stage, stage.due_on)
        before_it = not_past(cycle, key)
        total, open_still, moving = cycle.reviews.unfinished().count(), before_it.count(), still.count()
        found.append(StageMove(stage, after, moving, open_still - moving, total - open_still))
    return found


def not_past(cycle: Cycle, stage_key: str) -> QuerySet:
    """Reviews in the stage or before it."""
    keys = list(cycle.stage)
    still = [status for key in keys[: keys.index(stage_key) + 1] for status in STATUSES_OF[key]]
    return cycle.reviews.unfinished().filter(status__in=still)


def followers(cycle: Cycle, stage: Stage, before: date) -> QuerySet:
    """Reviews whose deadline of `stage` is the cycle's own, `before`: no personal one was set."""
    return not_past(cycle, stage.key).filter(**{DUE_FIELD[stage.key]: before})


def start_moving(cycle: Cycle, dates: dict[str, date], *, by, reason: str) -> Job:
    """Queue the move of whole stages; the same dates a second time find the first one's job."""
    text = {key: day.isoformat() for key, day in dates.items()}
    before = {key: cycle.stage[key].due_on.isoformat() for key in dates}
    name = ":".join(f"{key}={before[key]}>{day}" for key, day in sorted(text.items()))
    return jobs.start(
        "move_deadlines",
        by=by,
        key=f"{cycle.pk}:{name}"[:140],
        target_id=cycle.pk,
        dates=text,
        before=before,
        reason=reason,
    )


@jobs.job_kind("move_deadlines")
def do_move_deadlines(job) -> None:
    """Move the stages of the job and every review that follows them; an interrupted run goes on where it stopped."""
    cycle = Cycle.objects.prefetch_related("stages").get(pk=job.target_id)
    if cycle.status != CycleStatus.OPEN:
        return
    done = 0
    for key, text in job.data["dates"].items():
        stage, after = cycle.stage[key], date.fromisoformat(text)
        before = date.fromisoformat(job.data["before"][key])
        waiting = followers(cycle, stage, before)
        jobs.advance(job, done, total=done + waiting.count())
        for ids in batches(waiting):
            move_batch(stage, ids, before, after, by=job.owner, reason=job.data["reason"])
            done += len(ids)
            jobs.advance(job, done)
        _move_stage(stage, after, by=job.owner, reason=job.data["reason"])


def batches(rows: QuerySet) -> Iterable[list]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


@transaction.atomic
def move_batch(stage: Stage, ids: list, before: date, after: date, *, by, reason: str) -> None:
    """Move one deadline of these reviews, with events and news, in a fixed number of queries."""
    field = DUE_FIELD[stage.key]
    rows = Review.objects.select_for_update(of=("self",)).filter(pk__in=ids, **{field: before})
    reviews = list(rows.select_related("subject", "manager"))
    Review.objects.filter(pk__in=[review.pk for review in reviews]).update(**{field: after})
    if stage.key == StageKey.PEER_REVIEW:
        rounds = FeedbackRound.objects.running().filter(
            pk__in=[review.round_id for review in reviews if review.round_id]
        )
        rounds.update(closes_on=after)
    dates = {"stage": stage.key, "before": str(before), "after": str(after), "reason": reason}
    record_all(event_for(review, "extend", by=by, **dates) for review in reviews)
    tell(line for review in reviews for line in news_of(review, [Shift(stage, before, after)]))


@transaction.atomic
def _move_stage(stage: Stage, after: date, *, by, reason: str) -> None:
    """The cycle's own deadline, last of all: until then the job knows which reviews follow it."""
    before = stage.due_on
    Stage.objects.filter(pk=stage.pk).update(due_on=after)
    if before != after:
        dates = {"stage": stage.key, "before": str(before), "after": str(after)}
        record(stage.cycle, "move_deadline", by=by, reason=reason, **dates)
