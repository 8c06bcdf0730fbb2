"""Reading a delivered review in the role of HR is an event (security contract 8.2)."""

from contextlib import suppress

from django.db import IntegrityError
from django.utils import timezone

from activity.models import Event
from activity.outbox import record
from reviews import policies
from reviews.models import Review


def note_reading(review: Review, *, by) -> None:
    """Once per person, review and hour."""
    if by.pk in {review.subject_id, review.manager_id} or not policies.acts_as_hr(review, by):
        return
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    key = f"review.read:{review.pk}:{by.pk}:{hour}"
    if Event.objects.filter(key=key).exists():
        return
    with suppress(IntegrityError):  # a second tab of the same moment has written it
        record(review, "read", by=by, key=key)
