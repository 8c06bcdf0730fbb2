"""What was answered, arranged for reading."""

from collections.abc import Iterable
from dataclasses import dataclass

from questionnaires.fields import CODE, RATING, TEXT, Field, Part
from questionnaires.states import Meaning


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question with what was answered in words."""

    question: str
    text: str


@dataclass(frozen=True)
class AnsweredGroup:
    """The answered questions of one goal, code or question."""

    title: str
    lines: list[AnsweredQuestion]


@dataclass(frozen=True)
class AnsweredPart:
    part: Part
    groups: list[AnsweredGroup]


def in_words(parts: Iterable[Part], answers: dict) -> list[AnsweredPart]:
    """Only what was answered in words; ratings are shown apart."""
    shown = []
    for part in parts:
        groups = [AnsweredGroup(group.title, lines) for group in part.groups if (lines := _lines(group, answers))]
        if groups:
            shown.append(AnsweredPart(part, groups))
    return shown


def _lines(group, answers: dict) -> list[AnsweredQuestion]:
    asked = [each for each in group.fields if each.kind not in (RATING, CODE) and answers.get(each.name)]
    return [AnsweredQuestion(each.label, words_of(each, answers)) for each in asked]


def words_of(each: Field, answers: dict) -> str:
    """An answer as its reader sees it: the words of choices, not their keys; empty when there is none."""
    answer = answers.get(each.name) or ""
    if each.kind == TEXT:
        return answer.strip()
    chosen = answer if isinstance(answer, list) else [answer]
    return "\n".join(choice.label for choice in each.choices if choice.key in chosen)


@dataclass(frozen=True)
class Line:
    """One answer of a list, with the key of its performance code if it has one."""

    text: str
    code: str = ""


def lines_of(meaning: Meaning, parts: Iterable[Part], answers: dict) -> list[Line]:
    """The filled-in texts of the questions of one meaning, in order."""
    asked = [each for part in parts for each in part.fields if each.question and each.question.meaning == meaning]
    texts = [each for each in asked if each.kind == TEXT and answers.get(each.name)]
    return [Line(answers[each.name], answers.get(f"{each.name}-code", "")) for each in texts]
