"""What the clock asks of reviews: which windows are over, who has to be reminded. Running twice changes nothing."""

from itertools import chain

from celery import shared_task
from django.db.models import Q

from feedback.models import FeedbackRequest
from feedback.services import release_rounds
from foundation.outbox.mornings import enqueue_once, mornings, served
from foundation.workdays import organisation_today
from reviews.cycles.reminders import action_reminders, reminders
from reviews.models import Cycle, Review
from reviews.review.moves import end_peer_review_if_over
from reviews.states import ACTOR, CycleStatus, ReviewStatus

REMINDERS = "review_reminders"
BATCH = 2000


@shared_task
def close_due_stages() -> int:
    """Release all feedback that is over, in batches, and move its reviews on; returns how many moved.

    After an interruption the next run goes on where this one stopped.
    """
    rows = list(feedback_over().values_list("pk", "round_id"))
    release_rounds([round_id for _pk, round_id in rows if round_id])
    moved = 0
    for start in range(0, len(rows), BATCH):
        ids = [pk for pk, _round_id in rows[start : start + BATCH]]
        reviews = Review.objects.select_related("cycle", "round", "manager").prefetch_related("cycle__stages")
        moved += sum(end_peer_review_if_over(review) is not None for review in reviews.filter(pk__in=ids))
    return moved


def feedback_over():
    """Reviews in peer review whose round waits for nobody, or whose list was never approved in time."""
    today = organisation_today()
    waiting = Review.objects.filter(status=ReviewStatus.PEER_REVIEW, cycle__status=CycleStatus.OPEN)
    still_choosing = Q(round__status="nominating", round__closes_on__gte=today)
    waiting = waiting.exclude(subject__is_active=False, goes_on_without_subject_at=None)
    return waiting.exclude(still_choosing).exclude(round__in=FeedbackRequest.objects.open_on(today).values("round"))


@shared_task
def send_reminders() -> int:
    """Remind those whose turn it is, in their morning, before, on and after their own deadline; returns how many.

    The newest step that is due and was not owed yet is owed once, however long the clock stood still.
    """
    today, count = organisation_today(), 0
    cycles = {each.pk: each for each in Cycle.objects.filter(status=CycleStatus.OPEN).prefetch_related("stages")}
    for morning in mornings(REMINDERS):
        due = [reminders(status, today, cycles, morning) for status in ACTOR]
        count += enqueue_once(chain(*due, action_reminders(today, morning)))
        served(REMINDERS, morning)
    return count
