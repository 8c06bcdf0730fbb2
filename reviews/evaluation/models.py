"""What is written in a review: different readers, different rows."""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questionnaires import checks
from questionnaires.cache import questionnaires_of
from questionnaires.fields import Builder, Part, fields_of
from questionnaires.presenters import Line, lines_of
from questionnaires.states import Meaning, Purpose
from reviews.evaluation.querysets import ReviewPartQuerySet
from reviews.states import Rater


class Writing(models.Model):
    """Answers in words by name of field (questionnaires/fields.py), saved under a version."""

    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class SelfAssessment(Writing):
    """The subject's own words. Ratings are rows of their own, because others read them later."""

    rater = Rater.SELF
    review = models.OneToOneField("reviews.Review", on_delete=models.CASCADE, related_name="self_assessment")
    evidence = models.ManyToManyField("goals.Evidence", related_name="+", blank=True)
    snapshot = models.JSONField(
        default=dict, help_text="The attached evidence as it was sent: reviews/review/snapshots.py."
    )


class Evaluation(Writing):
    """What the manager writes; `overall` is a point of the cycle's overall scale and chosen last."""

    rater = Rater.MANAGER
    review = models.OneToOneField("reviews.Review", on_delete=models.CASCADE, related_name="evaluation")
    overall = models.ForeignKey("competencies.Point", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    snapshot = models.JSONField(
        default=dict, help_text="The goals as they were submitted: reviews/review/snapshots.py."
    )


class Summary(Writing):
    """Key achievements, strengths, growth areas and the overall statement: the first page of the document."""

    rater = Rater.MANAGER
    review = models.OneToOneField("reviews.Review", on_delete=models.CASCADE, related_name="summary")

    @cached_property
    def parts(self) -> list[Part]:
        """What the template asks for; which codes are offered beside it matters only where it is written."""
        cycle: Any = self.review.cycle  # launched, so it has a catalogue
        return Builder().parts(questionnaires_of(cycle.catalogue).written(Purpose.SUMMARY, cycle.template_id))

    @property
    def is_complete(self) -> bool:
        """Whether everything required is there: achievements, a strength, a growth area and the statement."""
        return not checks.missing(fields_of(self.parts).values(), self.answers)

    @property
    def is_within_limits(self) -> bool:
        """Whether every text fits; the same limit as the form's."""
        return not checks.too_long(fields_of(self.parts).values(), self.answers)

    @property
    def statement(self) -> str:
        return "\n".join(line.text for line in lines_of(Meaning.STATEMENT, self.parts, self.answers))

    @property
    def achievements(self) -> list[str]:
        return [line.text for line in lines_of(Meaning.ACHIEVEMENTS, self.parts, self.answers)]

    @property
    def strengths(self) -> list[Line]:
        return lines_of(Meaning.STRENGTHS, self.parts, self.answers)

    @property
    def growth_areas(self) -> list[Line]:
        return lines_of(Meaning.GROWTH, self.parts, self.answers)


class SetAsideDraft(models.Model):
    """What a former manager had written and not submitted: read by nobody, theirs again if the review comes back."""

    class Part(models.TextChoices):
        EVALUATION = "evaluation", _("Evaluation")
        SUMMARY = "summary", _("Summary")

    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    answers = models.JSONField(default=dict)
    ratings = models.JSONField(default=list, help_text="Lists of code id, goal id and point id.")
    overall = models.ForeignKey("competencies.Point", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    set_aside_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "author", "part"], name="one_set_aside_draft_per_author_and_part")
        ]

    def __str__(self):
        return f"{self.part} {self.pk}"


class Rating(models.Model):
    """One chosen point, by the subject or by the manager, for a code or a goal."""

    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="ratings")
    rater = models.CharField(max_length=10, choices=Rater)
    code = models.ForeignKey("competencies.Code", null=True, on_delete=models.PROTECT, related_name="+")
    goal = models.ForeignKey("goals.Goal", null=True, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey("competencies.Point", on_delete=models.PROTECT, related_name="+")

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "rater", "code"], name="one_rating_per_rater_and_code"),
            models.UniqueConstraint(fields=["review", "rater", "goal"], name="one_rating_per_rater_and_goal"),
            models.CheckConstraint(
                condition=Q(code__isnull=True, goal__isnull=False) | Q(code__isnull=False, goal__isnull=True),
                name="rating_is_of_a_code_or_a_goal",
            ),
        ]

    def __str__(self):
        return f"{self.rater} {self.pk}"


class PrivateNote(models.Model):
    """The manager's own reminder to themselves; no page, export or document ever shows it to anybody else."""

    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="private_notes")
    author = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("private note"), blank=True)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "author"], name="one_private_note_per_author")]

    def __str__(self):
        return f"note {self.pk}"


class Rebuttal(models.Model):
    """The subject's own statement, kept with the review unchanged."""

    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="rebuttals")
    text = models.TextField(_("your statement"), max_length=2000)
    written_at = models.DateTimeField(default=timezone.now)

    objects = ReviewPartQuerySet.as_manager()

    class Meta:
        ordering = ["written_at"]

    def __str__(self):
        return f"rebuttal {self.pk}"
