"""Messages are rows written in the transaction that causes them; a worker is woken after commit."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model

from foundation.audit.events import event_for, record_all
from foundation.outbox.kinds import kind_for
from foundation.outbox.models import Message
from foundation.outbox.querysets import MessageQuerySet


def message_for(
    target: Model,
    kind: str,
    *,
    to: Any = None,
    address: str = "",
    name: str = "",
    language: str = "en",
    key: object,
    **data: Any,
) -> Message:
    """An unsaved message of `kind` about `target`, to the user `to` or to an `address` without account.

    Raises UnknownKind, a KeyError, for a kind that no app declares.
    """
    priority = kind_for(kind, target._meta.label_lower).priority
    return Message(
        kind=kind,
        recipient=to,
        address=to.email if to else address,
        name=to.name if to else name,
        language=to.language if to else language,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        data=data,
        key=f"{kind}:{key}",
        priority=priority,
    )


@transaction.atomic
def send_again(rows: MessageQuerySet, *, by: Any) -> int:
    """Queue those of `rows` that were refused, with an event each. Returns how many."""
    from foundation.outbox.tasks import wake_mail_worker

    messages = rows.queue_again()
    record_all(event_for(message, "retried", by=by, kind=message.kind) for message in messages)
    if messages:
        transaction.on_commit(wake_mail_worker)
    return len(messages)


@transaction.atomic
def enqueue(messages: Iterable[Message]) -> None:
    """Save messages, once per key, and wake a worker once after commit, however many they are."""
    from foundation.outbox.tasks import wake_mail_worker

    messages = list(messages)
    if messages:
        Message.objects.bulk_create(messages, ignore_conflicts=True, batch_size=2000)
        transaction.on_commit(wake_mail_worker)
