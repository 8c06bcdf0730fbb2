"""The questionnaires of a draft arranged for the pages on which HR edits and previews them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from competencies.models import Catalogue
from competencies.presenters import Movable
from questionnaires.fields import Builder, Item, Part
from questionnaires.findings import questions_of
from questionnaires.models import Question, Questionnaire
from questionnaires.states import Purpose, Repeat
from questionnaires.versions import feedback_of


@dataclass(frozen=True)
class Placed(Movable):
    """A row with those above and below it; `moved` is "up" or "down" where it was just moved by that button."""

    row: Any
    above: Any
    below: Any
    moved: str = ""


@dataclass(frozen=True)
class SectionCard:
    """A section with its questions, and the questions of other relations that could be asked here too."""

    placed: Placed
    questions: list[Placed]
    shared: list[Question]


def placed(rows: Iterable, moved: dict[str, str]) -> list[Placed]:
    """`moved` says by id in which direction a row was just moved."""
    found: Sequence = list(rows)
    return [
        Placed(
            row,
            above=found[place - 1] if place else None,
            below=found[place + 1] if place + 1 < len(found) else None,
            moved=moved.get(str(row.pk), ""),
        )
        for place, row in enumerate(found)
    ]


def section_cards(questionnaire: Questionnaire, moved: dict[str, str]) -> list[SectionCard]:
    shared = shareable(questionnaire)
    return [
        SectionCard(each, placed(each.row.questions.all(), moved), shared)
        for each in placed(questionnaire.sections.all(), moved)
    ]


def shareable(questionnaire: Questionnaire) -> list[Question]:
    """Questions that other relations are asked, and this one is not: one per key. The version was read before."""
    if questionnaire.purpose != Purpose.FEEDBACK:
        return []
    asked = {question.key for question in questions_of(questionnaire)}
    found: dict[str, Question] = {}
    for other in feedback_of(questionnaire.catalogue):
        for question in questions_of(other):
            if question.key not in asked:
                found.setdefault(question.key, question)
    return list(found.values())


# --- preview ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SampleGoal:
    description: str


def sample_words() -> dict[str, str]:
    """What the placeholders of a preview are filled with."""
    return {
        "employee_name": "Priya Raman",
        "manager_name": "Marta Keller",
        "period": "Jan – Jun 2030",
        "cycle_name": _("Review of the first half-year"),
    }


def preview_parts(questionnaire: Questionnaire, catalogue: Catalogue) -> list[Part]:
    """The parts of the form as its reader meets it, asked of the core codes of the version and of two sample goals."""
    codes = list(catalogue.codes.with_levels())

    def items(repeat: str) -> list[Item]:
        if repeat == Repeat.GOALS:
            titles = (_("Fewer failed deployments"), _("A runbook for every alert"))
            return [Item(f"goal{number}", title, title, SampleGoal("")) for number, title in enumerate(titles, 1)]
        return [
            Item(
                code.key,
                code.title,
                code.key,
                code,
                sentences={each.level: each.text for each in code.indicators.all()},
            )
            for code in codes
            if code.is_core
        ]

    return Builder(sample_words(), items, codes).parts(questionnaire)
