"""From questions to the fields of one form. Pure: what is asked of goals or codes is handed in as items.

The name of a field is the key of its question, joined by hyphens with the key of the item it is asked of, with its
number in a list, and with "code" or "example" for what belongs to it: sc_level-TEC-CICD-example, strengths-1-code.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from foundation.outbox.mails import fill
from questionnaires.models import Question, Questionnaire, Section
from questionnaires.states import ExampleRule, Kind, Meaning

TEXT, RATING, BOXES, CODE = "text", "rating", "boxes", "code"  # kinds of fields


@dataclass(frozen=True)
class Choice:
    """One choice as it is shown: a word and a sentence, never a number."""

    key: str
    label: str
    sentence: str = ""
    score: int | None = None

    def __str__(self):
        return str(self.label)


@dataclass(frozen=True)
class Item:
    """One goal or code that the questions of a section are asked of; `row` is the caller's own and handed back.

    `sentences` describe the scores of ratings in place of the general definitions of the scale; `about` tells the
    item's fields from those of others where they are heard, not seen.
    """

    key: str
    title: str
    about: str
    row: Any
    sentences: Mapping[int | None, str] = field(default_factory=dict)
    expected: int | None = None


@dataclass(frozen=True)
class Field:
    """One input. `question` is None for a field that stands beside the questions."""

    name: str
    kind: str
    label: str
    question: Question | None = None
    item: Item | None = None
    help: str = ""
    is_required: bool = False
    max_length: int = 5000
    rows: int = 3  # how high a text is shown
    choices: tuple[Choice, ...] = ()
    number: int = 0  # its place among the answers of a list, from 1; 0 for a question of its own
    example: str = ""  # of a rating: the name of the field that holds its example
    example_of: str = ""  # of an example: the label of its rating, where the example's own label does not say it
    required_if: str = ""  # of a text: the name of the field that makes it required once it has an answer
    must_check_all: bool = False

    @property
    def about(self) -> str:
        return self.item.about if self.item else self.example_of

    @property
    def is_contact(self) -> bool:
        return self.question is not None and self.question.kind == Kind.CONTACT

    @property
    def full_label(self) -> str:
        """A label that no other field of the form has."""
        label = self.label
        if self.example_of:
            label = _("One example for “%(question)s”") % {"question": self.example_of}
        if self.kind == CODE:
            label = _("Performance code for “%(question)s”") % {"question": label}
        if self.number:
            label = f"{label} {self.number}"
        return f"{self.item.about}: {label}" if self.item else label


@dataclass(frozen=True)
class Group:
    """Fields that belong together: those of one goal or code, or of a single question."""

    title: str
    fields: tuple[Field, ...]
    item: Item | None = None


@dataclass(frozen=True)
class Part:
    """One section of a form."""

    key: str
    title: str
    help: str
    groups: tuple[Group, ...]
    repeat_for: str = ""

    @property
    def shown_help(self) -> str:
        """How to answer; nothing where nothing is asked."""
        return self.help if self.groups else ""

    @property
    def fields(self) -> list[Field]:
        return [each for group in self.groups for each in group.fields]

    def has(self, meaning: Meaning) -> bool:
        """Whether a question of this meaning is asked here."""
        return any(each.question and each.question.meaning == meaning for each in self.fields)


def fields_of(parts: Iterable[Part]) -> dict[str, Field]:
    """All fields by name, in order."""
    return {each.name: each for part in parts for each in part.fields}


@dataclass(frozen=True)
class Builder:
    """Makes fields of questions: `words` fill their placeholders, `items(repeat)` is what a section repeats for.

    `codes` are the performance codes offered beside texts.
    """

    words: Mapping[str, Any] = field(default_factory=dict)
    items: Callable[[str], list[Item]] = lambda repeat: []
    codes: Iterable[Any] = ()

    def parts(self, questionnaire: Questionnaire) -> list[Part]:
        """The sections of a questionnaire that was read with its questions (questionnaires/cache.py)."""
        return [self.part(section) for section in questionnaire.sections.all()]

    def part(self, section: Section) -> Part:
        questions = list(section.questions.all())
        if section.repeat_for:
            groups = [Group(item.title, self._asked(questions, item), item) for item in self.items(section.repeat_for)]
        else:
            groups = [self.group(question) for question in questions]
        return Part(section.key, section.title, self.text(section.help), tuple(groups), section.repeat_for)

    def group(self, question: Question) -> Group:
        return Group(self.text(question.text), self._asked([question], None))

    def text(self, text: str) -> str:
        return fill(text, dict(self.words))

    def _asked(self, questions: list[Question], item: Item | None) -> tuple[Field, ...]:
        """Of an item first what is said about it, then what is chosen: ratings follow from what was written."""
        fields = [each for question in questions for each in self.fields(question, item)]
        return tuple(sorted(fields, key=lambda each: each.kind == RATING) if item else fields)

    def fields(self, question: Question, item: Item | None = None) -> list[Field]:
        """The fields of one question: one, several numbered ones for a list, or a rating and its example."""
        name, label = named(question.key, item), self.text(question.text)
        common: dict[str, Any] = {"question": question, "item": item}
        helped = common | {"help": self.text(question.help)}
        if question.kind in (Kind.CONTACT, Kind.RATING):
            return self._rating(question, name, label, helped)
        if question.kind in (Kind.CHOICES, Kind.CHECKLIST):
            choices = tuple(Choice(each.key, each.label) for each in question.options.all())
            must = question.kind == Kind.CHECKLIST
            return [Field(name, BOXES, label, choices=choices, must_check_all=must, **helped)]
        typed = helped | {"max_length": question.max_length}
        if not question.is_list:
            required_if = named(question.required_if.key, item) if question.required_if else ""
            return [Field(name, TEXT, label, is_required=question.is_required, required_if=required_if, **typed)]
        found = []
        for number in range(1, question.max_items + 1):
            is_required = question.is_required and number <= question.min_items
            found.append(Field(f"{name}-{number}", TEXT, label, is_required=is_required, number=number, **typed))
            if question.kind == Kind.CODE_LIST:
                choices = tuple(Choice(code.key, str(code)) for code in self.codes)
                found.append(Field(f"{name}-{number}-code", CODE, label, number=number, choices=choices, **common))
        return found

    def _rating(self, question: Question, name: str, label: str, helped: dict) -> list[Field]:
        item, has_example = helped["item"], question.example != ExampleRule.NEVER
        example = example_name(name) if has_example else ""
        rating = Field(
            name,
            RATING,
            label,
            is_required=question.is_required,
            choices=choices_of(question, item),
            example=example,
            **helped,
        )
        if not has_example:
            return [rating]
        asked = {"question": question, "item": item, "max_length": question.max_length}
        if question.example_text:  # in words of its own it is asked for first
            return [Field(example, TEXT, self.text(question.example_text), **asked), rating]
        return [rating, Field(example, TEXT, _("One example"), example_of=label, **asked)]


def named(key: str, item: Item | None) -> str:
    return f"{key}-{item.key}" if item else key


def example_name(name: str) -> str:
    """The name of the field for the example of the rating `name`."""
    return f"{name}-example"


def choices_of(question: Question, item: Item | None = None) -> tuple[Choice, ...]:
    """The points of the question's scale; the sentences of the item take the place of general definitions."""
    if question.scale is None:
        return ()
    sentences = item.sentences if item else {}
    return tuple(
        Choice(point.key, point.label, sentences.get(point.score, point.definition), point.score)
        for point in question.scale.points.all()
    )
