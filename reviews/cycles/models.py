"""One run of reviews: a period, a population, stages with deadlines, and the thresholds of its feedback."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from feedback.states import Confidentiality
from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from reviews import guards as conditions
from reviews.cycles.querysets import CycleQuerySet
from reviews.policies import CyclePolicy
from reviews.states import CycleStatus, StageKey


class Cycle(models.Model):
    """A run of reviews. Launch freezes its population, reporting lines and catalogue version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    template = models.ForeignKey("questionnaires.ReviewTemplate", verbose_name=_("template"), on_delete=models.PROTECT)
    catalogue = models.ForeignKey(
        "competencies.Catalogue", null=True, on_delete=models.PROTECT, help_text="Set at launch and never again."
    )
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("until"))
    status = StatusField(_("status"), default=CycleStatus.DRAFT, choices=CycleStatus.choices)
    # who is in
    teams = models.ManyToManyField("people.Team", verbose_name=_("teams"), blank=True, help_text=_("None chosen: all."))
    joined_before = models.DateField(
        _("joined before"), null=True, blank=True, help_text=_("Who joined on this day or later is left out.")
    )
    includes_people_on_leave = models.BooleanField(_("include people on leave"), default=False)
    # feedback
    confidentiality = models.CharField(
        _("feedback is"), max_length=12, choices=Confidentiality, default=Confidentiality.ANONYMOUS
    )
    k_scores = models.PositiveSmallIntegerField(
        _("answers per group for scores"), default=3, validators=[MinValueValidator(3), MaxValueValidator(10)]
    )
    k_texts = models.PositiveSmallIntegerField(
        _("answers per group for texts"), default=4, validators=[MinValueValidator(4), MaxValueValidator(11)]
    )
    min_asked = models.PositiveSmallIntegerField(_("ask at least"), default=4, validators=[MinValueValidator(1)])
    max_asked = models.PositiveSmallIntegerField(_("ask at most"), default=8, validators=[MaxValueValidator(30)])
    max_per_giver = models.PositiveSmallIntegerField(_("requests per collaborator at most"), default=6)
    skip_level_reads = models.BooleanField(_("the manager's manager reads delivered reviews"), default=False)
    created_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    launched_at = models.DateTimeField(null=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-period_start", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="period_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(k_scores__range=(3, 10)), name="cycle_k_scores_from_3_to_10"),
            models.CheckConstraint(condition=Q(k_texts__gt=F("k_scores")), name="cycle_texts_need_one_more_answer"),
            models.CheckConstraint(condition=Q(max_asked__gte=F("min_asked")), name="cycle_asks_max_not_below_min"),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "cancelled"]) | Q(catalogue__isnull=False),
                name="launched_cycle_has_a_catalogue",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("reviews:cycle", args=[self.pk])

    @property
    def stage(self) -> dict:
        """The enabled stages by key; from the prefetched rows, without a query."""
        return {stage.key: stage for stage in self.stages.all() if stage.is_enabled}

    def own_label(self, key: str) -> str:
        """What the organisation itself calls a stage; empty where it kept the shipped label."""
        stage = self.stage.get(key)
        return stage.title if stage and stage.title != StageKey(key).shipped_title else ""

    @property
    def has_calibration(self) -> bool:
        return StageKey.CALIBRATION in self.stage

    @transition(
        status,
        source=CycleStatus.DRAFT,
        target=CycleStatus.OPEN,
        permission=CyclePolicy.permission("run"),
        conditions=[conditions.can_launch],
        custom=Move(
            label=_("Launch"),
            done=_("Cycle launched"),
        ),
    )
    def launch(self, template, at):
        """Everyone in the population has a review from now on; the template and its version of the catalogue stay."""
        self.template, self.catalogue, self.launched_at = template, template.catalogue, at

    @transition(
        status,
        source=CycleStatus.OPEN,
        target=CycleStatus.CLOSED,
        permission=CyclePolicy.permission("run"),
        custom=Move(
            label=_("Close cycle"),
            done=_("Cycle closed"),
            tone="danger",
            order=8,
            effect=_("Nothing more is asked, answered, approved or sent. Delivered reviews stay readable."),
            needs_reason=True,
        ),
    )
    def close(self):
        """No review of this cycle moves any more, but for acknowledgement and action items."""

    @transition(
        status,
        source=[CycleStatus.DRAFT, CycleStatus.OPEN],
        target=CycleStatus.CANCELLED,
        permission=CyclePolicy.permission("run"),
        custom=Move(
            label=_("Cancel cycle"),
            done=_("Cycle cancelled"),
            tone="danger",
            effect=_("Open reviews become unreadable for everyone. This can't be undone."),
            needs_reason=True,
        ),
    )
    def cancel(self):
        """Every unfinished review is cancelled with it."""


class Stage(models.Model):
    """One step of a cycle: its deadline, and the organisation's words for it and its sub-states."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="stages")
    key = models.CharField(max_length=30, choices=StageKey)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=120)
    purpose = models.TextField(_("purpose"), blank=True)
    texts = models.JSONField(default=dict, help_text="Display text per sub-state: not_started … skipped.")
    is_enabled = models.BooleanField(_("part of this cycle"), default=True)
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    reminder_days = models.JSONField(default=list, help_text="Days before the deadline on which to remind.")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["cycle", "key"], name="one_stage_per_key_and_cycle")]

    def __str__(self):
        return self.title

    @property
    def is_optional(self) -> bool:
        return self.key == StageKey.CALIBRATION
