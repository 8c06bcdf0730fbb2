"""What changes from one grade to the next: sentence beside sentence, with what the reader has to show for it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from competencies.models import Code
from competencies.own_ratings import OwnRating
from competencies.presenters import in_order
from goals.models import Evidence
from people.models import Grade, User
from reviews.states import Rater

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 3  # pieces of evidence per code
GRADE_TEXTS: "dict[str, StrOrPromise]" = {
    "scope": _("Scope"),
    "autonomy": _("Autonomy"),
    "impact": _("Impact"),
    "collaborates_with": _("Works with"),
}


@dataclass(frozen=True)
class Change:
    """A code of which the next grade expects another level; a level is 1 to 5, or None where nothing is expected."""

    code: Code
    before: int | None
    after: int | None
    ratings: list[OwnRating] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    more_evidence: int = 0

    @property
    def sentence_before(self) -> str:
        return self.code.sentence(self.before)

    @property
    def sentence_after(self) -> str:
        return self.code.sentence(self.after)

    @property
    def is_reached(self) -> bool:
        """Whether the manager's latest rating is at the level of the next grade already."""
        rated = next((rating.level for rating in self.ratings if rating.rater == Rater.MANAGER), None)
        return rated is not None and self.after is not None and rated >= self.after


@dataclass(frozen=True)
class ChangeGroup:
    """The changes of one category."""

    label: str
    changes: list[Change]


@dataclass(frozen=True)
class GradeText:
    """One thing that is said about both grades."""

    label: str
    before: str
    after: str


def grade_texts(before: Grade, after: Grade) -> list[GradeText]:
    """What is said of either grade and differs."""
    rows = [GradeText(str(label), getattr(before, name), getattr(after, name)) for name, label in GRADE_TEXTS.items()]
    return [row for row in rows if row.before != row.after]


def changed_codes(codes: Iterable[Code], before: Grade, after: Grade) -> list[Code]:
    """The codes of which `after` expects another level than `before`, in the order of the catalogue."""
    return in_order(code for code in codes if code.expected_at(before.key) != code.expected_at(after.key))


def same_codes(codes: Iterable[Code], before: Grade, after: Grade) -> list[Code]:
    """The codes of which both grades expect the same level."""
    found = (code for code in codes if code.expected_at(before.key) == code.expected_at(after.key) is not None)
    return in_order(found)


def evidence_by_key(person: User, keys: Iterable[str]) -> dict[str, list]:
    """By key of a code the ids of the person's own evidence, newest first; across versions of the catalogue."""
    own = Evidence.objects.visible_to(person).of(person).confirmed().filter(codes__key__in=list(keys))
    found: dict[str, list] = {}
    for key, pk in own.order_by("-happened_on", "-created_at").values_list("codes__key", "pk"):
        if pk not in found.setdefault(key, []):
            found[key].append(pk)
    return found


def changes_for(person: User, codes: list[Code], before: Grade, after: Grade, ratings: dict) -> list[Change]:
    """Two queries for any number of codes."""
    ids = evidence_by_key(person, [code.key for code in codes])
    shown = [pk for found in ids.values() for pk in found[:SHOWN]]
    evidence = Evidence.objects.in_bulk(shown)
    changes = []
    for code in codes:
        own = ids.get(code.key, [])
        changes.append(
            Change(
                code=code,
                before=code.expected_at(before.key),
                after=code.expected_at(after.key),
                ratings=ratings.get(code.key, []),
                evidence=[evidence[pk] for pk in own[:SHOWN]],
                more_evidence=max(0, len(own) - SHOWN),
            )
        )
    return changes


def grouped(changes: list[Change]) -> list[ChangeGroup]:
    """One group per category that has changes, in the order of the catalogue."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(str(change.code.get_category_display()), []).append(change)
    return [ChangeGroup(label, rows) for label, rows in found.items()]
