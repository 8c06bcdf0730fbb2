"""What is asked: questionnaires of sections of questions, and review templates. All are rows of one catalogue version.

A published version never changes, so what was launched with it keeps its questions.
"""

import uuid

from django.db import models
from django.db.models import Q

from foundation.outbox.mails import PLACEHOLDER
from questionnaires.states import ExampleRule, Kind, Meaning, Purpose, Repeat


class ReviewTemplate(models.Model):
    """A kind of review: its stages, its scales, and the questionnaires that are written in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey("competencies.Catalogue", on_delete=models.CASCADE, related_name="templates")
    key = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    overall_scale = models.ForeignKey("competencies.Scale", on_delete=models.RESTRICT, related_name="+")
    code_scale = models.ForeignKey("competencies.Scale", on_delete=models.RESTRICT, related_name="+")
    goal_scale = models.ForeignKey("competencies.Scale", on_delete=models.RESTRICT, related_name="+")

    class Meta:
        ordering = ["order", "title"]
        constraints = [models.UniqueConstraint(fields=["catalogue", "key"], name="one_template_per_key_and_catalogue")]

    def __str__(self):
        return self.title


class TemplateStage(models.Model):
    """A stage as a new cycle begins with it; the cycle then keeps its own."""

    template = models.ForeignKey(ReviewTemplate, on_delete=models.CASCADE, related_name="stages")
    key = models.CharField(max_length=30)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    texts = models.JSONField(default=dict, help_text="Display text per sub-state: not_started … skipped.")
    is_enabled = models.BooleanField(default=True)
    days = models.PositiveSmallIntegerField(help_text="From its start to its deadline.")
    starts_with_previous = models.BooleanField(default=False, help_text="Otherwise it starts when the previous ends.")
    reminder_days = models.JSONField(default=list, help_text="Days before the deadline on which to remind.")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["template", "key"], name="one_stage_per_key_and_template")]

    def __str__(self):
        return self.title


class Questionnaire(models.Model):
    """What one writer is asked: a collaborator of one relation (its key), or a writer in a review of one template."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey("competencies.Catalogue", on_delete=models.CASCADE, related_name="questionnaires")
    template = models.ForeignKey(
        ReviewTemplate, null=True, blank=True, on_delete=models.CASCADE, related_name="questionnaires"
    )
    purpose = models.CharField(max_length=20, choices=Purpose)
    key = models.CharField(max_length=60, help_text="A relation (data_scientist …), or the key of its template.")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    audience = models.TextField(blank=True)
    intro = models.TextField(blank=True, help_text="As the texts of questions, with placeholders.")
    minutes = models.PositiveSmallIntegerField(default=8)
    is_pooled = models.BooleanField(
        default=True, help_text="Small groups of this relation may be pooled with others; never direct reports."
    )

    class Meta:
        ordering = ["purpose", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "purpose", "key"], name="one_questionnaire_per_purpose_and_key"
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.FEEDBACK, template__isnull=True)
                | (~Q(purpose=Purpose.FEEDBACK) & Q(template__isnull=False)),
                name="what_is_written_in_a_review_has_a_template",
            ),
        ]

    def __str__(self):
        return self.title


class Section(models.Model):
    """Questions under one heading, asked once or of each goal or code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="sections")
    key = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160, blank=True)
    help = models.TextField(blank=True)
    repeat_for = models.CharField(max_length=10, choices=Repeat, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "key"], name="one_section_per_key")]

    def __str__(self):
        return self.title


class Question(models.Model):
    """One question. Its texts and help may hold {{ employee_name }}, {{ period }} and what else its app fills in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    help = models.TextField(blank=True)
    is_required = models.BooleanField(default=False)
    scale = models.ForeignKey("competencies.Scale", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    code = models.ForeignKey(
        "competencies.Code", null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    max_length = models.PositiveIntegerField(default=5000, help_text="Characters of a text, or of an example.")
    min_items = models.PositiveSmallIntegerField(default=0, help_text="Texts of a list that are required.")
    max_items = models.PositiveSmallIntegerField(default=1, help_text="Texts of a list that there is room for.")
    example = models.CharField(max_length=15, choices=ExampleRule, default=ExampleRule.NEVER)
    example_text = models.TextField(blank=True, help_text="What is asked for as an example; empty: in general words.")
    required_if = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Required once that question of the same section is answered.",
    )  # fmt: skip
    meaning = models.CharField(max_length=15, choices=Meaning, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["section", "key"], name="one_question_per_key"),
            # The names of fields join keys with hyphens: questionnaires/fields.py.
            models.CheckConstraint(condition=~Q(key__contains="-"), name="question_keys_have_no_hyphen"),
            models.CheckConstraint(
                condition=Q(kind__in=[Kind.CONTACT, Kind.RATING], scale__isnull=False)
                | (~Q(kind__in=[Kind.CONTACT, Kind.RATING]) & Q(scale__isnull=True)),
                name="what_is_rated_has_a_scale",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def in_words(self) -> str:
        """The text where it is about nobody yet: “[employee name]” in place of {{ employee_name }}."""
        return PLACEHOLDER.sub(lambda found: f"[{found[1].replace('_', ' ')}]", self.text)

    @property
    def is_list(self) -> bool:
        return self.kind in (Kind.TEXT_LIST, Kind.CODE_LIST)


class Option(models.Model):
    """One box of a question that has boxes."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    order = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=200)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["question", "key"], name="one_option_per_key")]

    def __str__(self):
        return self.label
