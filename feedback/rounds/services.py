"""What HR does with rounds and requests: extend, cancel, change the manager or the terms, send again, replace."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.answers.questions import as_answers, asked_of, example_of
from feedback.answers.services import mix_in
from feedback.models import AccessLink, Answer, AttributedAnswer, FeedbackRequest, FeedbackRound
from feedback.nominations.services import add, check_outsider, invitation_for, message_to_giver
from feedback.policies import RequestPolicy, RoundPolicy
from feedback.release.services import answers_counted
from feedback.rounds.models import paused_words
from feedback.rounds.querysets import answering_day
from feedback.states import INVITED, RUNNING, Confidentiality, RequestStatus
from foundation.audit.events import event_for, record, record_all
from foundation.moments import day_in_words
from foundation.outbox.messages import enqueue, message_for
from foundation.workflow.declaration import Taken
from foundation.workflow.moves import MoveRefused, perform, perform_many
from people.typed import typed_address


def _locked(feedback_round: FeedbackRound, by) -> FeedbackRound:
    """The round under a lock, running. `by` None is an action of the app above, which has checked the right."""
    [feedback_round] = _all_locked([feedback_round.pk], by)
    return feedback_round


def _all_locked(ids: list, by) -> list[FeedbackRound]:
    """As `_locked`, for several rounds at once."""
    rows = FeedbackRound.objects.select_related("subject").select_for_update(of=("self",), no_key=True)
    rounds = list(rows.filter(pk__in=ids).order_by("pk"))
    if by is not None and not all(RoundPolicy.allows(by, each, "handle") for each in rounds):
        raise PermissionDenied
    if any(feedback_round.status not in RUNNING for feedback_round in rounds):
        raise MoveRefused(_("The feedback has been closed."))
    return rounds


@transaction.atomic
def cancel_round(feedback_round: FeedbackRound, *, by, reason: str) -> FeedbackRound:
    """Nobody is asked any more; drafts stay, readable by nobody."""
    return perform(feedback_round, "cancel", by=by, reason=reason)


def cancel_rounds(rounds: list[FeedbackRound], *, by, reason: str) -> list[FeedbackRound]:
    """As `cancel_round`, for many: all or none."""
    return perform_many(rounds, "cancel", by=by, reason=reason)


def drop_answers(taken: list[Taken]) -> None:
    """What was sealed in a cancelled round is shown to nobody, so it goes."""
    Answer.objects.filter(round__in=[each.row for each in taken]).delete()


@transaction.atomic
def change_manager(feedback_round: FeedbackRound, manager, *, by) -> FeedbackRound:
    """From now on `manager` leads and reads this round. A request to the new manager is revoked."""
    feedback_round = (
        _locked(feedback_round, None)
        if feedback_round.status in RUNNING
        else FeedbackRound.objects.get(pk=feedback_round.pk)
    )
    if manager.pk == feedback_round.subject_id:
        raise MoveRefused(_("Nobody leads the feedback about themselves."))
    before, feedback_round.manager = feedback_round.manager_id, manager
    feedback_round.save()
    record(feedback_round, "change_manager", by=by, before=str(before), after=str(manager.pk))
    theirs = feedback_round.requests.filter(giver=manager, status=RequestStatus.ASKED)
    perform_many(theirs, "revoke", why=_("Now leads this review."))
    return feedback_round


@transaction.atomic
def go_on(feedback_round: FeedbackRound, *, by) -> FeedbackRound:
    """The subject has left or is about to, and feedback about them goes on: who was on hold is asked again.

    The app above has checked the right of `by`.
    """
    feedback_round = _locked(feedback_round, None)
    was_paused = feedback_round.is_paused
    feedback_round.goes_on_without_subject = True
    feedback_round.save(update_fields=["goes_on_without_subject"])
    if was_paused:
        ask_again([feedback_round], by=by)
    return feedback_round


def ask_again(rounds: Iterable[FeedbackRound], *, by) -> None:
    """Owe everybody who can still answer in `rounds` a new invitation: mails that came due meanwhile were withheld."""
    waiting = FeedbackRequest.objects.open_on(answering_day()).filter(round__in=rounds)
    rows = list(waiting.select_related("round", "giver").order_by("pk"))
    for row in rows:
        row.invitations += 1
    FeedbackRequest.objects.bulk_update(rows, ["invitations"], batch_size=1000)
    record_all(event_for(row, "send_again", by=by) for row in rows)
    enqueue(invitation_for(row) for row in rows)


@transaction.atomic
def extend(feedback_round: FeedbackRound, closes_on, *, by, reason: str) -> FeedbackRound:
    """Move the last day for answers of the whole round."""
    feedback_round = _locked(feedback_round, by)
    record(feedback_round, "extend", by=by, before=str(feedback_round.closes_on), after=str(closes_on), reason=reason)
    feedback_round.closes_on = closes_on
    feedback_round.save()
    return feedback_round


@transaction.atomic
def extend_request(request: FeedbackRequest, due_on, *, by, reason: str) -> FeedbackRequest:
    """Give one collaborator more time; the round is not released before that day."""
    _locked(request.round, by)
    if due_on <= request.round.closes_on:
        day = day_in_words(request.round.closes_on, "D j M Y")
        raise MoveRefused(_("The new day must be after %(day)s, the last day of the round.") % {"day": day})
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    record(request, "extend", by=by, before=str(request.due_on), after=str(due_on), reason=reason)
    request.due_on = due_on
    request.save()
    return request


@transaction.atomic
def send_again(request: FeedbackRequest, *, by) -> FeedbackRequest:
    """Owe the invitation once more, with a new link; earlier ones stay good."""
    feedback_round = _locked(request.round, by)
    if feedback_round.is_paused:
        raise MoveRefused(paused_words(feedback_round))
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.status != RequestStatus.ASKED:
        raise MoveRefused(_("Only people who haven't answered or declined can be asked again."))
    if request.has_left:
        raise MoveRefused(_("%(name)s has left. Ask someone else instead.") % {"name": request.name})
    request.invitations += 1
    request.save()
    record(request, "send_again", by=by)
    enqueue([invitation_for(request)])
    return request


@transaction.atomic
def confirm(request: FeedbackRequest, *, by) -> FeedbackRequest:
    """HR, or the colleague who was asked, vouches that this outsider exists: from now on they count, answered or not.

    Confirming twice is confirming once. Raises PermissionDenied, or MoveRefused once the round is closed.
    """
    feedback_round = _locked(request.round, None)
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.round = feedback_round
    if not RequestPolicy.allows(by, request, "confirm"):
        raise PermissionDenied
    if request.is_unconfirmed:
        request.confirmed_by = by
        request.save(update_fields=["confirmed_by"])
        record(request, "confirm", by=by)
    return request


@transaction.atomic
def ask_to_confirm(request: FeedbackRequest, colleague, *, by) -> FeedbackRequest:
    """Who leads the round or HR asks a colleague whether an outsider exists; the last one asked may confirm.

    Raises PermissionDenied, or MoveRefused when that colleague may not vouch here.
    """
    feedback_round = _locked(request.round, None)
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.round = feedback_round
    if not RoundPolicy.allows(by, feedback_round, "lead"):
        raise PermissionDenied
    if not request.is_unconfirmed:
        raise MoveRefused(_("%(name)s is confirmed.") % {"name": request.name})
    if not RequestPolicy.allows(colleague, request, "vouch"):
        words = _(
            "%(name)s can't confirm this person. Choose somebody who doesn't read the results, gives no feedback here, "
            "didn't name them, and neither reports to nor manages anybody involved."
        )
        raise MoveRefused(words % {"name": colleague.name})
    if request.confirmer_id != colleague.pk:
        request.confirmer = colleague
        request.save(update_fields=["confirmer"])
        event = record(request, "ask_to_confirm", by=by, confirmer=str(colleague.pk))
        data = {"actor_name": by.name, "outsider_name": request.name}
        enqueue([message_for(request, "confirm_outsider", to=colleague, key=f"{request.pk}:{event.number}", **data)])
    return request


@transaction.atomic
def decline_to_confirm(request: FeedbackRequest, *, by) -> None:
    """The colleague who was asked does not know the outsider; somebody else may be asked."""
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not RequestPolicy.allows(by, request, "decline_to_confirm"):
        raise PermissionDenied
    request.confirmer = None
    request.save(update_fields=["confirmer"])
    record(request, "decline_to_confirm", by=by)


@transaction.atomic
def change_address(request: FeedbackRequest, email: str, *, by) -> FeedbackRequest:
    """Ask the same outsider under another address; links sent to the old one end here."""
    _locked(request.round, by)
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not request.is_external:
        raise MoveRefused(_("The address of a colleague comes from the list of people."))
    request.email, request.confirmed_by = typed_address(email), by  # another address may be somebody else's
    check_outsider(request.round, request.email, but=request)
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as twice:
        raise MoveRefused(_("This person is on the list already.")) from twice
    AccessLink.objects.filter(request=request).delete()
    return send_again(request, by=by)


@transaction.atomic
def replace(
    request: FeedbackRequest, *, by, reason: str, giver=None, name="", email="", relation: str
) -> FeedbackRequest:
    """Stop asking one person and ask another in their place."""
    if request.status != RequestStatus.DECLINED:
        perform(request, "revoke", by=by, reason=reason, why=reason)
    return add(
        FeedbackRound.objects.get(pk=request.round_id), by=by, giver=giver, name=name, email=email, relation=relation
    )


@transaction.atomic
def nudge(requests, *, by) -> int:
    """Remind those of `requests` who are still asked, at most once a day each; returns how many."""
    late = [each for each in requests if each.status == RequestStatus.ASKED and not each.round.is_paused]
    today = timezone.localdate()
    for request in late:
        if not RequestPolicy.allows(by, request, "handle"):  # how many are still asked is no news for a manager
            raise PermissionDenied
    enqueue(message_to_giver(request, "reminder_before_due", f"{request.pk}:nudge:{today}") for request in late)
    for request in late:
        record(request, "nudge", by=by)
    return len(late)


@transaction.atomic
def set_confidentiality(
    rounds: Iterable[FeedbackRound], *, confidentiality: str, k_scores: int, k_texts: int, by
) -> None:
    """Change what givers are told. Before the first invitation freely, afterwards only to something stronger.

    All rounds or none, in a fixed number of statements. `by` None is an action of the app above, which has checked the
    right and keeps the event of it; then `rounds` may be a queryset of thousands.
    """
    terms: dict[str, Any] = {"confidentiality": confidentiality, "k_scores": k_scores, "k_texts": k_texts}
    rows = (
        rounds
        if isinstance(rounds, QuerySet)
        else FeedbackRound.objects.filter(pk__in=[feedback_round.pk for feedback_round in rounds])
    )
    if by is None:  # only the lock: nobody is asked meanwhile
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    else:
        _note_terms(_all_locked([feedback_round.pk for feedback_round in rounds], by), terms, by)
    if rows.filter(_is_weakened_by(**terms), Exists(_invited())).exists():
        raise MoveRefused(_("People have been asked under these terms. They can be made stronger, never weaker."))
    rows.update(**terms)
    named = AttributedAnswer.objects.filter(request__round=OuterRef("pk"))
    for feedback_round in rows.filter(Exists(named)):
        _make_anonymous(feedback_round)


def _note_terms(rounds: list[FeedbackRound], terms: dict, by) -> None:
    after = " ".join(map(str, terms.values()))
    for feedback_round in rounds:
        record(
            feedback_round,
            "set_confidentiality",
            by=by,
            before=f"{feedback_round.confidentiality} {feedback_round.k_scores} {feedback_round.k_texts}",
            after=after,
        )


def _is_weakened_by(confidentiality: str, k_scores: int, k_texts: int) -> Q:
    weaker = Q(k_scores__gt=k_scores) | Q(k_texts__gt=k_texts)
    return (
        weaker
        if confidentiality == Confidentiality.ANONYMOUS
        else weaker | Q(confidentiality=Confidentiality.ANONYMOUS)
    )


def _invited() -> QuerySet:
    return FeedbackRequest.objects.filter(round=OuterRef("pk"), status__in=INVITED)


def _make_anonymous(feedback_round) -> None:
    """Answers given with a name lose it when the confidentiality becomes stronger."""
    named = AttributedAnswer.objects.filter(request__round=feedback_round).select_related(
        "request__round", "question", "point"
    )
    if not feedback_round.is_anonymous or not named.exists():
        return
    rows = []
    for request in FeedbackRequest.objects.filter(pk__in=named.values("request")).select_related("round"):
        rows += as_answers(request, asked_of(request), _as_dict(named.filter(request=request)))
    mix_in(feedback_round, rows)
    AttributedAnswer.objects.filter(request__round=feedback_round).delete()


def _as_dict(named) -> dict:
    answers: dict[str, str] = {}
    for row in named:
        if row.point:
            answers |= {row.question.key: row.point.key, example_of(row.question): row.text}
        else:
            answers[row.question.key] = row.text
    return answers


@transaction.atomic
def renew_counts(day) -> int:
    """The bare number that managers see, once a day for all rounds; returns how many rounds were counted.

    What came since the last count is one event per round with a number, in random order and without an hour: an event
    per answer would keep the order of arrival, and a request beside each.
    """
    answered = FeedbackRequest.objects.filter(round=OuterRef("pk"), status=RequestStatus.ANSWERED).order_by()
    count = Coalesce(Subquery(answered.values("round").annotate(n=Count("pk")).values("n")), 0)
    due = FeedbackRound.objects.running().exclude(counted_on=day)
    record_all(answers_counted(due.annotate(now=count).exclude(now=F("counted_answers"))))
    return due.update(counted_answers=count, counted_on=day)
