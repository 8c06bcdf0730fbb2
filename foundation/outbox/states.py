"""The words for work in the background."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Priorities of mails: somebody sits before a page and waits for the first kind.
URGENT, ORDINARY = 0, 5
NO_LONGER = "NoLonger"  # what went wrong with a job whose owner has lost the right to it


class WorkStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
