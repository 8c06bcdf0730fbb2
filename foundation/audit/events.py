"""Events: each is written in the transaction of what happened, and linked to the one before."""

import hmac
import json
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from foundation.audit.models import ChainHead, Event


def mac_of(previous: str, event: Event) -> str:
    """HMAC-SHA256 over the previous link and this event's canonical JSON."""
    row = [event.number, event.at.isoformat(), str(event.actor_id), str(event.on_behalf_of_id), event.verb]
    row += [event.target_type, event.target_id, event.data, event.key]
    text = previous + json.dumps(row, sort_keys=True, separators=(",", ":"), default=str)
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), sha256).hexdigest()


def event_for(target, verb, *, by=None, on_behalf_of=None, key=None, **data) -> Event:
    """An unsaved event about `target`. `data` holds names of states, reasons and counts, never content."""
    return Event(
        at=timezone.now(),
        actor=by,
        on_behalf_of=on_behalf_of,
        verb=f"{target._meta.model_name}.{verb}",
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        data=data,
        key=key,
    )


@transaction.atomic(savepoint=False)  # an event is saved together with its action or not at all
def record_all(events: Iterable[Event]) -> list[Event]:
    """Append `events` to the log under the locked head row, in the caller's transaction."""
    events = list(events)
    if not events:
        return []
    heads = ChainHead.objects.select_for_update().filter(pk=1)
    head = heads.first()
    if head is None:
        ChainHead.objects.get_or_create(pk=1)
        head = heads.get()
    for event in events:
        head.number += 1
        event.number = head.number
        event.mac = head.mac = mac_of(head.mac, event)
    Event.objects.bulk_create(events, batch_size=2000)
    head.save()
    return events


def record(target, verb, *, by=None, on_behalf_of=None, key=None, **data) -> Event:
    """Append one event. Raises IntegrityError when an event with the same `key` exists."""
    return record_all([event_for(target, verb, by=by, on_behalf_of=on_behalf_of, key=key, **data)])[0]


def event_of_day(target, verb, **data) -> Event:
    """An unsaved event without actor and with the day only: how many things were done that day, not which."""
    event = event_for(target, verb, **data)
    event.at = event.at.replace(hour=0, minute=0, second=0, microsecond=0)
    return event
