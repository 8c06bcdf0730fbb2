"""From a draft to what is shown. Nothing in an answer, and no path through the tables, leads back to its author."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from feedback.answers import draft_keys
from feedback.rounds.models import FeedbackRequest, FeedbackRound
from feedback.states import Theme
from foundation.ui.forms import REASON_MAX


class Draft(models.Model):
    """What a giver has written so far; read by nobody else, deleted when it is sent.

    It is stored encrypted, under a key that is not in the database: see `feedback/answers/draft_keys.py`.
    """

    request = models.OneToOneField(FeedbackRequest, on_delete=models.CASCADE, related_name="draft")
    sealed = models.BinaryField(default=bytes, help_text="The answers, encrypted: name of a form field to its value.")
    version = models.PositiveIntegerField(default=0)
    browser = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the mark of the browser that wrote it; empty: by account."
    )
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"version {self.version}"

    @property
    def answers(self) -> dict:
        """Name of a form field to its value; empty when the key is lost."""
        return draft_keys.unseal(self.request_id, self.sealed)

    @answers.setter
    def answers(self, values: dict) -> None:
        self.sealed = draft_keys.seal(self.request_id, values)


class Answer(models.Model):
    """One rating of one question, or one text under one theme: without author, request or moment.

    An example of a rating is a text that also has its question. `relation` is what the partition is cut by. At the
    release these rows become a snapshot and are deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(FeedbackRound, on_delete=models.CASCADE, related_name="answers")
    relation = models.CharField(max_length=40)
    question = models.ForeignKey("questionnaires.Question", null=True, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey("competencies.Point", null=True, on_delete=models.PROTECT, related_name="+")
    theme = models.CharField(max_length=10, choices=Theme, blank=True)
    text = models.TextField(blank=True)
    counts_author = models.BooleanField(
        default=True, help_text="False on further texts of one author under one theme: authors are counted, not texts."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=False, point__isnull=False, theme="", text="")
                | (Q(question__isnull=True, point__isnull=True) & ~Q(theme__in=["", Theme.EXAMPLES]) & ~Q(text=""))
                | (Q(question__isnull=False, point__isnull=True, theme=Theme.EXAMPLES) & ~Q(text="")),
                name="an_answer_is_a_rating_a_text_or_an_example",
            )
        ]

    def __str__(self):
        return "an answer"


class AttributedAnswer(models.Model):
    """An answer with its giver's name, in a round whose givers were told so before the first key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(FeedbackRequest, on_delete=models.CASCADE, related_name="attributed_answers")
    question = models.ForeignKey("questionnaires.Question", on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey("competencies.Point", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "question"], name="one_named_answer_per_question"),
        ]

    def __str__(self):
        return "a named answer"


class Release(models.Model):
    """What may be shown of a round, cut once; every page, document and mail reads this row and no answer."""

    round = models.OneToOneField(FeedbackRound, on_delete=models.CASCADE, related_name="snapshot")
    released_on = models.DateField()
    content = models.JSONField(help_text="As made by feedback/release/partition.py.")

    def __str__(self):
        return f"released {self.released_on}"


class HiddenText(models.Model):
    """One text that HR hides because it breaks the rules. Its author stays unknown, to HR too."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="hidden_texts")
    text_id = models.UUIDField()
    reason = models.CharField(max_length=REASON_MAX)
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    hidden_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "text_id"], name="a_text_is_hidden_once")]

    def __str__(self):
        return f"hidden {self.hidden_on}"
