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
from foundation.workflow.moves import MoveRefused, perform
from reviews.cycles.deadlines import move_deadlines, proposed_deadline
from reviews.cycles.services import stage_message
from reviews.guards import paused_words
from reviews.models import Evaluation, HandoverChoice, ManagerChange, ManagerDecision, Review
from reviews.policies import acts_as_manager
from reviews.review import snapshots
from reviews.review.new_manager import change_author
from reviews.states import AFTER_DELIVERY, ReviewStatus, StageKey


def declared(verb: str) -> dict:
    """What is declared with the move `verb`: label, effect, where work returns to, whether it is offered for many."""
    return next(iter(getattr(Review, verb)._django_fsm.transitions.values())).custom


def principal(review: Review, user):
    """Whom `user` acts for when they act as stand-in ("X for Y"); None when they act for themselves."""
    is_stand_in = user is not None and acts_as_manager(review, user) and user.pk != review.manager_id
    return review.manager if is_stand_in else None


@transaction.atomic
def move(review: Review, verb: str, *, by, reason: str = "", due_on=None) -> Review:
    """Take step `verb` and do what follows from it. Raises MoveRefused (not now) or PermissionDenied (not you).

    Work that comes back gets the deadline `due_on`, by default a week from today where the present one is earlier;
    later stages move with it. The reason is then shown to whoever has to act next.
    """
    stage_key = declared(verb).get("returns_to")
    arguments = {"note": reason} if stage_key else {}
    before = review.status
    review = perform(review, verb, by=by, on_behalf_of=principal(review, by), reason=reason, **arguments)
    if stage_key:
        due_on = due_on or proposed_deadline(review, stage_key)
        move_deadlines(review, stage_key, due_on, by=by, reason=reason)
        review = Review.objects.select_related("cycle", "subject", "manager", "round").get(pk=review.pk)
    FOLLOWS.get(verb, _nothing)(review)
    if before == ReviewStatus.PEER_REVIEW and review.status == ReviewStatus.MANAGER_EVALUATION:
        _after_peer_review(review)
    if review.status == ReviewStatus.DELIVERY and before not in AFTER_DELIVERY:
        review = _to_the_one_who_delivers(review)
        enqueue([stage_message(review, StageKey.DELIVERY, to=review.manager)])
    return review


def _to_the_one_who_delivers(review: Review) -> Review:
    """The review changes hands here when HR decided so at a change of manager, and the new one is still there."""
    decision = ManagerDecision.objects.filter(review=review, choice=HandoverChoice.DELIVERS).first()
    if decision is None or not decision.line_manager.is_active or decision.line_manager_id == review.manager_id:
        return review
    reason = _("%(name)s delivers the review, as decided by HR.") % {"name": decision.line_manager.name}
    change_manager(review, decision.line_manager, by=decision.decided_by, reason=reason)
    return Review.objects.select_related("cycle", "subject", "manager", "round").get(pk=review.pk)


def _nothing(review):
    """Most moves have no further effect."""


def _after_submission(review):
    tell([line_for(review, "line_self_assessment_submitted", to=review.manager, key=_now(review), **_names(review))])
    _after_self_assessment(review)


def _after_self_assessment(review):
    """When nobody is left to wait for, the stage that follows ends at once."""
    end_peer_review_if_over(review)


def _names(review) -> dict:
    return {"employee_name": review.subject.name, "cycle_name": review.cycle.name}


def _now(review) -> str:
    """A key for news of this moment about one review."""
    return f"{review.pk}:{timezone.now().isoformat(timespec='seconds')}"


def _after_peer_review(review):
    if review.round is not None and review.round.status in RUNNING:
        feedback.release_round(review.round)
    enqueue([stage_message(review, StageKey.MANAGER_EVALUATION, to=review.manager)])


def _after_return_self_assessment(review):
    review.self_assessment.submitted_at = None
    review.self_assessment.save(update_fields=["submitted_at"])
    enqueue([_returned(review, StageKey.SELF_ASSESSMENT, to=review.subject, by=review.manager)])


def _after_return_evaluation(review):
    review.evaluation.submitted_at = None
    review.evaluation.save(update_fields=["submitted_at"])
    enqueue([_returned(review, StageKey.MANAGER_EVALUATION, to=review.manager, by=None)])


def _after_reopen(review):
    """The manager delivers once more; the subject hears that the review is out of reach until then."""
    if review.round is not None:
        feedback.close_to_subject(review.round)
    enqueue([_returned(review, StageKey.DELIVERY, to=review.manager, by=None)])
    tell([line_for(review, "line_review_reopened", to=review.subject, key=_now(review), **_names(review))])


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


def _after_deliver(review):
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


def _after_acknowledge(review):
    names = {"employee_name": review.subject.name, "comment_note": "", "cycle_name": review.cycle.name}
    key = f"{review.pk}:{review.acknowledged_at}"
    enqueue([message_for(review, "acknowledged", to=review.manager, key=key, **names)])


def _after_cancel(review):
    if review.round is not None and review.round.status in RUNNING:
        feedback.cancel_round(review.round, by=None, reason="")
    tell([line_for(review, "line_review_cancelled", to=review.subject, key=f"{review.pk}", **_names(review))])


FOLLOWS = {
    "submit_self_assessment": _after_submission,
    "skip_self_assessment": _after_self_assessment,
    "return_self_assessment": _after_return_self_assessment,
    "return_evaluation": _after_return_evaluation,
    "reopen": _after_reopen,
    "deliver": _after_deliver,
    "acknowledge": _after_acknowledge,
    "cancel": _after_cancel,
}


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
def set_conversation(review: Review, day, *, by) -> None:
    """Set the day of the review conversation; the subject hears of it. Raises MoveRefused while it is paused."""
    if review.is_paused:
        raise MoveRefused(paused_words(review))
    Review.objects.filter(pk=review.pk).update(conversation_on=day)
    record(review, "set_conversation", by=by, on_behalf_of=principal(review, by), day=str(day))
    names = {"manager_name": review.manager.name, "meeting_date": day.isoformat()}
    tell([line_for(review, "line_meeting_set", to=review.subject, key=f"{review.pk}:{day}", **names)])


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
