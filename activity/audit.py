"""Proving that the event log is as it was written."""

import hmac

from activity.models import ChainHead, Event
from activity.outbox import mac_of


def first_fault() -> str:
    """The first event that is not as it was written, in words; empty when the chain holds from first to last."""
    number, mac = 0, ""
    for event in Event.objects.order_by("number").iterator(chunk_size=2000):
        number += 1
        if event.number != number:
            return f"event {number} is missing"
        if not hmac.compare_digest(event.mac, mac_of(mac, event)):
            return f"event {number} is not as it was written"
        mac = event.mac
    head = ChainHead.objects.filter(pk=1).first()
    if head is None or head.number == number:
        return "" if (head.mac if head else "") == mac else "the head of the chain is not as it was written"
    return f"event {number + 1} is missing" if head.number > number else "the head of the chain is behind the log"
