"""Reading a delivered review in the role of HR is an event (security contract 8.2)."""

from contextlib import suppress
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone

from foundation.audit.events import record
from foundation.audit.models import Event
from reviews.models import Review
from reviews.policies import ReviewPolicy

KEPT = "read_for_hr"  # in the session: what it has recorded lately, so that a page does not ask the log each time
MOST = 50


def note_reading(request: HttpRequest, review: Review) -> None:
    """Once per person, review and hour; whoever reads as subject or manager just reads."""
    reader: Any = request.user  # signed in, as every reader of a review is
    if not ReviewPolicy.allows(reader, review, "handle"):
        return
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    key = f"review.read:{review.pk}:{reader.pk}:{hour}"
    recorded = request.session.get(KEPT, [])
    if key in recorded:
        return
    if not Event.objects.filter(key=key).exists():
        with suppress(IntegrityError):  # a second tab of the same moment has written it
            record(review, "read", by=reader, key=key)
    request.session[KEPT] = [*recorded, key][-MOST:]
