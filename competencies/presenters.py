"""The catalogue arranged for reading: its codes by category, and one code with everything that stands at its levels."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competencies.models import Catalogue, Code, Indicator, Point
from competencies.own_ratings import OwnRating
from competencies.packs import Pack, packs
from competencies.states import LEVELS, CatalogueStatus, Category
from people.models import Grade

CATEGORIES = list(Category.values)


@dataclass(frozen=True)
class CodeRow:
    """One code of the list: what is expected of the chosen grade, and the sentence in which a search found it."""

    code: Code
    level: int | None
    sentence: str
    found: Indicator | None = None
    steps = LEVELS


@dataclass(frozen=True)
class CodeGroup:
    """The codes of one category, in their order."""

    key: str
    label: str
    rows: list[CodeRow]


class Movable:
    """A row among others that buttons move up and down; the one it was moved with has the focus again."""

    above: Any
    below: Any
    moved: str  # "up" or "down" where this row was just moved

    @property
    def focus_up(self) -> bool:
        """The other button where this one is gone."""
        return bool(self.moved) and (self.moved == "up" or self.below is None)

    @property
    def focus_down(self) -> bool:
        return bool(self.moved) and (self.moved == "down" or self.above is None)


@dataclass(frozen=True)
class DraftRow(Movable):
    """One code of a draft, the codes of its category above and below it, and what is new about it ("added", …)."""

    code: Code
    above: Code | None
    below: Code | None
    effect: str
    moved: str = ""


@dataclass(frozen=True)
class DraftGroup:
    label: str
    rows: list[DraftRow]


@dataclass(frozen=True)
class LevelRow:
    """One level of a code with the grades that are expected there, and where the reader was rated."""

    level: int
    label: str
    text: str
    grades: list[Grade]
    is_own: bool
    ratings: list[OwnRating]
    steps = LEVELS


@dataclass(frozen=True)
class Neighbours:
    """A code's place in the catalogue, from 1, with the codes before and after it."""

    number: int
    count: int
    before: Code | None
    after: Code | None


def code_groups(codes: Iterable[Code], grade_key: str | None, words: Collection[str] = ()) -> list[CodeGroup]:
    """One group per category that has codes; `words` are what was searched for."""
    rows: dict[str, list[CodeRow]] = {key: [] for key in CATEGORIES}
    for code in codes:
        level = code.expected_at(grade_key)
        rows[code.category].append(CodeRow(code, level, code.sentence(level), _found_in(code, words)))
    return [CodeGroup(key, str(Category(key).label), found) for key, found in rows.items() if found]


def draft_groups(
    codes: Iterable[Code], shown: Collection, effects: Mapping[str, str], moved: Mapping[str, str]
) -> list[DraftGroup]:
    """One group per category with codes that are `shown`; neighbours are those of the whole version.

    `moved` says by key in which direction a code was just moved.
    """
    groups = []
    ordered = in_order(codes)
    for category in Category:
        own = [code for code in ordered if code.category == category]
        rows = [
            DraftRow(
                code=code,
                above=own[place - 1] if place else None,
                below=own[place + 1] if place + 1 < len(own) else None,
                effect=str(effects.get(code.key, "")),
                moved=moved.get(code.key, ""),
            )
            for place, code in enumerate(own)
            if code.pk in shown
        ]
        if rows:
            groups.append(DraftGroup(str(category.label), rows))
    return groups


def _found_in(code: Code, words: Collection[str]) -> Indicator | None:
    """The sentence with most of what key, title and description do not hold; None where these hold it all."""
    shown = f"{code.key} {code.title} {code.description}".casefold()
    missing = [word.casefold() for word in words if word.casefold() not in shown]
    hits = {row: sum(word in row.text.casefold() for word in missing) for row in code.indicators.all()}
    best = max(hits, key=lambda row: hits[row], default=None)
    return best if best and hits[best] else None


def level_rows(
    code: Code, points: Iterable[Point], own_grade: str | None, ratings: Iterable[OwnRating]
) -> list[LevelRow]:
    """The levels that have a sentence, from 1 up; `points` name them."""
    labels = {point.score: point.label for point in points}
    expected: dict[int, list[Grade]] = {}
    for row in code.expectations.all():
        expected.setdefault(row.level, []).append(row.grade)
    found = list(ratings)
    return [
        LevelRow(
            level=row.level,
            label=labels.get(row.level, ""),
            text=row.text,
            grades=expected.get(row.level, []),
            is_own=any(grade.key == own_grade for grade in expected.get(row.level, [])),
            ratings=[rating for rating in found if rating.level == row.level],
        )
        for row in code.indicators.all()
    ]


def in_order(codes: Iterable[Code]) -> list[Code]:
    """As pages list them: by category, then by their order."""
    return sorted(codes, key=lambda code: (CATEGORIES.index(code.category), code.order, code.key))


def neighbours(code: Code, codes: Iterable[Code]) -> Neighbours:
    """`codes` are all of the same version, `code` among them."""
    ordered = in_order(codes)
    place = [each.pk for each in ordered].index(code.pk)
    return Neighbours(
        number=place + 1,
        count=len(ordered),
        before=ordered[place - 1] if place else None,
        after=ordered[place + 1] if place + 1 < len(ordered) else None,
    )


def performance_points(catalogue: Catalogue) -> QuerySet[Point]:
    """The points that name the levels of codes."""
    return Point.objects.filter(scale__catalogue=catalogue, scale__used_for="performance_codes", score__isnull=False)


@dataclass(frozen=True)
class OfferedPack:
    """A pack on the page of versions; `state` says in words where it is, empty while it can be added."""

    pack: Pack
    state: str
    tone: str = ""


def packs_offered(catalogues: list[Catalogue]) -> list[OfferedPack]:
    """Every shipped pack with where it is: in the version in use, or in the draft. `catalogues` are newest first."""
    current = next((each for each in catalogues if each.status == CatalogueStatus.PUBLISHED), None)
    draft = next((each for each in catalogues if each.status == CatalogueStatus.DRAFT), None)
    if current is None:
        return []
    keys: dict[UUID, set[str]] = {each.pk: set() for each in (current, draft) if each}
    for catalogue, key in Code.objects.filter(catalogue__in=keys).values_list("catalogue", "key"):
        keys[catalogue].add(key)
    found = []
    for pack in packs():
        if pack.is_in(keys[current.pk]):
            found.append(OfferedPack(pack, _("In use"), "good"))
        elif draft and pack.is_in(keys[draft.pk]):
            found.append(OfferedPack(pack, _("In the draft"), "warn"))
        else:
            found.append(OfferedPack(pack, ""))
    return found
