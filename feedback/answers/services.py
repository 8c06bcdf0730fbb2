"""Sending a draft, declining: what a giver does."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.answers import draft_keys
from feedback.answers.questions import as_answers, as_attributed, asked_of, chance, problems
from feedback.models import Answer, AttributedAnswer, Draft, FeedbackRequest, FeedbackRound
from feedback.nominations.services import message_to_giver
from feedback.states import RequestStatus, RoundStatus
from foundation.outbox.messages import enqueue
from foundation.outbox.models import Message
from foundation.ui.drafts import Stale
from foundation.ui.forms import REASON_MAX
from foundation.workflow.moves import MoveRefused, perform
from questionnaires.states import Kind


class HasDraft(Exception):
    """Declining would throw away a draft, and nobody has agreed to that."""


@transaction.atomic
def answer(request: FeedbackRequest, answers: dict, *, by=None) -> FeedbackRequest:
    """Seal the answers: rows without author, the draft gone, the request answered, all or nothing.

    Raises MoveRefused (answered, revoked, too late) or ValidationError with the problems by field.
    """
    return _seal(locked(request), answers, by)


def _seal(request: FeedbackRequest, answers: dict, by) -> FeedbackRequest:
    """As `answer`, for a request that is locked already."""
    feedback_round, questions = request.round, asked_of(request)
    if found := problems(questions, answers):
        raise ValidationError(found)
    if feedback_round.is_anonymous:
        mix_in(feedback_round, as_answers(request, questions, answers))
    else:
        AttributedAnswer.objects.bulk_create(as_attributed(request, questions, answers))
    drop_drafts([request.pk])
    return perform(request, "answer", by=by, is_silent=True)


def drop_drafts(request_ids: Iterable) -> None:
    """Delete the drafts of these requests and, once that is certain, their keys.

    A worker killed in between leaves keys without a draft; `feedback.release.wiping` finds them.
    """
    request_ids = list(request_ids)
    Draft.objects.filter(request__in=request_ids).delete()
    transaction.on_commit(partial(draft_keys.forget, request_ids), robust=True)


def mix_in(feedback_round: FeedbackRound, new: list[Answer]) -> None:
    """Add `new` answers to a locked round by writing all of its answers anew, in random order and under new ids.

    The database numbers rows and the transactions that write them: rows left where they came would still lie side by
    side, in the order of arrival, and the event log tells who arrived when.
    """
    rows = [*Answer.objects.filter(round=feedback_round), *new]
    Answer.objects.filter(round=feedback_round).delete()
    for row in rows:
        row.pk = uuid.uuid4()
    chance.shuffle(rows)
    Answer.objects.bulk_create(rows)


@transaction.atomic
def send(request: FeedbackRequest, version: int, *, by=None) -> FeedbackRequest:
    """Seal the draft as it was read at `version`. Raises Stale when it has changed since, and what `answer` raises."""
    request = locked(request)
    draft = Draft.objects.filter(request=request).first()
    if draft is None:
        return _seal(request, {}, by)
    if draft.version != version:
        raise Stale(draft)
    return _seal(request, draft.answers, by)


CODES_PER_HOUR = 5


@transaction.atomic
def send_code(request: FeedbackRequest) -> bool:
    """Owe the mail with a code that opens the draft in another browser; False when too many were asked for."""
    hour = timezone.now() - timedelta(hours=1)
    recent = Message.objects.filter(kind="feedback_code", target_id=str(request.pk), created_at__gte=hour)
    if recent.count() >= CODES_PER_HOUR:
        return False
    enqueue([message_to_giver(request, "feedback_code", f"{request.pk}:{uuid.uuid4()}")])
    return True


def locked(request: FeedbackRequest) -> FeedbackRequest:
    """The request as it is now, its round locked first. Raises MoveRefused when it can no longer be answered."""
    rounds = FeedbackRound.objects.select_for_update(of=("self",), no_key=True).select_related("catalogue", "subject")
    feedback_round = rounds.get(pk=request.round_id)
    request = FeedbackRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    request.round = feedback_round
    if feedback_round.is_paused:
        raise MoveRefused(_("This feedback is paused. Nothing needs to be sent at the moment."))
    if feedback_round.status != RoundStatus.COLLECTING or not request.is_in_time:
        raise MoveRefused(_("The deadline has passed, and the feedback is closed."))
    if request.status != RequestStatus.ASKED:
        raise MoveRefused(_("This has already been sent, declined or closed."))
    return request


@transaction.atomic
def decline(request: FeedbackRequest, *, reason: str = "", by=None, drops_draft: bool = True) -> FeedbackRequest:
    """The giver would rather not. The reason is for the manager and HR; it is no part of the event log.

    Raises HasDraft when something was written already and `drops_draft` is false.
    """
    request = locked(request)
    draft = Draft.objects.filter(request=request).first()
    if draft is not None and not drops_draft and is_written(draft):
        raise HasDraft
    request = perform(request, "decline", by=by, why=reason.strip()[:REASON_MAX])
    drop_drafts([request.pk])
    return request


def is_written(draft: Draft) -> bool:
    """Whether a draft holds more than how close the contact was."""
    contact = {each.key for each in asked_of(draft.request) if each.kind == Kind.CONTACT}
    return any(value for name, value in draft.answers.items() if name not in contact)
