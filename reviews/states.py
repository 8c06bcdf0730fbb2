"""The words for the life of a cycle, a review and its parts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CycleStatus(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class ReviewStatus(models.TextChoices):
    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    PEER_REVIEW = "peer_review", _("Peer review")
    MANAGER_EVALUATION = "manager_evaluation", _("Manager evaluation")
    CALIBRATION = "calibration", _("Calibration")
    DELIVERY = "delivery", _("Final delivery")
    DELIVERED = "delivered", _("Delivered")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    CANCELLED = "cancelled", _("Cancelled")


class GroupStatus(models.TextChoices):
    OPEN = "open", _("In calibration")
    LOCKED = "locked", _("Locked")


AFTER_DELIVERY = [ReviewStatus.DELIVERED, ReviewStatus.ACKNOWLEDGED]
AFTER_EVALUATION = [ReviewStatus.CALIBRATION, ReviewStatus.DELIVERY, *AFTER_DELIVERY]
FINISHED = [ReviewStatus.ACKNOWLEDGED, ReviewStatus.CANCELLED]
# The manager may write summary and plan, and set the date of the conversation.
PREPARING = [
    ReviewStatus.PEER_REVIEW,
    ReviewStatus.MANAGER_EVALUATION,
    ReviewStatus.CALIBRATION,
    ReviewStatus.DELIVERY,
]
UNDELIVERED = [status for status in ReviewStatus if status not in [*AFTER_DELIVERY, ReviewStatus.CANCELLED]]
UNFINISHED = [status for status in ReviewStatus if status not in FINISHED]


class StageKey(models.TextChoices):
    """The steps of the template; each is where a review stands in one or two statuses."""

    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    PEER_REVIEW = "peer_review", _("Peer review")
    MANAGER_EVALUATION = "manager_evaluation", _("Manager evaluation")
    CALIBRATION = "calibration", _("Calibration")
    DELIVERY = "final_delivery", _("Final delivery")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")

    @property
    def shipped_title(self) -> str:
        """How the shipped template labels the stage; any other label is the organisation's own."""
        titles = {"peer_review": "Feedback from collaborators", "final_delivery": "Review conversation and delivery"}
        return titles.get(self.value, self.value.replace("_", " ").capitalize()).replace("Self a", "Self-a")


# The keys of these tables are choices and what the database returns, which is their text.
STAGE_OF: dict[str, StageKey] = {
    ReviewStatus.SELF_ASSESSMENT: StageKey.SELF_ASSESSMENT,
    ReviewStatus.PEER_REVIEW: StageKey.PEER_REVIEW,
    ReviewStatus.MANAGER_EVALUATION: StageKey.MANAGER_EVALUATION,
    ReviewStatus.CALIBRATION: StageKey.CALIBRATION,
    ReviewStatus.DELIVERY: StageKey.DELIVERY,
    ReviewStatus.DELIVERED: StageKey.ACKNOWLEDGEMENT,
    ReviewStatus.ACKNOWLEDGED: StageKey.ACKNOWLEDGEMENT,
}

# In which statuses a review stands in a stage.
STATUSES_OF = {key: [status for status, stage in STAGE_OF.items() if stage == key] for key in StageKey}

# Whose turn it is in each status: a field of the review. Collaborators and calibration groups are asked elsewhere.
ACTOR: dict[str, str] = {
    ReviewStatus.SELF_ASSESSMENT: "subject",
    ReviewStatus.MANAGER_EVALUATION: "manager",
    ReviewStatus.DELIVERY: "manager",
    ReviewStatus.DELIVERED: "subject",
}

# Which date of a review is the deadline of a stage.
DUE_FIELD: dict[str, str] = {
    StageKey.SELF_ASSESSMENT: "self_assessment_due_on",
    StageKey.PEER_REVIEW: "peer_review_due_on",
    StageKey.MANAGER_EVALUATION: "evaluation_due_on",
    StageKey.CALIBRATION: "calibration_due_on",
    StageKey.DELIVERY: "delivery_due_on",
    StageKey.ACKNOWLEDGEMENT: "acknowledgement_due_on",
}


class Rater(models.TextChoices):
    SELF = "self", _("Self")
    MANAGER = "manager", _("Manager")


class ActionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("Under way")
    DONE = "done", _("Done")
    DROP_PROPOSED = "drop_proposed", _("To be dropped?")
    DROPPED = "dropped", _("Dropped by agreement")


class Audience(models.TextChoices):
    SUBJECT = "subject", _("The subject")
    MANAGER = "manager", _("The manager")
    HR = "hr", _("HR")


# Moves by which people, not the clock, open feedback to its readers.
RELEASES = {"close_peer_review", "move_on_to_evaluation"}
