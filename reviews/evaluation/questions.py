"""From the template's questions to the fields of one review: repeated per goal and per performance code.

Pure over what it is given; it asks the database only through `Material`, which loads everything in a fixed number of
queries.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from competencies.catalogue_cache import content_of
from foundation.moments import day_in_words
from foundation.outbox.mails import fill
from goals.models import Goal
from goals.states import GoalStatus
from reviews.evaluation.models import TEXT_MAX


@dataclass(frozen=True)
class Choice:
    """One point of a scale as it is shown: a word and a sentence, never a number."""

    key: str
    label: str
    sentence: str
    score: int | None = None


@dataclass(frozen=True)
class Field:
    """One input. `name` is its key in the form and in the stored answers."""

    name: str
    kind: str  # text | rating | checks | code | evidence
    label: str
    help: str = ""
    is_required: bool = False
    max_length: int = TEXT_MAX
    choices: tuple[Choice, ...] = ()
    code_id: object = None
    goal_id: object = None
    example: str = ""  # rating: the field that holds its example
    needed_if: str = ""  # text: required once this field has an answer
    must_check_all: bool = False
    about: str = ""  # the key of the code or the title of the goal it is asked of
    number: int = 0  # its place among the answers of a list, from 1; 0 for a question of its own

    @property
    def full_label(self) -> str:
        """A label that no other field of the form has."""
        label = self.label
        if self.kind == "code":
            label = _("Performance code for “%(question)s”") % {"question": label}
        if self.number:
            label = f"{label} {self.number}"
        return f"{self.about}: {label}" if self.about else label


@dataclass(frozen=True)
class FieldGroup:
    """Fields that belong together: those of one goal, of one code, or a single question."""

    title: str
    fields: tuple[Field, ...]
    code: object = None
    goal: object = None
    expected: int | None = None


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    help: str
    groups: tuple[FieldGroup, ...]

    @property
    def shown_help(self) -> str:
        """How to answer; nothing where nothing is asked."""
        return self.help if self.groups else ""

    @property
    def fields(self):
        return [each for group in self.groups for each in group.fields]


@dataclass
class Material:
    """What the forms of one review are made of: codes, goals, scales of the frozen catalogue, loaded once."""

    review: Any

    @cached_property
    def content(self):
        return content_of(self.review.cycle.catalogue)

    @cached_property
    def codes(self) -> list:
        """The codes everybody is asked about."""
        return self.content.core

    @cached_property
    def goals(self) -> list:
        cycle = self.review.cycle
        goals = Goal.objects.of(self.review.subject).overlapping(cycle.period_start, cycle.period_end)
        return list(goals.exclude(status=GoalStatus.DRAFT))

    @cached_property
    def words(self) -> dict:
        cycle, review = self.review.cycle, self.review
        period = f"{day_in_words(cycle.period_start, 'j M Y')} – {day_in_words(cycle.period_end, 'j M Y')}"
        names = {"employee_name": review.subject.name, "manager_name": review.manager.name}
        return names | {"period": period, "cycle_name": cycle.name}

    def expected(self, code) -> int | None:
        """The level at which this review's grade fully meets what is expected of `code`."""
        return next((each.level for each in code.expectations.all() if each.grade_id == self.review.grade_id), None)

    def choices(self, scale: str, code=None) -> tuple[Choice, ...]:
        """The points of `scale`; for a code the sentence of each level takes the place of the general definition."""
        sentences = {each.level: each.text for each in code.indicators.all()} if code else {}
        return tuple(
            Choice(point.key, point.label, sentences.get(point.score, point.definition), point.score)
            for point in self.content.points[scale]
        )

    def sections(self, form_key: str, only: set[str] | None = None) -> list[Section]:
        """The sections of one of the template's forms; `only` keeps those keys."""
        form = self.review.cycle.template.form(form_key)
        return [self._section(each) for each in form["sections"] if only is None or each["key"] in only]

    def _section(self, content: dict) -> Section:
        groups = {"goals": self._goal_groups, "performance_codes": self._code_groups}.get(content.get("repeat_for", ""))
        made = groups(content) if groups else self._plain_groups(content)
        return Section(content["key"], content["title"], content.get("help", ""), tuple(made))

    def _plain_groups(self, content):
        for question in content["questions"]:
            fields = tuple(self._fields(question))
            yield FieldGroup(fields[0].label if len(fields) == 1 else self._text(question), fields)

    def _goal_groups(self, content):
        for goal in self.goals:
            fields = [self._repeated(question, f"goal_{goal.pk}", goal=goal) for question in content["questions"]]
            yield FieldGroup(goal.title, tuple(fields), goal=goal)

    def _code_groups(self, content):
        for code in self.codes:
            fields = [self._repeated(question, f"code_{code.key}", code=code) for question in content["questions"]]
            yield FieldGroup(code.title, tuple(fields), code=code, expected=self.expected(code))

    def _text(self, question: dict) -> str:
        return fill(question.get("text") or question.get("label", ""), self.words)

    def _repeated(self, question: dict, prefix: str, *, code=None, goal=None) -> Field:
        about = code.key if code else goal.title
        if question["type"] != "rating":
            is_required = question["required"] and "required_unless" not in question
            return Field(f"{prefix}_text", "text", self._text(question), is_required=is_required, about=about)
        return Field(
            f"{prefix}_level",
            "rating",
            self._text(question),
            is_required=question["required"],
            choices=self.choices(question["scale"], code),
            code_id=code.pk if code else None,
            goal_id=goal.pk if goal else None,
            example=f"{prefix}_text" if code else "",
            about=about,
        )

    def _fields(self, question: dict):
        """A question's fields: one, or several numbered ones for a list."""
        common = {"help": question.get("help", ""), "max_length": question.get("max_length", TEXT_MAX)}
        if question["type"] in ("text_list", "code_refs"):
            for number in range(1, question["max_items"] + 1):
                is_required = question["required"] and number <= question["min_items"]
                name = f"{question['key']}_{number}"
                yield Field(name, "text", self._text(question), is_required=is_required, number=number, **common)
                if question["type"] == "code_refs":
                    yield Field(f"{name}_code", "code", self._text(question), number=number)
        elif question["type"] in ("choice_multi", "checklist"):
            options = tuple(Choice(each["key"], each["label"], "") for each in question["options"])
            is_checklist = question["type"] == "checklist"
            yield Field(question["key"], "checks", self._text(question), choices=options, must_check_all=is_checklist)
        elif question["type"] == "rating":
            choices = self.choices(question["scale"])
            yield Field(question["key"], "rating", self._text(question), is_required=True, choices=choices)
        else:
            needed_if = question.get("required_if", "")
            yield Field(
                question["key"],
                "text",
                self._text(question),
                is_required=question["required"],
                needed_if=needed_if,
                **common,
            )

    def summary_sections(self) -> list[Section]:
        """The summary of the template, without what the subject writes."""
        content = self.review.cycle.template.content["summary"]
        questions = [each for each in content["fields"] if each.get("written_by") != "employee"]
        groups = [FieldGroup(self._text(each), tuple(self._fields(each))) for each in questions]
        return [Section("summary", content["title"], "", tuple(groups))]
