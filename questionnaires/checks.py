"""What is missing or wrong in answers before they are sent, by field, in words for their writer."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from foundation.ui.drafts import why_too_long
from questionnaires.fields import TEXT, Field
from questionnaires.models import Question
from questionnaires.states import ExampleRule

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Wording:
    """How a form says what is missing; a form for other writers may have another one."""

    text: "StrOrPromise" = _("Answer this question.")
    rating: "StrOrPromise" = _("Answer this question.")
    contact: "StrOrPromise" = _("Answer this question.")
    example: "StrOrPromise" = _("Add an example for this rating.")
    with_choice: "StrOrPromise" = _("Explain your choice above.")
    boxes: "StrOrPromise" = _("Confirm every point before you submit.")


def problems(fields: Iterable[Field], answers: dict, wording: type[Wording] = Wording) -> dict[str, str]:
    """All that has to change before `answers` (by name of field) can be sent; empty when they can."""
    fields = list(fields)
    return missing(fields, answers, wording) | too_long(fields, answers)


def missing(fields: Iterable[Field], answers: dict, wording: type[Wording] = Wording) -> dict[str, str]:
    """What has no answer and needs one."""
    found: dict[str, str] = {}
    for each in fields:
        answer = given(each, answers)
        if each.must_check_all and len(answer) < len(each.choices):
            found[each.name] = str(wording.boxes)
        elif not answer and (each.is_required or is_forged(each, answers)):
            words = wording.text if each.kind == TEXT else wording.contact if each.is_contact else wording.rating
            found[each.name] = str(words)
        elif each.required_if and answers.get(each.required_if) and not answer:
            found[each.name] = str(wording.with_choice)
        elif each.example and needs_example(each, answer) and not answers.get(each.example, "").strip():
            found[each.example] = str(wording.example)
    return found


def too_long(fields: Iterable[Field], answers: dict) -> dict[str, str]:
    """The texts that do not fit."""
    texts = {each.name: (given(each, answers), each.max_length) for each in fields if each.kind == TEXT}
    return {name: problem for name, (text, most) in texts.items() if (problem := why_too_long(text, most))}


def given(each: Field, answers: dict):
    """The answer without blanks around it; of choices only what is offered. Empty when there is none."""
    answer = answers.get(each.name) or ""
    if not each.choices:
        return answer.strip() if isinstance(answer, str) else answer
    offered = {choice.key for choice in each.choices}
    if isinstance(answer, list):
        return [key for key in answer if key in offered]
    return answer if answer in offered else ""


def is_forged(each: Field, answers: dict) -> bool:
    """Whether a choice was sent that is not offered."""
    return bool(each.choices) and bool(answers.get(each.name)) and not given(each, answers)


def needs_example(each: Field, answer: str) -> bool:
    """Whether the choice `answer` of a rating rests on an example."""
    score = next((choice.score for choice in each.choices if choice.key == answer), None)
    return score is not None and each.question is not None and is_example_due(each.question, score)


def is_example_due(question: Question, score: int) -> bool:
    """Whether the rule of `question` asks for an example with this score of its scale."""
    if question.example == ExampleRule.SCORED:
        return True
    if question.scale is None or question.example == ExampleRule.NEVER:
        return False
    scores = [point.score for point in question.scale.points.all() if point.score is not None]
    if question.example == ExampleRule.EXTREMES:
        return score in (min(scores), max(scores))
    limit = question.scale.example_at_or_below
    return limit is not None and (score <= limit or score == max(scores))
