"""Where the answers of a review are kept: texts in the row of the writing, chosen points in rows of their own.

An adapter between these rows and the drafts of questionnaires.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Point
from foundation.workflow.moves import MoveRefused
from questionnaires.drafts import Closed
from questionnaires.fields import RATING, Field
from questionnaires.states import Meaning, Repeat
from reviews.guards import paused_words
from reviews.models import Rating

EVIDENCE = "evidence"  # the field for evidence, beside the questions of a self-assessment


class ReviewDraft:
    """The Holder (questionnaires/drafts.py) of a self-assessment, an evaluation or a summary, for some fields."""

    def __init__(self, writing: Any, fields: dict[str, Field]):
        self.writing, self.fields = writing, fields
        self._values: dict | None = None

    @property
    def version(self) -> int:
        return self.writing.version

    @property
    def saved_at(self) -> datetime | None:
        return self.writing.saved_at

    def values(self) -> dict:
        """Texts, lists of chosen options, keys of points, ids of evidence."""
        if self._values is None:
            chosen = self._chosen()
            answers = self.writing.answers
            self._values = {name: chosen.get(name) or answers.get(name, "") for name in self.fields}
            if EVIDENCE in self.fields:
                self._values[EVIDENCE] = sorted(str(pk) for pk in self.writing.evidence.values_list("pk", flat=True))
        return self._values

    def _chosen(self) -> dict[str, str]:
        """The keys of chosen points by name of field."""
        rated = {name: each for name, each in self.fields.items() if each.kind == RATING}
        if not rated:
            return {}
        rows = Rating.objects.filter(review=self.writing.review_id, rater=self.writing.rater).select_related("point")
        chosen = {(row.code_id, row.goal_id): row.point.key for row in rows}
        found = {}
        for name, each in rated.items():
            if is_overall(each):
                found[name] = self.writing.overall.key if self.writing.overall else ""
            else:
                found[name] = chosen.get(tuple(place_of(each).values()), "")
        return found

    def refresh(self) -> None:
        """Raises MoveRefused while the review is paused, Closed once the writing was sent."""
        review = self.writing.review
        if review.is_paused:
            raise MoveRefused(paused_words(review))
        self.writing = type(self.writing).objects.select_for_update().get(pk=self.writing.pk)
        self.writing.review, self._values = review, None
        if self.writing.submitted_at is not None:
            raise Closed(_("This has already been submitted and can't be changed."))

    def store(self, changes: dict) -> None:
        points = {name: value for name, value in changes.items() if self.fields[name].kind == RATING}
        texts = {name: value for name, value in changes.items() if name not in points and name != EVIDENCE}
        writing = self.writing
        writing.answers = {**writing.answers, **texts}
        writing.version, writing.saved_at = writing.version + 1, timezone.now()
        for name, key in points.items():
            self._choose(self.fields[name], key)
        writing.save()
        if EVIDENCE in changes:
            writing.evidence.set(changes[EVIDENCE])
        self._values = None

    def _choose(self, field: Field, key: str) -> None:
        """Replace one rating; an empty choice removes it."""
        point = point_of(field, key)
        if is_overall(field):
            self.writing.overall = point
            return
        place = place_of(field)
        mine = Rating.objects.filter(review=self.writing.review_id, rater=self.writing.rater)
        if point is None:
            mine.filter(**place).delete()
            return
        new = {"point": point, "review_id": self.writing.review_id, "rater": self.writing.rater, **place}
        mine.update_or_create(**place, defaults={"point": point}, create_defaults=new)


def is_overall(field: Field) -> bool:
    return field.question is not None and field.question.meaning == Meaning.OVERALL


def place_of(field: Field) -> dict:
    """Which code or goal a rating is about, as the columns of a Rating."""
    item, question = field.item, field.question
    if item is None or question is None:
        raise ValueError(f"{field.name} is about no code and no goal")
    is_code = question.section.repeat_for == Repeat.CODES
    return {"code_id": item.row.pk if is_code else None, "goal_id": None if is_code else item.row.pk}


def point_of(field: Field, key: str) -> Point | None:
    points = field.question.scale.points.all() if field.question and field.question.scale else ()
    return next((point for point in points if point.key == key), None)
