"""What the mails about reviews say at the moment of sending."""

from activity.mails import Withdrawn, absolute, mail_context
from reviews.models import ActionItem, Review
from reviews.states import ReviewStatus


def _review(notice) -> Review:
    review = Review.objects.select_related("cycle").filter(pk=notice.target_id).first()
    if review is None or review.status == ReviewStatus.CANCELLED:
        raise Withdrawn("the review is gone")
    return review


@mail_context("reminder_before_due", of="reviews.review")
@mail_context("reminder_on_due", of="reviews.review")
@mail_context("overdue", of="reviews.review")
@mail_context("stage_opened")
@mail_context("returned_for_changes")
@mail_context("delivered")
@mail_context("acknowledged")
def review_link(notice) -> dict:
    return {"link": absolute(_review(notice).get_absolute_url())}


@mail_context("action_item_due")
def action_link(notice) -> dict:
    item = ActionItem.objects.filter(pk=notice.target_id, status__in=["open", "in_progress"]).first()
    if item is None:
        raise Withdrawn("the action item is done")
    return {"link": absolute(item.get_absolute_url())}
