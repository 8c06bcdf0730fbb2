"""The messages about reviews."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.outbox.kinds import MessageKind, message_kind
from foundation.outbox.mails import Withdrawn, absolute
from reviews.models import ActionItem, CalibrationGroup, Cycle, Review
from reviews.plan.models import BEFORE_AN_END
from reviews.review.handovers import undecided_for
from reviews.review.meetings import calendar_file, when_in_words
from reviews.states import ActionStatus, CycleStatus, ReviewStatus

SITE = "https://plumbline.example.org"
REVIEW = f"{SITE}/reviews/1/"


# --- about one review ----------------------------------------------------------------------------------------------
class ReviewKind(MessageKind):
    """Withdrawn when the review was cancelled; a request or news of it, also while HR decides about a leaver."""

    about = "reviews.review"
    asks = False
    shows_recipient = True

    def review_of(self, message) -> Review:
        review = Review.objects.select_related("cycle", "subject", "manager").filter(pk=message.target_id).first()
        if review is None or review.status == ReviewStatus.CANCELLED:
            raise Withdrawn("the review is gone")
        if (self.asks or self.in_summary) and review.is_paused:
            raise Withdrawn("the subject has left")
        return review

    def build(self, message, found) -> dict:
        return {"link": absolute(self.review_of(message).get_absolute_url())}


class ReviewReminder(ReviewKind):
    """Withdrawn when the step was taken, or the cycle ended, before the mail left."""

    asks = True
    audience = _("whoever has to do the next step: the subject or the manager")
    placeholders = {
        "task_title": _("the stage"),
        "days_left": _("days until the deadline"),
        "days_overdue": _("days since the deadline"),
        "due_date": _("the deadline, with weekday and time zone"),
        "due_day": _("the deadline, with weekday"),
        "waiting_for": _("who cannot go on without it"),
        "link": _("the review"),
    }
    sample = {
        "task_title": "Self-assessment",
        "days_left": 3,
        "days_overdue": 3,
        "due_date": "2030-01-23",
        "due_day": "Wed 23 Jan 2030",
        "waiting_for": "Marta Keller",
        "link": REVIEW,
    }

    def build(self, message, found) -> dict:
        review = self.review_of(message)
        if review.stage_key != message.data["stage"] or review.cycle.status != CycleStatus.OPEN:
            raise Withdrawn("the review has moved on")
        return {"link": absolute(review.get_absolute_url())}


@message_kind
class ReviewDueSoon(ReviewReminder):
    key = "reminder_before_due"
    name = _("Reminder before a deadline")
    when = _("on the days before the deadline that are set for the stage")


@message_kind
class ReviewDueToday(ReviewReminder):
    key = "reminder_on_due"
    name = _("Reminder on the day of a deadline")
    when = _("on the day of the deadline")


@message_kind
class ReviewOverdue(ReviewReminder):
    key = "overdue"
    name = _("Reminder after a deadline")
    when = _("1, 3, 7 and 14 days after the deadline")


@message_kind
class StageOpened(ReviewKind):
    key = "stage_opened"
    asks = True
    name = _("Stage opened")
    audience = _("whoever has to do the next step: the subject or the manager")
    when = _("when a review reaches a stage")
    placeholders = {
        "stage_title": _("the stage"),
        "stage_purpose": _("what it is for, as set in the cycle"),
        "due_date": _("the deadline, with weekday and time zone"),
        "due_day": _("the deadline, with weekday"),
        "link": _("the review"),
    }
    sample = {
        "stage_title": "Self-assessment",
        "stage_purpose": "Look back on your work of this year.",
        "due_date": "2030-01-23",
        "due_day": "Wed 23 Jan 2030",
        "link": REVIEW,
    }


@message_kind
class ReviewReturned(ReviewKind):
    """That an evaluation came back is not for its subject, who may be in HR: to whom it goes is not shown."""

    key = "returned_for_changes"
    asks = True
    name = _("Form returned")
    audience = _("whoever wrote the form: the subject or the manager")
    when = _("when a self-assessment or an evaluation is returned, or a delivery is reopened")
    placeholders = {
        "form_title": _("the stage"),
        "returned_by": _("who returned it"),
        "due_date": _("the deadline, with weekday and time zone"),
        "link": _("the review"),
    }
    sample = {
        "form_title": "Self-assessment",
        "returned_by": "Marta Keller",
        "due_date": "2030-01-23",
        "link": REVIEW,
    }
    shows_recipient = False


@message_kind
class Delivered(ReviewKind):
    key = "delivered"
    name = _("Review delivered")
    audience = _("the subject")
    when = _("when the manager delivers the review")
    placeholders = {
        "manager_name": _("who delivers it"),
        "due_date": _("until when to acknowledge"),
        "link": _("the review"),
    }
    sample = {"manager_name": "Marta Keller", "due_date": "2030-02-20", "link": REVIEW}


@message_kind
class Acknowledged(ReviewKind):
    key = "acknowledged"
    name = _("Review acknowledged")
    audience = _("the manager")
    when = _("when the subject confirms having read the review")
    placeholders = {
        "employee_name": _("the subject"),
        "comment_note": _("empty: comments are read in the review"),
        "link": _("the review"),
    }
    sample = {"employee_name": "Priya Raman", "comment_note": "", "link": REVIEW}


@message_kind
class ReviewHandedOver(ReviewKind):
    """Withdrawn when the review has changed hands again."""

    key = "review_handed_over"
    name = _("Review handed over")
    audience = _("the new manager of the review")
    when = _("when HR gives a review to another manager")
    placeholders = {
        "employee_name": _("the subject"),
        "former_name": _("the manager before"),
        "actor_name": _("who decided it"),
        "stage_title": _("the stage the review is at"),
        "link": _("the review"),
    }
    sample = {
        "employee_name": "Priya Raman",
        "former_name": "Marta Keller",
        "actor_name": "Hanna Riedel",
        "stage_title": "Evaluation",
        "link": REVIEW,
    }

    def build(self, message, found) -> dict:
        review = self.review_of(message)
        if review.manager_id != message.recipient_id:
            raise Withdrawn("somebody else writes the review now")
        return {"link": absolute(review.get_absolute_url())}


@message_kind
class ManagerChanged(MessageKind):
    """Withdrawn when every review this reader handles has been decided about meanwhile."""

    key = "manager_changed"
    about = "reviews.review"
    name = _("Reviews to hand over")
    audience = _("HR, and HR partners of the teams concerned")
    when = _("when somebody with an open review gets another manager")
    placeholders = {
        "actor_name": _("who changed it"),
        "reviews": _("how many reviews this reader decides about"),
        "link": _("the list of reviews to decide about"),
    }
    sample = {"actor_name": "Hanna Riedel", "reviews": 3, "link": f"{SITE}/reviews/handovers/"}
    shows_recipient = True

    def build(self, message, found) -> dict:
        count = undecided_for(message.recipient).count()
        if not count:
            raise Withdrawn("nothing is left to decide")
        return {"reviews": count, "link": absolute(reverse("reviews:handovers"))}


# --- lines of the daily summary ------------------------------------------------------------------------------------
class ReviewLine(ReviewKind):
    in_summary = True


@message_kind
class SelfAssessmentSubmitted(ReviewLine):
    key = "line_self_assessment_submitted"
    name = _("Self-assessment submitted")
    audience = _("the manager")
    when = _("when the subject submits the self-assessment")
    placeholders = {"employee_name": _("the subject"), "link": _("the review")}
    sample = {"employee_name": "Priya Raman", "link": REVIEW}


@message_kind
class MeetingInvitation(ReviewKind):
    """Withdrawn when the meeting has been moved once more: the newer message says where to."""

    key = "meeting_invitation"
    asks = True
    name = _("Review meeting")
    audience = _("the subject and the manager")
    when = _("when the manager sets or moves the review meeting")
    placeholders = {
        "actor_name": _("who set it"),
        "employee_name": _("the subject"),
        "manager_name": _("the manager"),
        "meeting_date": _("day and hour, in the time zone of whoever reads it"),
        "meeting_place": _("where, if it is known"),
        "link": _("the review"),
    }
    sample = {
        "actor_name": "Marta Keller",
        "employee_name": "Priya Raman",
        "manager_name": "Marta Keller",
        "meeting_date": "Wed 6 Feb 2030, 10:00 (Europe/Berlin)",
        "meeting_place": "Room 4.12",
        "link": REVIEW,
    }

    def build(self, message, found) -> dict:
        review = self._meeting_of(message)
        zone = message.recipient.zone if message.recipient else None
        return {
            "meeting_date": when_in_words(review, zone),
            "meeting_place": review.conversation_place or gettext("Place to be agreed"),
            "link": absolute(review.get_absolute_url()),
        }

    def attachments(self, message) -> list[tuple[str, bytes, str]]:
        return [("review-meeting.ics", calendar_file(self._meeting_of(message)), "text/calendar")]

    def _meeting_of(self, message) -> Review:
        review = self.review_of(message)
        if review.conversation_on is None or review.conversation_changes != message.data["number"]:
            raise Withdrawn("the meeting was moved")
        return review


@message_kind
class StatementAdded(ReviewLine):
    key = "line_statement_added"
    name = _("Statement added")
    audience = _("the manager")
    when = _("when the subject adds a statement to a delivered review")
    placeholders = {"employee_name": _("the subject"), "link": _("the review")}
    sample = {"employee_name": "Priya Raman", "link": REVIEW}


@message_kind
class DeadlineMoved(ReviewLine):
    key = "line_deadline_moved"
    name = _("Deadline moved")
    audience = _("whoever has to do the present step")
    when = _("when the deadline of the present stage is moved")
    placeholders = {
        "stage_title": _("the stage"),
        "employee_name": _("the subject"),
        "due_date": _("the new deadline, with weekday and time zone"),
        "link": _("the review"),
    }
    sample = {
        "stage_title": "Evaluation",
        "employee_name": "Priya Raman",
        "due_date": "2030-01-30",
        "link": REVIEW,
    }


@message_kind
class ReviewReopened(ReviewLine):
    key = "line_review_reopened"
    name = _("Review reopened")
    audience = _("the subject")
    when = _("when HR reopens a delivered review")
    placeholders = {"link": _("the review")}
    sample = {"link": REVIEW}


@message_kind
class ReviewCancelled(ReviewLine):
    key = "line_review_cancelled"
    name = _("Review cancelled")
    audience = _("the subject")
    when = _("when HR cancels the review")
    placeholders = {"link": _("the review")}
    sample = {"link": REVIEW}

    def build(self, message, found) -> dict:
        return {"link": absolute(reverse("reviews:review", args=[message.target_id]))}


@message_kind
class ReviewHandedAway(ReviewLine):
    """To the former manager, who no longer opens the review."""

    key = "line_review_handed_away"
    name = _("Review handed to somebody else")
    audience = _("the manager before")
    when = _("when HR gives a review to another manager")
    placeholders = {"employee_name": _("the subject"), "manager_name": _("the new manager"), "link": _("the team")}
    sample = {"employee_name": "Priya Raman", "manager_name": "Edda Falk", "link": f"{SITE}/team/"}

    def build(self, message, found) -> dict:
        self.review_of(message)
        return {"link": absolute(reverse("reviews:team"))}


@message_kind
class CycleLaunched(MessageKind):
    """Links the manager's list, as managers do not open cycles. Withdrawn when the cycle is no longer open."""

    key = "line_cycle_launched"
    about = "reviews.cycle"
    name = _("Cycle launched")
    audience = _("managers of people in the cycle")
    when = _("when a cycle is launched")
    placeholders = {"people": _("how many of their people are in"), "link": _("the team")}
    sample = {"people": 6, "link": f"{SITE}/team/"}
    in_summary = True
    shows_recipient = True

    def build(self, message, found) -> dict:
        if not Cycle.objects.filter(pk=message.target_id, status=CycleStatus.OPEN).exists():
            raise Withdrawn("the cycle has ended")
        return {"link": absolute(reverse("reviews:team"))}


@message_kind
class CalibrationOpened(MessageKind):
    """Withdrawn when the group is locked or gone."""

    key = "line_calibration_opened"
    about = "reviews.calibrationgroup"
    name = _("Calibration group created")
    audience = _("members of the group and who leads it")
    when = _("when a calibration group is created")
    placeholders = {"group_name": _("the group"), "link": _("the group's page")}
    sample = {"group_name": "Platform", "link": f"{SITE}/calibration/1/"}
    in_summary = True
    shows_recipient = True

    def build(self, message, found) -> dict:
        group = CalibrationGroup.objects.filter(pk=message.target_id, status="open").first()
        if group is None:
            raise Withdrawn("the group is locked or gone")
        return {"link": absolute(group.get_absolute_url())}


# --- action items --------------------------------------------------------------------------------------------------
def _item(message, *statuses) -> ActionItem:
    """An action item in one of `statuses` whose subject is still here."""
    rows = ActionItem.objects.filter(status__in=statuses, review__subject__is_active=True)
    item = rows.filter(pk=message.target_id).first()
    if item is None:
        raise Withdrawn("the action item has moved on, or its subject has left")
    return item


@message_kind
class DropProposed(MessageKind):
    """Withdrawn when the proposal was answered or taken back before the summary left."""

    key = "line_drop_proposed"
    about = "reviews.actionitem"
    name = _("Action item to be dropped")
    audience = _("the other side of the action plan: the subject or the manager")
    when = _("when one side proposes to drop an action item")
    placeholders = {"actor_name": _("who proposes it"), "link": _("the action plan")}
    sample = {"actor_name": "Priya Raman", "link": f"{REVIEW}#plan"}
    in_summary = True
    shows_recipient = True

    def build(self, message, found) -> dict:
        return {"link": absolute(_item(message, ActionStatus.DROP_PROPOSED).get_absolute_url())}


@message_kind
class ActionItemDue(MessageKind):
    """Withdrawn when it is done or dropped."""

    key = "action_item_due"
    about = "reviews.actionitem"
    name = _("Action item due")
    audience = _("the owner of the action item")
    when = _("a week before its date, on it, and a week after it")
    placeholders = {
        "action_title": _("what was agreed"),
        "due_date": _("the date, with weekday and time zone"),
        "due_day": _("the date, with weekday"),
        "success_sign": _("how success is recognised"),
        "link": _("the action plan"),
    }
    sample = {
        "action_title": "Lead the next incident review",
        "due_date": "2030-03-20",
        "due_day": "Wed 20 Mar 2030",
        "success_sign": "The team has agreed on three changes",
        "link": f"{REVIEW}#plan",
    }
    shows_recipient = True

    def build(self, message, found) -> dict:
        return {"link": absolute(_item(message, *BEFORE_AN_END).get_absolute_url())}
