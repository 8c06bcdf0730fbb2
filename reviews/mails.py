"""What the mails about reviews say at the moment of sending."""

from django.urls import reverse

from foundation.outbox.mails import Withdrawn, absolute, mail_context
from reviews.models import ActionItem, CalibrationGroup, Cycle, Review
from reviews.plan.models import BEFORE_AN_END
from reviews.review.handovers import undecided_for
from reviews.states import ActionStatus, CycleStatus, ReviewStatus

# Mails that ask for something; about somebody who has left they are not sent before HR has decided.
ASKING = {"reminder_before_due", "reminder_on_due", "overdue", "stage_opened", "returned_for_changes"}


def _review(message) -> Review:
    review = Review.objects.select_related("cycle", "subject").filter(pk=message.target_id).first()
    if review is None or review.status == ReviewStatus.CANCELLED:
        raise Withdrawn("the review is gone")
    if (message.kind in ASKING or message.kind.startswith("line_")) and review.is_paused:
        raise Withdrawn("the subject has left")
    return review


def _item(message, *statuses) -> ActionItem:
    """An action item in one of `statuses` whose subject is still here."""
    rows = ActionItem.objects.filter(status__in=statuses, review__subject__is_active=True)
    item = rows.filter(pk=message.target_id).first()
    if item is None:
        raise Withdrawn("the action item has moved on, or its subject has left")
    return item


@mail_context("reminder_before_due", of="reviews.review")
@mail_context("reminder_on_due", of="reviews.review")
@mail_context("overdue", of="reviews.review")
def reminder_link(message) -> dict:
    """Withdrawn when the step was taken, or the cycle ended, before the mail left."""
    review = _review(message)
    if review.stage_key != message.data["stage"] or review.cycle.status != CycleStatus.OPEN:
        raise Withdrawn("the review has moved on")
    return {"link": absolute(review.get_absolute_url())}


@mail_context("line_self_assessment_submitted")
@mail_context("line_meeting_set")
@mail_context("line_statement_added")
@mail_context("line_deadline_moved")
@mail_context("line_review_reopened")
@mail_context("stage_opened")
@mail_context("returned_for_changes")
@mail_context("delivered")
@mail_context("acknowledged")
def review_link(message) -> dict:
    return {"link": absolute(_review(message).get_absolute_url())}


@mail_context("review_handed_over")
def handed_over(message) -> dict:
    """Withdrawn when the review has changed hands again."""
    review = _review(message)
    if review.manager_id != message.recipient_id:
        raise Withdrawn("somebody else writes the review now")
    return {"link": absolute(review.get_absolute_url())}


@mail_context("manager_changed")
def manager_changed(message) -> dict:
    """Withdrawn when every review this reader handles has been decided about meanwhile."""
    count = undecided_for(message.recipient).count()
    if not count:
        raise Withdrawn("nothing is left to decide")
    return {"reviews": count, "link": absolute(reverse("reviews:handovers"))}


@mail_context("line_review_cancelled")
def cancelled_link(message) -> dict:
    return {"link": absolute(reverse("reviews:review", args=[message.target_id]))}


@mail_context("line_review_handed_away")
def handed_away(message) -> dict:
    """To the former manager, who no longer opens the review."""
    _review(message)
    return {"link": absolute(reverse("reviews:team"))}


@mail_context("line_cycle_launched")
def team_link(message) -> dict:
    """The manager's list; managers do not open cycles. Withdrawn when the cycle is no longer open."""
    if not Cycle.objects.filter(pk=message.target_id, status=CycleStatus.OPEN).exists():
        raise Withdrawn("the cycle has ended")
    return {"link": absolute(reverse("reviews:team"))}


@mail_context("line_calibration_opened")
def group_link(message) -> dict:
    group = CalibrationGroup.objects.filter(pk=message.target_id, status="open").first()
    if group is None:
        raise Withdrawn("the group is locked or gone")
    return {"link": absolute(group.get_absolute_url())}


@mail_context("line_drop_proposed")
def drop_link(message) -> dict:
    """Withdrawn when the proposal was answered or taken back before the digest left."""
    return {"link": absolute(_item(message, ActionStatus.DROP_PROPOSED).get_absolute_url())}


@mail_context("action_item_due")
def action_link(message) -> dict:
    return {"link": absolute(_item(message, *BEFORE_AN_END).get_absolute_url())}
