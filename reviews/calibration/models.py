"""Calibration: managers check that the same evidence leads to the same result; every change keeps its reason."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from reviews import guards as conditions
from reviews.evaluation.querysets import ReviewPartQuerySet
from reviews.policies import CalibrationGroupPolicy
from reviews.states import GroupStatus


class CalibrationGroup(models.Model):
    """The managers who calibrate together and the reviews they look at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey("reviews.Cycle", on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=120)
    facilitator = models.ForeignKey(
        "people.User", verbose_name=_("facilitator"), on_delete=models.PROTECT, related_name="+"
    )
    members = models.ManyToManyField("people.User", verbose_name=_("managers"), related_name="calibration_groups")
    reviews = models.ManyToManyField("reviews.Review", verbose_name=_("reviews"), related_name="groups")
    status = StatusField(_("status"), default=GroupStatus.OPEN, choices=GroupStatus.choices)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["cycle", "name"], name="one_group_per_name_and_cycle")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("reviews:group", args=[self.pk])

    @transition(
        status,
        source=GroupStatus.OPEN,
        target=GroupStatus.LOCKED,
        permission=CalibrationGroupPolicy.permission("lock"),
        conditions=[conditions.no_review_is_paused],
        custom=Move(
            label=_("Lock results"),
            done=_("Locked"),
            follows="reviews.calibration.services.end_calibration",
            logged=_("Calibration group locked"),
        ),
    )
    def lock(self):
        """The results stand; the reviews go on to delivery."""


class CalibrationChange(models.Model):
    """One changed overall result: before, after, who and why."""

    group = models.ForeignKey(CalibrationGroup, on_delete=models.CASCADE, related_name="changes")
    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="calibration_changes")
    before = models.ForeignKey("competencies.Point", on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("competencies.Point", on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    reason = models.TextField(_("reason"))

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self):
        return f"{self.before} → {self.after}"
