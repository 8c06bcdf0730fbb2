"""The action plan: next steps with an owner, a due date and a state, that outlive the review."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from reviews import policies
from reviews.querysets import ReviewPartQuerySet
from reviews.states import ActionStatus

OPEN = [ActionStatus.OPEN, ActionStatus.IN_PROGRESS]


class Purpose(models.TextChoices):
    GROWTH = "growth", _("Build a skill")
    GOAL = "goal", _("Reach a goal")
    COLLABORATION = "collaboration", _("Improve collaboration")
    WELLBEING = "wellbeing", _("Make the work sustainable")


class ActionItem(models.Model):
    """A next step. Open ones are shown first in the next self-assessment."""

    rule = staticmethod(policies.actions_open_to)
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="actions")
    action = models.CharField(_("what will be done"), max_length=300)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.GROWTH)
    code = models.ForeignKey(
        "competencies.Code",
        verbose_name=_("performance code"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    goal = models.ForeignKey(
        "goals.Goal", verbose_name=_("goal"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    owner = models.ForeignKey("people.User", verbose_name=_("owner"), on_delete=models.PROTECT, related_name="actions")
    due_on = models.DateField(_("due"))
    success_sign = models.CharField(_("how we will know"), max_length=300)
    support = models.CharField(_("help needed"), max_length=300, blank=True)
    status = FSMField(_("status"), default=ActionStatus.OPEN, choices=ActionStatus.choices, protected=True)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "action"]
        indexes = [models.Index(fields=["owner", "status", "due_on"], name="action_owner")]

    def __str__(self):
        return self.action

    def get_absolute_url(self):
        return reverse("reviews:review", args=[self.review_id]) + "#plan"

    @transition(
        status,
        source=ActionStatus.OPEN,
        target=ActionStatus.IN_PROGRESS,
        permission=policies.can_work_on_action,
        custom={"label": _("Start")},
    )
    def start(self):
        """Under way."""

    @transition(
        status,
        source=OPEN,
        target=ActionStatus.DONE,
        permission=policies.can_work_on_action,
        custom={"label": _("Done")},
    )
    def finish(self):
        """The sign of success was seen."""

    @transition(
        status,
        source=OPEN,
        target=ActionStatus.DROPPED,
        permission=policies.can_work_on_action,
        custom={"label": _("Drop by agreement")},
    )
    def drop(self):
        """Both sides agreed that it is no longer the right step."""

    @transition(
        status,
        source=[ActionStatus.DONE, ActionStatus.DROPPED],
        target=ActionStatus.OPEN,
        permission=policies.can_work_on_action,
        custom={"label": _("Open again")},
    )
    def reopen(self):
        """It turned out not to be finished."""
