"""The action plan: next steps with an owner, a due date and a state, that outlive the review."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from reviews import guards
from reviews.evaluation.querysets import ReviewPartQuerySet
from reviews.policies import ActionItemPolicy
from reviews.states import ActionStatus

BEFORE_AN_END = [ActionStatus.OPEN, ActionStatus.IN_PROGRESS]
OPEN = [*BEFORE_AN_END, ActionStatus.DROP_PROPOSED]  # to be done as long as nobody has agreed to drop it


class ItemPurpose(models.TextChoices):
    GROWTH = "growth", _("Build a skill")
    GOAL = "goal", _("Reach a goal")
    COLLABORATION = "collaboration", _("Improve collaboration")
    WELLBEING = "wellbeing", _("Make the work sustainable")


class ActionItem(models.Model):
    """A next step. Open ones are shown first in the next self-assessment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="actions")
    action = models.CharField(_("what will be done"), max_length=300)
    purpose = models.CharField(_("purpose"), max_length=20, choices=ItemPurpose, default=ItemPurpose.GROWTH)
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
    status = StatusField(_("status"), default=ActionStatus.OPEN, choices=ActionStatus.choices)
    drop_proposed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drop_reason = models.TextField(_("why it is to be dropped"), blank=True)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "action"]
        indexes = [models.Index(fields=["owner", "status", "due_on"], name="action_owner")]

    def __str__(self):
        return self.action

    def get_absolute_url(self):
        return reverse("reviews:review", args=[self.review_id]) + "#plan"

    def principal_of(self, user):
        return self.review.principal_of(user)

    @transition(
        status,
        source=ActionStatus.OPEN,
        target=ActionStatus.IN_PROGRESS,
        permission=ActionItemPolicy.permission("work_on"),
        conditions=[guards.goes_on],
        custom=Move(
            label=_("Start action item"),
            done=_("Action item started"),
            order=1,
        ),
    )
    def start(self):
        """Under way."""

    @transition(
        status,
        source=BEFORE_AN_END,
        target=ActionStatus.DONE,
        permission=ActionItemPolicy.permission("work_on"),
        conditions=[guards.goes_on],
        custom=Move(
            label=_("Mark as done"),
            done=_("Action item done"),
            order=2,
        ),
    )
    def finish(self):
        """The sign of success was seen."""

    @transition(
        status,
        source=BEFORE_AN_END,
        target=ActionStatus.DROP_PROPOSED,
        permission=ActionItemPolicy.permission("take_part"),
        conditions=[guards.goes_on],
        custom=Move(
            label=_("Propose to drop"),
            done=_("Proposed to drop an action item"),
            follows="reviews.plan.services.tell_of_drop",
            effect=_("The other side sees your reason and agrees, or keeps the action item."),
            needs_reason=True,
            tone="danger",
            order=9,
        ),
    )
    def propose_drop(self, by, reason):
        """One side thinks that it is no longer the right step, and says why."""
        self.drop_proposed_by, self.drop_reason = by, reason

    @transition(
        status,
        source=ActionStatus.DROP_PROPOSED,
        target=ActionStatus.DROPPED,
        permission=ActionItemPolicy.permission("agree_to_drop"),
        conditions=[guards.goes_on],
        custom=Move(
            label=_("Agree to drop"),
            done=_("Agreed to drop an action item"),
            follows="reviews.plan.services.tell_of_drop",
            effect=_("The action item is dropped. The reason stays with it."),
            tone="danger",
            order=9,
        ),
    )
    def agree_drop(self):
        """The other side agrees; the reason stays with it."""

    @transition(
        status,
        source=ActionStatus.DROP_PROPOSED,
        target=ActionStatus.OPEN,
        permission=ActionItemPolicy.permission("take_part"),
        conditions=[guards.goes_on],
        custom=Move(
            label=_("Keep action item"),
            done=_("Kept an action item"),
            follows="reviews.plan.services.tell_of_drop",
            order=3,
        ),
    )
    def keep(self):
        """Either side: it is to be done after all."""
        self.drop_proposed_by, self.drop_reason = None, ""

    @transition(
        status,
        source=[ActionStatus.DONE, ActionStatus.DROPPED],
        target=ActionStatus.OPEN,
        permission=ActionItemPolicy.permission("work_on"),
        conditions=[guards.goes_on],
        custom=Move(
            label=_("Reopen action item"),
            done=_("Action item reopened"),
        ),
    )
    def reopen(self):
        """It turned out not to be finished."""
        self.drop_proposed_by, self.drop_reason = None, ""
