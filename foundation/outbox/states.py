"""The words for work in the background."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Priorities of mails: somebody sits before a page and waits for the first kind.
URGENT, ORDINARY = 0, 5


class WorkStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
