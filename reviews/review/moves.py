"""Moves of one review with what follows from them, in one transaction each; and the same move for many."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from feedback import services as feedback
from feedback.states import RUNNING
from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from foundation.outbox.messages import enqueue, message_for
from foundation.workflow.declaration import Taken
from foundation.workflow.moves import perform
from reviews.cycles.deadlines import move_deadlines, proposed_deadline
from reviews.cycles.services import stage_message
from reviews.models import Evaluation, HandoverChoice, ManagerChange, ManagerDecision, Review
from reviews.review import snapshots
from reviews.review.new_manager import change_author
from reviews.states import ReviewStatus, StageKey


def move(review: Review, verb: str, *, by, reason: str = "", due_on=None) -> Review:
    """Take step `verb` with what follows from it. Raises MoveRefused (not now) or PermissionDenied (not you).

    Work that comes back gets the deadline `due_on`, by default a week from today where the present one is earlier;
    later stages move with it. The reason is then shown to whoever has to act next.
    """
    return perform(review, verb, by=by, reason=reason, details={"due_on": due_on})


def _reread(review: Review) -> Review:
    return Review.objects.select_related("cycle", "subject", "manager", "round").get(pk=review.pk)


# --- what follows from a move, as declared with it ------------------------------------------------------------------
def _back_to_work(each: Taken) -> Review:
    """Work that comes back gets a deadline that can be met."""
    stage_key = each.move.returns_to
    due_on = each.details.get("due_on") or proposed_deadline(each.row, stage_key)
    move_deadlines(each.row, stage_key, due_on, by=each.by, reason=each.reason)
    each.row = _reread(each.row)
    return each.row


def after_submission(taken: list[Taken]) -> None:
    for each in taken:
        review = each.row
        names = _names(review)
        tell([line_for(review, "line_self_assessment_submitted", to=review.manager, key=_now(review), **names)])
    after_self_assessment(taken)


def after_self_assessment(taken: list[Taken]) -> None:
    """When nobody is left to wait for, the stage that follows ends at once."""
    for each in taken:
        end_peer_review_if_over(each.row)


def after_return_self_assessment(taken: list[Taken]) -> None:
    for each in taken:
        review = _back_to_work(each)
        review.self_assessment.submitted_at = None
        review.self_assessment.save(update_fields=["submitted_at"])
        enqueue([_returned(review, StageKey.SELF_ASSESSMENT, to=review.subject, by=review.manager)])


def after_peer_review(taken: list[Taken]) -> None:
    for each in taken:
        if each.row.round is not None and each.row.round.status in RUNNING:
            feedback.release_round(each.row.round)
    enqueue(stage_message(each.row, StageKey.MANAGER_EVALUATION, to=each.row.manager) for each in taken)


def after_evaluation(taken: list[Taken]) -> None:
    """Email whoever delivers, unless calibration comes first."""
    for each in taken:
        if each.row.status == ReviewStatus.DELIVERY:
            each.row = _to_the_one_who_delivers(each.row)
    ready = [each.row for each in taken if each.row.status == ReviewStatus.DELIVERY]
    enqueue(stage_message(review, StageKey.DELIVERY, to=review.manager) for review in ready)


def after_return_evaluation(taken: list[Taken]) -> None:
    for each in taken:
        review = _back_to_work(each)
        review.evaluation.submitted_at = None
        review.evaluation.save(update_fields=["submitted_at"])
        enqueue([_returned(review, StageKey.MANAGER_EVALUATION, to=review.manager, by=None)])


def after_reopen(taken: list[Taken]) -> None:
    """The manager delivers once more; the subject hears that the review is out of reach until then."""
    for each in taken:
        review = _back_to_work(each)
        if review.round is not None:
            feedback.close_to_subject(review.round)
        enqueue([_returned(review, StageKey.DELIVERY, to=review.manager, by=None)])
        tell([line_for(review, "line_review_reopened", to=review.subject, key=_now(review), **_names(review))])


def after_deliver(taken: list[Taken]) -> None:
    for each in taken:
        review = each.row
        Evaluation.objects.filter(review=review).update(snapshot=snapshots.of_goals(review))
        if review.round is not None:
            feedback.open_to_subject(review.round)
        message = message_for(
            review,
            "delivered",
            to=review.subject,
            key=f"{review.pk}:{review.delivered_at.isoformat()}",
            cycle_name=review.cycle.name,
            manager_name=review.manager.name,
            due_date=review.acknowledgement_due_on.isoformat(),
        )
        enqueue([message])


def after_acknowledge(taken: list[Taken]) -> None:
    for each in taken:
        review = each.row
        names = {"employee_name": review.subject.name, "comment_note": "", "cycle_name": review.cycle.name}
        key = f"{review.pk}:{review.acknowledged_at}"
        enqueue([message_for(review, "acknowledged", to=review.manager, key=key, **names)])


def after_cancel(taken: list[Taken]) -> None:
    reviews = [each.row for each in taken]
    running = [each.round for each in reviews if each.round is not None and each.round.status in RUNNING]
    feedback.cancel_rounds(running, by=None, reason="")
    tell(line_for(each, "line_review_cancelled", to=each.subject, key=f"{each.pk}", **_names(each)) for each in reviews)


def _to_the_one_who_delivers(review: Review) -> Review:
    """The review changes hands here when HR decided so at a change of manager, and the new one is still there."""
    decision = ManagerDecision.objects.filter(review=review, choice=HandoverChoice.DELIVERS).first()
    if decision is None or not decision.line_manager.is_active or decision.line_manager_id == review.manager_id:
        return review
    reason = _("%(name)s delivers the review, as decided by HR.") % {"name": decision.line_manager.name}
    change_manager(review, decision.line_manager, by=decision.decided_by, reason=reason)
    return _reread(review)


def _names(review) -> dict:
    return {"employee_name": review.subject.name, "cycle_name": review.cycle.name}


def _now(review) -> str:
    """A key for news of this moment about one review."""
    return f"{review.pk}:{timezone.now().isoformat(timespec='seconds')}"


def _returned(review, stage_key, *, to, by):
    stage = review.cycle.stage[stage_key]
    return message_for(
        review,
        "returned_for_changes",
        to=to,
        key=_now(review),
        cycle_name=review.cycle.name,
        form_title=stage.title,
        returned_by=by.name if by else "HR",
        due_date=review.due_on(stage_key).isoformat(),
    )


def end_peer_review_if_over(review: Review) -> Review | None:
    """By the clock: the moved review when its feedback is over, else None."""
    try:
        return move(review, "end_peer_review", by=None)
    except TransitionNotAllowed:
        return None


@transaction.atomic
def extend(review: Review, due_on, *, by, reason: str) -> Review:
    """Give the present stage of one review a later deadline; later stages that it would overtake move with it.

    Raises ValueError for a cancelled review, which is in no stage.
    """
    if review.stage_key is None:
        raise ValueError(f"{review.pk} is in no stage")
    move_deadlines(review, review.stage_key, due_on, by=by, reason=reason)
    return Review.objects.get(pk=review.pk)


@transaction.atomic
def change_manager(review: Review, manager, *, by, reason: str, contribution: str = "") -> Review:
    """Another manager of record from now on: evaluates and delivers; the former one has no access any more."""
    before = review.manager
    Review.objects.filter(pk=review.pk).update(manager=manager)
    change_author(review, before, manager)
    ManagerChange.objects.create(
        review=review, before=before, after=manager, changed_by=by, reason=reason, contribution=contribution
    )
    if review.round is not None:
        feedback.change_manager(review.round, manager, by=by)
    record(review, "change_manager", by=by, before=str(before.pk), after=str(manager.pk), reason=reason)
    if review.subject.manager_id not in (None, manager.pk):  # HR chose: the line manager is not asked about again
        values = {"line_manager": review.subject.manager, "choice": HandoverChoice.STAYS, "decided_by": by}
        ManagerDecision.objects.update_or_create(review=review, defaults=values)
    review = Review.objects.select_related("cycle", "subject", "manager").get(pk=review.pk)
    enqueue([_handed_over(review, before, by)])
    names = {"employee_name": review.subject.name, "manager_name": review.manager.name}
    tell([line_for(review, "line_review_handed_away", to=before, key=f"{review.pk}:{_n_changes(review)}", **names)])
    return review


def _n_changes(review: Review) -> int:
    """A number for each change of manager, for keys of what it owes."""
    return review.manager_changes.count()


def _handed_over(review: Review, before, by):
    """The new manager hears of it, whatever the stage; once per change."""
    return message_for(
        review,
        "review_handed_over",
        to=review.manager,
        key=f"{review.pk}:{_n_changes(review)}",
        employee_name=review.subject.name,
        former_name=before.name,
        actor_name=by.name,
        cycle_name=review.cycle.name,
        stage_title=review.stage.title if review.stage else "",
    )
