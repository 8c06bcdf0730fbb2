"""A form in steps: one goal, one performance code or one section at a time, each with an address of its own. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _

from questionnaires.checks import Wording, given, problems
from questionnaires.fields import BOXES, RATING, TEXT, Field, Group, Item, Part

MOST_AT_ONCE = 10  # how much a section without repetition may ask on one step, in WEIGHT; above it is divided
WEIGHT = {TEXT: 1, BOXES: 2, RATING: 3}
# A rough guess of the minutes that one open answer takes.
MINUTES = {TEXT: 2, RATING: 1, BOXES: 1}
MINUTES_OPTIONAL = 1


class StepState(models.TextChoices):
    """How far a step is. An empty one that asks for nothing is optional and keeps nobody from sending."""

    NEW = "new", _("Not begun")
    BEGUN = "begun", _("Begun")
    COMPLETE = "complete", _("Complete")
    OPTIONAL = "optional", _("Optional")


@dataclass(frozen=True)
class Step:
    """One page of a form. `key` is the last word of its address and lasts as long as what it asks about."""

    key: str
    title: str
    part: Part
    item: Item | None = None

    @property
    def fields(self) -> list[Field]:
        return self.part.fields

    @property
    def section(self) -> str:
        """The title of the section that the step is one of several of; empty when the step is all of it."""
        return self.part.title if self.title != self.part.title else ""

    def problems(self, values: dict, wording: type[Wording] = Wording) -> dict[str, str]:
        """What keeps this step from being sent, by field."""
        return problems(self.fields, values, wording)

    def missing(self, values: dict, wording: type[Wording] = Wording) -> list["Missing"]:
        """The same in the order of the form, for lists that lead to the fields."""
        found = self.problems(values, wording)
        return [Missing(self, each, found[each.name]) for each in self.fields if each.name in found]

    def state(self, values: dict, wording: type[Wording] = Wording) -> StepState:
        is_answered = any(given(each, values) for each in self.fields)
        if self.problems(values, wording):
            return StepState.BEGUN if is_answered else StepState.NEW
        return StepState.COMPLETE if is_answered else StepState.OPTIONAL

    def minutes(self, values: dict) -> int:
        """An estimate of the time that its open answers take; 0 once nothing is missing."""
        open_fields = [each for each in self.fields if not given(each, values)] if self.problems(values) else []
        return sum(MINUTES.get(each.kind, 0) if is_asked(each) else MINUTES_OPTIONAL for each in open_fields)


@dataclass(frozen=True)
class Missing:
    """A field that keeps its form from being sent, and why."""

    step: Step
    field: Field
    problem: str

    @property
    def label(self) -> str:
        """As no other field of the form is called."""
        return self.field.full_label

    @property
    def target(self) -> str:
        """The id of the field on its page."""
        return f"id_{self.field.name}"


def is_asked(each: Field) -> bool:
    """Whether a form cannot be sent without it."""
    return each.is_required or each.must_check_all


def steps_of(parts: Iterable[Part]) -> list[Step]:
    """One step for each goal or code of a section that repeats, and one for any other section that is short enough.

    A section that asks more than MOST_AT_ONCE makes a step of each question.
    """
    return [step for part in parts for step in _steps_of(part)]


def _steps_of(part: Part) -> list[Step]:
    if part.repeat_for:
        return [_step(part, group) for group in part.groups]
    if not part.groups or sum(WEIGHT.get(each.kind, 0) for each in part.fields) <= MOST_AT_ONCE:
        return [Step(part.key, part.title, part)] if part.groups else []
    return [_step(part, group) for group in part.groups]


def _step(part: Part, group: Group) -> Step:
    return Step(f"{part.key}-{_name_of(group)}", group.title, replace(part, groups=(group,)), group.item)


def _name_of(group: Group) -> str:
    """What tells a group from the others of its section: its goal or code, or the question it is of."""
    if group.item:
        return group.item.key
    question = group.fields[0].question
    return question.key if question else group.fields[0].name


@dataclass(frozen=True)
class Progress:
    """One step with how far it is, for lists of steps."""

    step: Step
    number: int
    state: StepState
    minutes: int
    missing: list[Missing]
    is_current: bool = False


class Steps:
    """All steps of one form with the answers there are."""

    def __init__(self, steps: Iterable[Step], values: dict, wording: type[Wording] = Wording):
        self.steps, self.values, self.wording = list(steps), values, wording

    def __len__(self) -> int:
        return len(self.steps)

    def find(self, key: str) -> Step | None:
        return next((each for each in self.steps if each.key == key), None)

    def number(self, step: Step) -> int:
        """Its place, from 1."""
        return [each.key for each in self.steps].index(step.key) + 1

    def after(self, step: Step) -> Step | None:
        """The step that follows; None behind the last."""
        return next(iter(self.steps[self.number(step) :]), None)

    def before(self, step: Step) -> Step | None:
        """The step ahead of it; None before the first."""
        number = self.number(step)
        return self.steps[number - 2] if number > 1 else None

    def to_go_on_with(self) -> Step | None:
        """The first step where something is missing, else the first; None when nothing is asked."""
        missing = (each for each in self.steps if each.problems(self.values, self.wording))
        return next(missing, next(iter(self.steps), None))

    def missing(self) -> list[Missing]:
        """Every field that keeps the form from being sent, in order."""
        return [each for step in self.steps for each in step.missing(self.values, self.wording)]

    def progress(self, current: Step | None = None) -> list[Progress]:
        """Every step with its state; `current` is the one that is open."""
        return [
            Progress(
                step,
                number,
                step.state(self.values, self.wording),
                step.minutes(self.values),
                step.missing(self.values, self.wording),
                current is not None and step.key == current.key,
            )
            for number, step in enumerate(self.steps, start=1)
        ]


@dataclass(frozen=True)
class Section:
    """The steps of one section, for a list of steps: without a title of its own where the section is one step."""

    title: str
    rows: list[Progress]


@dataclass(frozen=True)
class Overview:
    """How far a form is: its sections with their steps, what is done, and how long the rest may take."""

    sections: list[Section]
    asked: int
    done: int
    minutes: int

    @property
    def counts(self) -> list[dict]:
        """How many steps are in each state, with the words for it; states that no step is in are left out."""
        states = [row.state for section in self.sections for row in section.rows]
        return [{"state": each, "count": states.count(each)} for each in StepState if each in states]


def overview(rows: list[Progress]) -> Overview:
    sections: list[Section] = []
    for row in rows:
        if not sections or sections[-1].rows[-1].step.part.key != row.step.part.key:
            sections.append(Section(row.step.section, []))
        sections[-1].rows.append(row)
    asked = [row for row in rows if row.state != StepState.OPTIONAL]
    done = [row for row in asked if row.state == StepState.COMPLETE]
    return Overview(sections, len(asked), len(done), rounded(sum(row.minutes for row in rows)))


def rounded(minutes: int) -> int:
    """A guess looks like one: from ten minutes on, by fives."""
    return minutes if minutes < 10 else 5 * round(minutes / 5)
