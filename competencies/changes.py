"""What differs between two versions of a catalogue: codes, sentences, expectations, scales and their points."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from operator import attrgetter
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competencies import versions
from competencies.checks import read
from competencies.models import Catalogue, Code, Scale
from competencies.states import Category

WORD = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 2000  # of a text whose words are compared; a longer one is shown whole


class Counted(models.TextChoices):
    """What is counted when a version is published."""

    CODES = "codes", gettext_lazy("codes")
    SENTENCES = "sentences", gettext_lazy("sentences")
    EXPECTATIONS = "expectations", gettext_lazy("expectations")
    SCALES = "scales", gettext_lazy("scales")
    POINTS = "points", gettext_lazy("answers of scales")
    TEMPLATES = "templates", gettext_lazy("review templates")
    STAGES = "stages", gettext_lazy("stages")
    QUESTIONNAIRES = "questionnaires", gettext_lazy("questionnaires")
    SECTIONS = "sections", gettext_lazy("sections")
    QUESTIONS = "questions", gettext_lazy("questions")


class Effect(models.TextChoices):
    ADDED = "added", gettext_lazy("added")
    CHANGED = "changed", gettext_lazy("changed")
    REMOVED = "removed", gettext_lazy("removed")


@dataclass(frozen=True)
class Piece:
    """A run of words that both texts have, or only this one."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Line:
    """One value of a code or scale. `about` says of what: a level, a grade, an answer; "" for the whole of it."""

    kind: Counted
    about: str
    label: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A line that differs; an empty text on the side where there is none. `effect` is on what the line is about."""

    kind: Counted
    about: str
    label: str
    before: str
    after: str
    effect: Effect = Effect.CHANGED

    @property
    def before_pieces(self) -> list[Piece]:
        return pieces(self.before, self.after)

    @property
    def after_pieces(self) -> list[Piece]:
        return pieces(self.after, self.before)


@dataclass(frozen=True)
class Entry:
    """A code, scale, template or questionnaire that differs: as it is in the later version, or was where it is gone."""

    subject: Any
    kind: Counted
    effect: Effect
    rows: list[Difference]


@dataclass(frozen=True)
class Reordered:
    """The codes of one category whose order differs, by key."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    codes: list[Entry]
    scales: list[Entry]
    orders: list[Reordered]
    others: list[Entry] = field(default_factory=list)  # what other apps keep in a version
    counts: dict[str, dict[str, int]] = field(default_factory=dict)  # kind → effect → how many; none without a change

    @property
    def is_empty(self) -> bool:
        return not (self.codes or self.scales or self.orders or self.others)

    @property
    def effects(self) -> dict[str, Effect]:
        """By key of a code what happened to it."""
        return {entry.subject.key: entry.effect for entry in self.codes}

    @property
    def removed_codes(self) -> list[Code]:
        return [entry.subject for entry in self.codes if entry.effect == Effect.REMOVED]

    @property
    def told(self) -> list[str]:
        """The counts in words, a line per kind."""
        lines = []
        for kind, numbers in self.counts.items():
            words = ", ".join(f"{number} {Effect(effect).label}" for effect, number in numbers.items())
            lines.append(capfirst(f"{Counted(kind).label}: {words}"))
        return lines


def compare(before: Catalogue, after: Catalogue) -> Comparison:
    """The number of queries does not grow with the versions; none for what was read already."""
    read(before, after)
    codes = list(entries(before.codes.all(), after.codes.all(), Counted.CODES, lines_of))
    scales = list(entries(before.scales.all(), after.scales.all(), Counted.SCALES, lines_of_scale))
    orders = list(_reordered(list(before.codes.all()), list(after.codes.all())))
    others = [entry for part in versions.PARTS for entry in part.entries(before, after)]
    return Comparison(codes, scales, orders, others, counts_of([*codes, *scales, *others]))


def entries(
    before: Iterable, after: Iterable, kind: Counted, lines: Callable[[Any], list["Line"]], key=attrgetter("key")
) -> Iterator[Entry]:
    """The rows that differ in what `lines` says about them; `key` says which row of both versions is the same."""
    old, new = {key(row): row for row in before}, {key(row): row for row in after}
    for name in [*new, *(name for name in old if name not in new)]:
        rows = differences(lines(old.get(name)), lines(new.get(name)))
        if name not in old:
            yield Entry(new[name], kind, Effect.ADDED, rows)
        elif name not in new:
            yield Entry(old[name], kind, Effect.REMOVED, rows)
        elif rows:
            yield Entry(new[name], kind, Effect.CHANGED, rows)


def differences(old: list[Line], new: list[Line]) -> list[Difference]:
    """The lines that differ, in the order of the later version; then those that are there no longer."""
    left = {(line.kind, line.about, line.label): line for line in old}
    right = {(line.kind, line.about, line.label): line for line in new}
    was, is_there = {(line.kind, line.about) for line in old}, {(line.kind, line.about) for line in new}
    found = []
    for place in [*right, *(place for place in left if place not in right)]:
        before = left[place].text if place in left else ""
        after = right[place].text if place in right else ""
        if before != after:
            thing = place[:2]
            effect = Effect.ADDED if thing not in was else Effect.CHANGED if thing in is_there else Effect.REMOVED
            found.append(Difference(*place, before, after, effect))
    return found


def differences_of(before: Code, after: Code) -> list[Difference]:
    """Of one code in two versions; both come with their levels."""
    return differences(lines_of(before), lines_of(after))


def counts_of(entries: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """How many codes, sentences, expectations, scales and answers were added, changed and removed."""
    found: dict[tuple[Counted, Effect], int] = {}
    for entry in entries:
        rows: dict[tuple[Counted, str], list[Difference]] = {}
        for row in entry.rows:
            rows.setdefault((row.kind, row.about), []).append(row)
        effects: dict[tuple[Counted, str], Effect] = {place: some[0].effect for place, some in rows.items()}
        if entry.effect != Effect.CHANGED:
            effects[entry.kind, ""] = entry.effect
        for (kind, _about), effect in effects.items():
            found[kind, effect] = found.get((kind, effect), 0) + 1
    return {
        str(kind.value): {str(effect.value): found[kind, effect] for effect in Effect if (kind, effect) in found}
        for kind in Counted
        if any((kind, effect) in found for effect in Effect)
    }


def _reordered(before: list[Code], after: list[Code]) -> Iterator[Reordered]:
    """Categories in which the codes that both versions have stand in another order."""
    for category in Category:
        old = [code.key for code in before if code.category == category]
        new = [code.key for code in after if code.category == category]
        left, right = [key for key in old if key in new], [key for key in new if key in old]
        if left != right:
            yield Reordered(str(category.label), ", ".join(left), ", ".join(right))


def pieces(text: str, other: str) -> list[Piece]:
    """`text` cut into what `other` has too and what it has not, word by word."""
    mine, theirs = WORD.findall(text), WORD.findall(other)
    if len(mine) > MOST_WORDS or len(theirs) > MOST_WORDS or not theirs:
        return [Piece(text, is_changed=True)] if text else []
    found = []
    for block in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        operation, start, end = block[:3]
        if start < end:
            found.append(Piece("".join(mine[start:end]), operation != "equal"))
    return found


# --- everything that is said about one code or scale -----------------------------------------------------------------
def lines_of(code: Code | None) -> list[Line]:
    if code is None:
        return []
    own = {
        _("Title"): code.title,
        _("Description"): code.description,
        _("Category"): str(code.get_category_display()),
        _("Core: everybody is rated on it"): _("yes") if code.is_core else _("no"),
        _("SFIA cross-reference"): code.sfia,
    }
    lines = [Line(Counted.CODES, "", label, text) for label, text in own.items()]
    lines += [
        Line(Counted.SENTENCES, str(row.level), _("Level %(level)s") % {"level": row.level}, row.text)
        for row in code.indicators.all()
    ]
    return lines + [
        Line(Counted.EXPECTATIONS, row.grade_id, _("Expected of %(grade)s") % {"grade": row.grade_id}, str(row.level))
        for row in code.expectations.all()
    ]


def lines_of_scale(scale: Scale | None) -> list[Line]:
    if scale is None:
        return []
    limit = scale.example_at_or_below
    own = {
        _("Title"): scale.title,
        _("Hint"): scale.hint,
        _("Example asked for at or below"): "" if limit is None else str(limit),
    }
    lines = [Line(Counted.SCALES, "", label, text) for label, text in own.items()]
    for point in scale.points.all():
        name = {"answer": point.key.replace("_", " ")}
        lines += [
            Line(Counted.POINTS, point.key, _("Answer “%(answer)s”: label") % name, point.label),
            Line(Counted.POINTS, point.key, _("Answer “%(answer)s”: sentence") % name, point.definition),
            Line(Counted.POINTS, point.key, _("Answer “%(answer)s”: score") % name, _score(point)),
        ]
    return lines


def _score(point) -> str:
    return _("none") if point.score is None else str(point.score)
