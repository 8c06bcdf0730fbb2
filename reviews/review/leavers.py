"""The subject of an open review has left: whether it goes on. HR decides per review; until then it is paused."""

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import services as feedback
from feedback.states import RUNNING
from foundation.audit.events import record
from reviews.models import Review
from reviews.policies import ReviewPolicy
from reviews.review.moves import move


class LeaverChoice(models.TextChoices):
    GOES_ON = "goes_on", gettext_lazy("Continue the review without them")
    CANCEL = "cancel", gettext_lazy("Cancel the review")


def undecided_for(user):
    """The paused reviews that `user` handles as HR, with what a list of them shows."""
    rows = Review.objects.paused().handled_by_hr(user)
    return rows.select_related("subject", "manager", "cycle", "round").prefetch_related("cycle__stages")


@transaction.atomic
def decide(review: Review, choice: str, *, by) -> Review:
    """Continue the review, and ask again whoever was on hold; or cancel it. Raises PermissionDenied."""
    rows = Review.objects.select_for_update(of=("self",), no_key=True).select_related("subject", "round")
    review = rows.get(pk=review.pk)
    if not ReviewPolicy.allows(by, review, "handle"):
        raise PermissionDenied
    if choice == LeaverChoice.CANCEL:
        return move(review, "cancel", by=by, reason=_("%(name)s has left.") % {"name": review.subject})
    review.goes_on_without_subject_at = timezone.now()
    review.save(update_fields=["goes_on_without_subject_at"])
    if review.round is not None and review.round.status in RUNNING:
        feedback.go_on(review.round, by=by)
    record(review, "goes_on_without_subject", by=by)
    return review
