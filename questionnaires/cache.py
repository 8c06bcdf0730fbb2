"""A published version never changes, so each process reads its questionnaires once. Nothing in them is about a person.

Rounds and cycles are only ever bound to published versions.
"""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import Prefetch

from competencies.catalogue_cache import KEPT
from competencies.models import Catalogue
from competencies.states import CatalogueStatus
from questionnaires.models import Question, Questionnaire
from questionnaires.states import Purpose


@dataclass(frozen=True)
class Questionnaires:
    """All questionnaires of a version, with sections, questions and all that these refer to, in order."""

    rows: tuple[Questionnaire, ...]

    def feedback(self) -> list[Questionnaire]:
        return [row for row in self.rows if row.purpose == Purpose.FEEDBACK]

    def for_relation(self, relation: str) -> Questionnaire:
        """What a collaborator of this relation is asked. Raises LookupError."""
        return self._one(relation, (row for row in self.feedback() if row.key == relation))

    def written(self, purpose: str, template_id: UUID) -> Questionnaire:
        """What is written in reviews of one template. Raises LookupError."""
        found = (row for row in self.rows if row.purpose == purpose and row.template_id == template_id)
        return self._one(purpose, found)

    @staticmethod
    def _one(name, found) -> Questionnaire:
        row = next(found, None)
        if row is None:
            raise LookupError(f"this version has no questionnaire for {name}")
        return row


def questions_of(questionnaire: Questionnaire) -> list[Question]:
    """All questions in order, from rows that were read with them."""
    return [question for section in questionnaire.sections.all() for question in section.questions.all()]


def questionnaires_of(catalogue: Catalogue) -> Questionnaires:
    """The questionnaires of `catalogue`, kept when it is published."""
    return _kept(catalogue.pk) if catalogue.status == CatalogueStatus.PUBLISHED else _read(catalogue.pk)


def _read(catalogue_id: UUID) -> Questionnaires:
    questions = Question.objects.select_related("scale", "code", "required_if")
    questions = questions.prefetch_related("options", "scale__points")
    rows = Questionnaire.objects.filter(catalogue=catalogue_id)
    return Questionnaires(tuple(rows.prefetch_related(Prefetch("sections__questions", questions))))


_kept = lru_cache(maxsize=KEPT)(_read)
