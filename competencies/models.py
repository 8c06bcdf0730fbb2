"""What is assessed: a catalogue is a version of codes, sentences, expectations and scales."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from competencies import checks
from competencies.policies import CataloguePolicy
from competencies.querysets import CatalogueQuerySet, CodeQuerySet, ScaleQuerySet
from competencies.states import CatalogueStatus, Category
from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField


class Catalogue(models.Model):
    """One version. A cycle keeps the version it was launched with, so a published one never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=160)
    status = StatusField(_("status"), default=CatalogueStatus.DRAFT, choices=CatalogueStatus.choices)
    note = models.TextField(_("what changed"), blank=True)
    shipped = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="SHA-256 of the files it was read from, or empty.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]

    def __str__(self):
        return f"{self.title} ({self.version})"

    def get_absolute_url(self):
        return reverse("competencies:detail", args=[self.pk])

    @transition(
        status,
        source=CatalogueStatus.DRAFT,
        target=CatalogueStatus.PUBLISHED,
        permission=CataloguePolicy.permission("edit"),
        conditions=[checks.has_no_errors],
        custom=Move(
            label=_("Publish"),
            done=_("Published"),
            logged=_("Catalogue published"),
            effect=_("New cycles use this version from now on. It cannot be changed any more."),
            icon="rocket",
            style="primary",
            follows="competencies.publishing.after_publish",
        ),
    )
    def publish(self):
        """New cycles use this version from now on; nobody may change it any more."""


class Code(models.Model):
    """A performance code, TEC-CICD and so on: one kind of work that is assessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey(Catalogue, on_delete=models.CASCADE, related_name="codes")
    key = models.CharField(_("code"), max_length=20)
    category = models.CharField(_("category"), max_length=30, choices=Category)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    is_core = models.BooleanField(_("asked of everybody"), default=False)
    sfia = models.CharField(_("SFIA cross-reference"), max_length=120, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "key"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "key"], name="one_code_per_key_and_catalogue")]

    def __str__(self):
        return f"{self.key} {self.title}"

    def get_absolute_url(self):
        return reverse("competencies:code", args=[self.pk])

    def expected_at(self, grade_key) -> int | None:
        """The level expected of a grade; from prefetched rows where they are there."""
        return next((row.level for row in self.expectations.all() if row.grade_id == grade_key), None)

    def sentence(self, level) -> str:
        return next((row.text for row in self.indicators.all() if row.level == level), "")


class Indicator(models.Model):
    """The sentence that describes one level, 1 to 5, of a code: something a colleague could have seen."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="indicators")
    level = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["code", "level"], name="one_sentence_per_level"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="levels_run_from_1_to_5"),
        ]

    def __str__(self):
        return self.text


class Expectation(models.Model):
    """The level at which a person of this grade fully meets what is expected of the code."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="expectations")
    grade = models.ForeignKey("people.Grade", on_delete=models.PROTECT, related_name="expectations")
    level = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["grade__order"]
        constraints = [
            models.UniqueConstraint(fields=["code", "grade"], name="one_expectation_per_grade"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="expected_levels_run_from_1_to_5"),
        ]

    def __str__(self):
        return f"{self.code.key} {self.grade_id}: {self.level}"


class Scale(models.Model):
    """The points of a kind of rating. Points without score are recorded but never enter an average."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey(Catalogue, on_delete=models.CASCADE, related_name="scales")
    key = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=160)
    used_for = models.CharField(max_length=40, blank=True)
    hint = models.TextField(_("hint above the question"), blank=True)
    example_at_or_below = models.SmallIntegerField(
        null=True, blank=True, help_text=_("An example is asked for at this score and below; empty: never.")
    )

    objects = ScaleQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "key"], name="one_scale_per_key_and_catalogue")]

    def __str__(self):
        return self.title


class Point(models.Model):
    """One answer of a scale: a word and a sentence; `score` is empty for "not observed" and its kin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scale = models.ForeignKey(Scale, on_delete=models.CASCADE, related_name="points")
    order = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    score = models.SmallIntegerField(null=True, blank=True)
    weight = models.FloatField(default=1.0, help_text="0 to 1; how much somebody with this contact counts.")
    label = models.CharField(max_length=120)
    definition = models.TextField(blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["scale", "key"], name="one_point_per_key_and_scale")]

    def __str__(self):
        return self.label
