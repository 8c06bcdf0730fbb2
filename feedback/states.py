"""The words for the life of a round of feedback, of one request in it, and of asking between cycles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Confidentiality(models.TextChoices):
    """What every giver is told before the first key is pressed."""

    ANONYMOUS = "anonymous", _("Anonymous: shown as a group only")
    ATTRIBUTED = "attributed", _("Attributed: shown with the collaborator's name")


class RoundStatus(models.TextChoices):
    NOMINATING = "nominating", _("Choosing collaborators")
    COLLECTING = "collecting", _("Collecting feedback")
    RELEASED = "released", _("Feedback closed and summarised")
    CANCELLED = "cancelled", _("Cancelled")


class RequestStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")
    REMOVED = "removed", _("Removed from the list")
    REVOKED = "revoked", _("Withdrawn")


# Requests that take a place on the list, those that were taken off it, and those that were sent.
ON_THE_LIST = [RequestStatus.PROPOSED, RequestStatus.ASKED, RequestStatus.ANSWERED]
OFF_THE_LIST = [RequestStatus.REMOVED, RequestStatus.REVOKED]
INVITED = [RequestStatus.ASKED, RequestStatus.ANSWERED, RequestStatus.DECLINED]
RUNNING = [RoundStatus.NOMINATING, RoundStatus.COLLECTING]


class AskStatus(models.TextChoices):
    OPEN = "open", _("Waiting for an answer")
    REPLIED = "replied", _("Answered")
    DECLINED = "declined", _("Declined")


class Theme(models.TextChoices):
    """Under which heading texts are shown, never under their relation."""

    STRENGTHS = "strengths", _("Keep doing")
    GROWTH = "growth", _("Could change")
    EXAMPLES = "examples", _("Examples")
