"""What happens to a goal over time: check-ins, and changes asked for and answered."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from foundation.workflow.moves import guard
from goals.measures import in_words
from goals.policies import ChangePolicy
from goals.progress import CONFIDENCE_TONES
from goals.states import ChangeStatus, Confidence, GoalStatus


class CheckIn(models.Model):
    """A dated progress entry. `value` is empty where only words were left."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    goal = models.ForeignKey("goals.Goal", on_delete=models.CASCADE, related_name="check_ins")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("value now"), max_digits=16, decimal_places=4, null=True, blank=True)
    comment = models.TextField(_("what happened since"), max_length=2000, blank=True)
    confidence = models.CharField(_("how it stands"), max_length=10, choices=Confidence, default=Confidence.ON_TRACK)

    class Meta:
        ordering = ["-at"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d} {self.get_confidence_display()}"

    @property
    def value_text(self) -> str:
        return in_words(self.value, self.goal.kind, self.goal.unit)

    @property
    def tone(self) -> str:
        return CONFIDENCE_TONES[self.confidence]


@guard(_("The goal is no longer open."))
def goal_runs(change) -> bool:
    return change.goal.status == GoalStatus.AGREED


class ChangeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=ChangeStatus.OPEN)


class Change(models.Model):
    """One side asks to change target or deadline of an agreed goal, or to drop it; the other side answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    goal = models.ForeignKey("goals.Goal", on_delete=models.CASCADE, related_name="changes")
    asked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(_("why"), max_length=2000)
    target = models.DecimalField(_("new target"), max_digits=16, decimal_places=4, null=True, blank=True)
    due_on = models.DateField(_("new deadline"), null=True, blank=True)
    is_withdrawal = models.BooleanField(_("drop the goal"), default=False)
    status = StatusField(_("status"), default=ChangeStatus.OPEN, choices=ChangeStatus.choices)
    decided_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["goal"], condition=Q(status="open"), name="one_open_change_per_goal"),
            models.CheckConstraint(
                condition=Q(is_withdrawal=True) | Q(target__isnull=False) | Q(due_on__isnull=False),
                name="a_change_changes_something",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="decided_by_and_decided_at_together",
            ),
        ]

    def __str__(self):
        return f"{self.get_status_display()}: {self.goal}"

    @property
    def target_text(self) -> str:
        return in_words(self.target, self.goal.kind, self.goal.unit)

    def principal_of(self, user):
        return self.goal.principal_of(user)

    @transition(
        status,
        source=ChangeStatus.OPEN,
        target=ChangeStatus.ACCEPTED,
        permission=ChangePolicy.permission("answer"),
        conditions=[goal_runs],
        custom=Move(
            label=_("Accept"),
            done=_("Accepted"),
            logged=_("Change of goal accepted"),
            follows="goals.services.write_change",
            icon="check",
            style="primary",
        ),
    )
    def accept(self, by):
        """The goal takes the new figures, or is dropped."""
        self.decided_by, self.decided_at = by, timezone.now()

    @transition(
        status,
        source=ChangeStatus.OPEN,
        target=ChangeStatus.DECLINED,
        permission=ChangePolicy.permission("answer"),
        custom=Move(
            label=_("Decline"),
            done=_("Declined"),
            logged=_("Change of goal declined"),
            icon="x",
        ),
    )
    def decline(self, by):
        """The goal stays as it was agreed."""
        self.decided_by, self.decided_at = by, timezone.now()

    @transition(
        status,
        source=ChangeStatus.OPEN,
        target=ChangeStatus.TAKEN_BACK,
        permission=ChangePolicy.permission("take_back"),
        custom=Move(
            label=_("Take back"),
            done=_("Taken back"),
            logged=_("Change of goal taken back"),
            icon="arrow-back-up",
        ),
    )
    def take_back(self, by):
        """Whoever asked no longer wants it."""
        self.decided_by, self.decided_at = by, timezone.now()
