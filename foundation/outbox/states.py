"""The statuses of messages and jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Priorities of mails: for the first kind somebody is waiting at a page.
URGENT, ORDINARY = 0, 5
NO_LONGER = "NoLonger"  # what went wrong with a job whose owner has lost the right to it


class WorkStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
