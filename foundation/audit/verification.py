"""Checking that the event log has not been altered."""

import hmac
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from foundation.audit.anchors import first_broken
from foundation.audit.events import mac_of
from foundation.audit.models import ChainHead, Event, SealCheck


def first_fault(anchors: Path | None = None) -> str:
    """The first event that is not as it was written, in words; empty when chain and anchors hold.

    `anchors` is a file of anchors, by default that of the data folder; events may be added meanwhile.
    """
    return chain_fault() or first_broken(anchors or settings.AUDIT_ANCHORS)[1]


def chain_fault() -> str:
    """The first fault of the chain, in words. It can't see that log and head were emptied together; anchors can."""
    before = ChainHead.objects.filter(pk=1).first()
    number, mac = 0, ""
    for event in Event.objects.order_by("number").iterator(chunk_size=2000):
        number += 1
        if event.number != number:
            return f"event {number} is missing"
        if not hmac.compare_digest(event.mac, mac_of(mac, event)):
            return f"event {number} is not as it was written"
        mac = event.mac
        if before and before.number == number and before.mac != mac:
            return "the head of the chain is not as it was written"
    if before and before.number > number:
        return f"event {number + 1} is missing"
    after = ChainHead.objects.filter(pk=1).first()
    if after is None:
        return "" if number == 0 else "the head of the chain is missing"
    return "the head of the chain is behind the log" if after.number < number else ""


def check_seal() -> SealCheck:
    """Check all of it and keep the result, which the log's page shows."""
    head = ChainHead.objects.filter(pk=1).first()
    fault = first_fault()
    values = {
        "at": timezone.now(),
        "number": head.number if head else 0,
        "anchors": first_broken(settings.AUDIT_ANCHORS)[0],
        "fault": fault[:300],
    }
    return SealCheck.objects.update_or_create(pk=1, defaults=values)[0]
