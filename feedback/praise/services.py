"""Feedback between cycles: thanking, asking about a piece of work, answering. With names, for the two of them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from feedback.models import FeedbackAsk, Praise, Reply
from feedback.policies import AskPolicy
from foundation.audit.events import record
from foundation.outbox.mails import absolute
from foundation.outbox.messages import enqueue, message_for
from foundation.ui.idempotency import insert_once
from foundation.workflow.moves import perform


@transaction.atomic
def thank(praise: Praise, *, by) -> Praise:
    """Store `praise` from `by` and tell the receiver, once for each form."""
    praise.giver = by
    praise, is_new = insert_once(praise, giver=by)
    if is_new:
        record(praise, "give", by=by)
        _tell(praise, "praise_received", praise.receiver, giver_name=by.name)
    return praise


@transaction.atomic
def ask_colleague(ask: FeedbackAsk, *, by) -> FeedbackAsk:
    """Store the question of `by` and tell the colleague, once for each form."""
    ask.asker = by
    ask, is_new = insert_once(ask, asker=by)
    if is_new:
        record(ask, "ask", by=by)
        _tell(ask, "feedback_asked", ask.giver, asker_name=by.name)
    return ask


@transaction.atomic
def reply(ask: FeedbackAsk, reply: Reply, *, by) -> Reply:
    """Answer a question, once. Raises MoveRefused the second time."""
    if not AskPolicy.allows(by, ask, "reply"):
        raise PermissionDenied
    reply.ask = perform(ask, "reply_to", by=by)
    reply.save()
    _tell(ask, "feedback_replied", ask.asker, giver_name=by.name)
    return reply


def _tell(target, kind, person, **data) -> None:
    link = absolute(target.get_absolute_url())
    enqueue([message_for(target, kind, to=person, key=str(target.pk), link=link, **data)])
