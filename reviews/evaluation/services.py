"""Sending what is written in a review, and the subject's statement."""

from django.db import transaction
from django.utils import timezone

from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from reviews.models import Evaluation, Rebuttal, Review, SelfAssessment
from reviews.review import snapshots
from reviews.review.moves import move


@transaction.atomic
def send_self_assessment(review: Review, *, by) -> Review:
    """The subject sends; a second click finds it sent. Raises MoveRefused when the stage is over."""
    mark_sent(review.self_assessment)
    snapshot = snapshots.of_evidence(review.self_assessment.evidence.prefetch_related("codes"))
    SelfAssessment.objects.filter(review=review).update(snapshot=snapshot)
    return move(review, "submit_self_assessment", by=by)


@transaction.atomic
def send_evaluation(review: Review, *, by) -> Review:
    """The manager sends the evaluation on to calibration or delivery."""
    mark_sent(review.evaluation)
    Evaluation.objects.filter(review=review).update(snapshot=snapshots.of_goals(review))
    return move(review, "submit_evaluation", by=by)


@transaction.atomic
def attach(statement: Rebuttal) -> None:
    """Keep the subject's statement with the review; the same words a second time are a second click."""
    Review.objects.select_for_update(of=("self",)).get(pk=statement.review_id)
    if not Rebuttal.objects.filter(review=statement.review_id, text=statement.text).exists():
        statement.save()
        review = Review.objects.select_related("subject", "manager").get(pk=statement.review_id)
        record(review, "statement", by=review.subject)
        names = {"employee_name": review.subject.name}
        tell([line_for(review, "line_statement_added", to=review.manager, key=f"{statement.pk}", **names)])


def mark_sent(writing) -> None:
    type(writing).objects.filter(pk=writing.pk, submitted_at=None).update(submitted_at=timezone.now())
