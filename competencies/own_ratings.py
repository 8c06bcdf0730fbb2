"""What somebody may read about themselves beside a code. Ratings live in apps above, which register where they are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from people.models import User


@dataclass(frozen=True)
class OwnRating:
    """The latest rating of one code by one rater; `level` is 1 to 5, or None for "not observed"."""

    rater: str
    rater_label: "StrOrPromise"
    label: str
    level: int | None
    source: str  # what it was given in, such as the name of a cycle
    url: str


Find = Callable[["User", Collection[str]], dict[str, list[OwnRating]]]
SOURCES: list[Find] = []


def tells_own_ratings(find: Find) -> Find:
    """Register `find(person, keys)`: by key of a code the latest ratings that `person` may read about themselves."""
    SOURCES.append(find)
    return find


def own_ratings(person: "User", keys: Collection[str]) -> dict[str, list[OwnRating]]:
    """By key of a code; a code that nobody rated is not among them."""
    found: dict[str, list[OwnRating]] = {}
    for find in SOURCES:
        for key, ratings in find(person, keys).items():
            found.setdefault(key, []).extend(ratings)
    return found
