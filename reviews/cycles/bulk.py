"""One action for many reviews of a cycle: what it would do, who would be refused and why, and doing it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import services as feedback
from feedback.states import RequestStatus, RoundStatus
from foundation.audit.events import record
from foundation.outbox import jobs
from foundation.outbox.messages import enqueue
from foundation.outbox.models import Job
from foundation.workdays import organisation_today
from foundation.workflow.declaration import Move, moves_of
from foundation.workflow.moves import MoveRefused, why_not
from reviews.cycles.deadlines import move_deadlines
from reviews.cycles.reminders import reminder
from reviews.guards import paused_words
from reviews.models import Review
from reviews.review.moves import move
from reviews.states import ACTOR, ReviewStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AT_ONCE = 100  # reviews that are acted on while somebody waits; more are a job
MOST_REFUSALS = 500  # that a job remembers by name; the rest is counted


@dataclass(frozen=True)
class BulkAction:
    """One entry of the menu for a selection. `refusal` says why a review cannot take it now; empty when it can."""

    key: str
    label: "StrOrPromise"
    effect: "StrOrPromise"
    refusal: Callable[[Review], str]
    act: Callable
    needs_reason: bool = True
    needs_date: bool = False
    is_danger: bool = False


def _by_move(verb: str, declared: Move) -> BulkAction:
    """The action that takes one declared move: its words are those of the declaration."""

    def act(review, *, by, reason, due_on):
        move(review, verb, by=by, reason=reason, due_on=due_on)

    return BulkAction(
        verb,
        declared.label,
        declared.effect,
        refusal=lambda review: why_not(review, verb),
        act=act,
        needs_reason=declared.needs_reason,
        needs_date=bool(declared.returns_to),
        is_danger=declared.is_danger,
    )


def _not_running(review: Review) -> str:
    return "" if review.current_due_on else _("This review has no deadline any more.")


def _extend(review, *, by, reason, due_on):
    if due_on <= review.current_due_on:
        raise MoveRefused(_("The new deadline is not later than the present one."))
    move_deadlines(review, review.stage_key, due_on, by=by, reason=reason)


def _nobody_to_remind(review: Review) -> str:
    if review.is_paused:
        return paused_words(review)
    if review.status in ACTOR:
        return ""
    if review.status == ReviewStatus.PEER_REVIEW and review.round and review.round.status == RoundStatus.COLLECTING:
        return ""
    return _("No one has to act at the moment, so there is no one to remind.")


def _remind(review, *, by, reason, due_on):
    """Whoever is at work on the present stage, at most once a day; of a peer review those who have not answered."""
    if review.status == ReviewStatus.PEER_REVIEW:
        feedback.nudge(review.round.requests.filter(status=RequestStatus.ASKED).select_related("round", "giver"), by=by)
        return
    today = organisation_today()
    left = (review.current_due_on - today).days
    message = reminder(review, review.stage, left, left, to=getattr(review, ACTOR[review.status]))
    message.key = f"{message.kind}:{review.pk}:nudge:{today}"
    enqueue([message])
    record(review, "remind", by=by)


REMIND = BulkAction(
    "remind",
    gettext_lazy("Send a reminder"),
    gettext_lazy("The person who has to act next gets an email, at most one a day."),
    refusal=_nobody_to_remind,
    act=_remind,
    needs_reason=False,
)
EXTEND = BulkAction(
    "extend",
    gettext_lazy("Extend the deadline"),
    gettext_lazy("The present stage ends on the new day. Later stages that it would overtake move with it."),
    refusal=_not_running,
    act=_extend,
    needs_date=True,
)
BY_MOVE = [_by_move(verb, declared) for verb, declared in sorted(moves_of(Review).items()) if declared.is_bulk]
BY_MOVE.sort(key=lambda action: action.is_danger)  # what cannot be undone stands last
ACTIONS = {action.key: action for action in [REMIND, EXTEND, *BY_MOVE]}


@dataclass
class Preview:
    """What an action would do to a selection: to how many, and who would be refused and why."""

    count: int
    names: list[str]
    refused: list[tuple[str, str]]

    @property
    def more(self) -> int:
        """How many are concerned beyond the names that are listed."""
        return self.count - len(self.names)


def preview(action: BulkAction, reviews: Iterable[Review], *, names: int = 20) -> Preview:
    """`names` is how many are listed by name."""
    found = Preview(0, [], [])
    for review in reviews:
        if refusal := action.refusal(review):
            found.refused.append((review.subject.name, refusal))
            continue
        found.count += 1
        if len(found.names) < names:
            found.names.append(review.subject.name)
    return found


def for_action(rows: QuerySet) -> QuerySet:
    """With everything that refusals and actions read of a review."""
    parts = ("cycle", "subject", "manager", "round", "self_assessment", "evaluation")
    return rows.select_related(*parts).prefetch_related("cycle__stages").order_by("subject__name", "pk")


def act_on(action: BulkAction, reviews: Iterable[Review], *, by, reason: str, due_on: date | None):
    """Act on each review alone; yields (review, why not), the latter empty for those done."""
    for review in reviews:
        try:
            if refusal := action.refusal(review):
                raise MoveRefused(refusal)
            action.act(review, by=by, reason=reason, due_on=due_on)
        except MoveRefused as refused:
            yield review, str(refused)
        except PermissionDenied:
            yield review, _("You can't do this for this person.")
        else:
            yield review, ""


def start(action: BulkAction, cycle, ids: list, *, by, reason: str, due_on: date | None, key: str) -> Job:
    """Queue the action for many; the same form a second time (`key`) finds the first one's job."""
    return jobs.start(
        "bulk",
        by=by,
        key=key,
        target_id=cycle.pk,
        total=len(ids),
        action=action.key,
        reason=reason,
        due_on=due_on.isoformat() if due_on else "",
        reviews=[str(pk) for pk in ids],
        refused=[],
    )


@jobs.job_kind("bulk")
def do_bulk(job) -> None:
    """Act on the reviews of the job that the owner still handles; an interrupted run goes on where it stopped.

    Who was refused, and why, is kept in `job.data["refused"]` for the page of the job.
    """
    action = ACTIONS[job.data["action"]]
    due_on = date.fromisoformat(job.data["due_on"]) if job.data["due_on"] else None
    ids, step = job.data["reviews"], 50
    for start_at in range(job.done, len(ids), step):
        some = ids[start_at : start_at + step]
        rows = for_action(Review.objects.handled_by_hr(job.owner).filter(cycle=job.target_id, pk__in=some))
        done = list(act_on(action, rows, by=job.owner, reason=job.data["reason"], due_on=due_on))
        job.data["refused"] += [[review.subject.name, why] for review, why in done if why]
        job.data["refused"] = job.data["refused"][:MOST_REFUSALS]
        job.save(update_fields=["data"])
        jobs.advance(job, start_at + len(some), total=len(ids))
