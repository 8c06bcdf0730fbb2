"""What HR does with rounds and requests: extend, cancel, change the manager or the promise, send again, replace."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback import policies
from feedback.answers.questions import as_answers, example_of, questions_of
from feedback.answers.services import mix_in
from feedback.models import Answer, AttributedAnswer, Link, Request, Round
from feedback.nominations.services import add, check_outsider, invitation_for, message_to_giver
from feedback.release.services import answers_counted
from feedback.rounds.models import paused_words
from feedback.rounds.querysets import organisation_today
from feedback.states import INVITED, RUNNING, Promise, RequestStatus
from foundation.audit.events import event_for, record, record_all
from foundation.moments import day_in_words
from foundation.outbox.messages import enqueue, message_for
from foundation.workflow.moves import MoveRefused, perform
from people.typed import typed_address


def _locked(round: Round, by) -> Round:
    """The round under a lock, running. `by` None is a deed of the app above, which has checked the right."""
    [round] = _all_locked([round.pk], by)
    return round


def _all_locked(ids: list, by) -> list[Round]:
    """As `_locked`, for several rounds at once."""
    rows = Round.objects.select_related("subject").select_for_update(of=("self",), no_key=True)
    rounds = list(rows.filter(pk__in=ids).order_by("pk"))
    if by is not None and not all(policies.can_run(round, by) for round in rounds):
        raise PermissionDenied
    if any(round.status not in RUNNING for round in rounds):
        raise MoveRefused(_("The feedback has been closed."))
    return rounds


@transaction.atomic
def cancel_round(round: Round, *, by, reason: str) -> Round:
    """Nobody is asked any more; drafts stay, readable by nobody. What was sealed is shown to nobody, so it goes."""
    round = perform(round, "cancel", by=by, reason=reason)
    Answer.objects.filter(round=round).delete()
    return round


@transaction.atomic
def change_manager(round: Round, manager, *, by) -> Round:
    """From now on `manager` leads and reads this round. A request to the new manager is revoked."""
    round = _locked(round, None) if round.status in RUNNING else Round.objects.get(pk=round.pk)
    if manager.pk == round.subject_id:
        raise MoveRefused(_("Nobody leads the feedback about themselves."))
    before, round.manager = round.manager_id, manager
    round.save()
    record(round, "change_manager", by=by, before=str(before), after=str(manager.pk))
    for request in round.requests.filter(giver=manager, status=RequestStatus.ASKED):
        perform(request, "revoke", why=_("Now leads this review."))
    return round


@transaction.atomic
def go_on(round: Round, *, by) -> Round:
    """The subject has left or is about to, and feedback about them goes on: who was on hold is asked again.

    The app above has checked the right of `by`.
    """
    round = _locked(round, None)
    was_paused = round.is_paused
    round.goes_on_without_subject = True
    round.save(update_fields=["goes_on_without_subject"])
    if was_paused:
        ask_again([round], by=by)
    return round


def ask_again(rounds: Iterable[Round], *, by) -> None:
    """Owe everybody who can still answer in `rounds` a new invitation: mails that came due meanwhile were withheld."""
    waiting = Request.objects.open_on(organisation_today()).filter(round__in=rounds)
    rows = list(waiting.select_related("round", "giver").order_by("pk"))
    for row in rows:
        row.invitations += 1
    Request.objects.bulk_update(rows, ["invitations"], batch_size=1000)
    record_all(event_for(row, "send_again", by=by) for row in rows)
    enqueue(invitation_for(row) for row in rows)


@transaction.atomic
def extend(round: Round, closes_on, *, by, reason: str) -> Round:
    """Move the last day for answers of the whole round."""
    round = _locked(round, by)
    record(round, "extend", by=by, before=str(round.closes_on), after=str(closes_on), reason=reason)
    round.closes_on = closes_on
    round.save()
    return round


@transaction.atomic
def extend_request(request: Request, due_on, *, by, reason: str) -> Request:
    """Give one collaborator more time; the round is not released before that day."""
    _locked(request.round, by)
    if due_on <= request.round.closes_on:
        day = day_in_words(request.round.closes_on, "D j M Y")
        raise MoveRefused(_("The new day must be after %(day)s, the last day of the round.") % {"day": day})
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    record(request, "extend", by=by, before=str(request.due_on), after=str(due_on), reason=reason)
    request.due_on = due_on
    request.save()
    return request


@transaction.atomic
def send_again(request: Request, *, by) -> Request:
    """Owe the invitation once more, with a new link; earlier ones stay good."""
    round = _locked(request.round, by)
    if round.is_paused:
        raise MoveRefused(paused_words(round))
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.status != RequestStatus.ASKED:
        raise MoveRefused(_("Only somebody who has not answered or declined is asked again."))
    if request.has_left:
        raise MoveRefused(_("%(name)s has left. Ask somebody else instead.") % {"name": request.name})
    request.invitations += 1
    request.save()
    record(request, "send_again", by=by)
    enqueue([invitation_for(request)])
    return request


@transaction.atomic
def confirm(request: Request, *, by) -> Request:
    """HR, or the colleague who was asked, vouches that this outsider exists: from now on they count, answered or not.

    Confirming twice is confirming once. Raises PermissionDenied, or MoveRefused once the round is closed.
    """
    round = _locked(request.round, None)
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.round = round
    if not (policies.can_confirm(round, by) or (request.confirmer_id == by.pk and policies.can_vouch(request, by))):
        raise PermissionDenied
    if request.is_unconfirmed:
        request.confirmed_by = by
        request.save(update_fields=["confirmed_by"])
        record(request, "confirm", by=by)
    return request


@transaction.atomic
def ask_to_confirm(request: Request, colleague, *, by) -> Request:
    """Who leads the round or HR asks a colleague whether an outsider exists; the last one asked may confirm.

    Raises PermissionDenied, or MoveRefused when that colleague may not vouch here.
    """
    round = _locked(request.round, None)
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.round = round
    if not policies.can_lead(round, by):
        raise PermissionDenied
    if not request.is_unconfirmed:
        raise MoveRefused(_("%(name)s is confirmed.") % {"name": request.name})
    if not policies.can_vouch(request, colleague):
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
def decline_to_confirm(request: Request, *, by) -> None:
    """The colleague who was asked does not know the outsider; somebody else may be asked."""
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.confirmer_id != by.pk:
        raise PermissionDenied
    request.confirmer = None
    request.save(update_fields=["confirmer"])
    record(request, "decline_to_confirm", by=by)


@transaction.atomic
def change_address(request: Request, email: str, *, by) -> Request:
    """Ask the same outsider under another address; links sent to the old one end here."""
    _locked(request.round, by)
    request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not request.is_external:
        raise MoveRefused(_("The address of a colleague comes from the list of people."))
    request.email, request.confirmed_by = typed_address(email), by  # another address may be somebody else's
    check_outsider(request.round, request.email, but=request)
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError as twice:
        raise MoveRefused(_("This person is on the list already.")) from twice
    Link.objects.filter(request=request).delete()
    return send_again(request, by=by)


@transaction.atomic
def replace(request: Request, *, by, reason: str, giver=None, name="", email="", relation: str) -> Request:
    """Stop asking one person and ask another in their place."""
    if request.status != RequestStatus.DECLINED:
        perform(request, "revoke", by=by, reason=reason, why=reason)
    return add(Round.objects.get(pk=request.round_id), by=by, giver=giver, name=name, email=email, relation=relation)


@transaction.atomic
def nudge(requests, *, by) -> int:
    """Remind those of `requests` who are still asked, at most once a day each; returns how many."""
    late = [each for each in requests if each.status == RequestStatus.ASKED and not each.round.is_paused]
    today = timezone.localdate()
    for request in late:
        if not policies.can_run(request.round, by):  # how many are still asked is no news for a manager
            raise PermissionDenied
    enqueue(message_to_giver(request, "reminder_before_due", f"{request.pk}:nudge:{today}") for request in late)
    for request in late:
        record(request, "nudge", by=by)
    return len(late)


@transaction.atomic
def set_promise(rounds: Iterable[Round], *, promise: str, k_scores: int, k_texts: int, by) -> None:
    """Change what givers are told. Before the first invitation freely, afterwards only to something stronger.

    All rounds or none, in a fixed number of statements. `by` None is a deed of the app above, which has checked the
    right and keeps the event of it; then `rounds` may be a queryset of thousands.
    """
    terms = {"promise": promise, "k_scores": k_scores, "k_texts": k_texts}
    rows = rounds if isinstance(rounds, QuerySet) else Round.objects.filter(pk__in=[round.pk for round in rounds])
    if by is None:  # only the lock: nobody is asked meanwhile
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
    else:
        _note_terms(_all_locked([round.pk for round in rounds], by), terms, by)
    if rows.filter(_is_weakened_by(**terms), Exists(_invited())).exists():
        raise MoveRefused(_("People have been asked with this promise. It can be made stronger, never weaker."))
    rows.update(**terms)
    named = AttributedAnswer.objects.filter(request__round=OuterRef("pk"))
    for round in rows.filter(Exists(named)):
        _make_anonymous(round)


def _note_terms(rounds: list[Round], terms: dict, by) -> None:
    after = " ".join(map(str, terms.values()))
    for round in rounds:
        record(round, "set_promise", by=by, before=f"{round.promise} {round.k_scores} {round.k_texts}", after=after)


def _is_weakened_by(promise: str, k_scores: int, k_texts: int) -> Q:
    weaker = Q(k_scores__gt=k_scores) | Q(k_texts__gt=k_texts)
    return weaker if promise == Promise.ANONYMOUS else weaker | Q(promise=Promise.ANONYMOUS)


def _invited() -> QuerySet:
    return Request.objects.filter(round=OuterRef("pk"), status__in=INVITED)


def _make_anonymous(round) -> None:
    """Answers given with a name lose it when the promise becomes stronger."""
    named = AttributedAnswer.objects.filter(request__round=round).select_related("request__round", "question", "point")
    if not round.is_anonymous or not named.exists():
        return
    rows = []
    for request in Request.objects.filter(pk__in=named.values("request")).select_related("round"):
        rows += as_answers(request, questions_of(request), _as_dict(named.filter(request=request)))
    mix_in(round, rows)
    AttributedAnswer.objects.filter(request__round=round).delete()


def _as_dict(named) -> dict:
    answers = {}
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
    answered = Request.objects.filter(round=OuterRef("pk"), status=RequestStatus.ANSWERED).order_by()
    count = Coalesce(Subquery(answered.values("round").annotate(n=Count("pk")).values("n")), 0)
    due = Round.objects.running().exclude(counted_on=day)
    record_all(answers_counted(due.annotate(now=count).exclude(now=F("counted_answers"))))
    return due.update(counted_answers=count, counted_on=day)
