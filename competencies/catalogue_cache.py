"""A published catalogue never changes, so each process reads it once. Nothing in it is about a person.

Rounds and cycles are only ever bound to published versions; a draft must not be read here.
"""

from dataclasses import dataclass
from functools import lru_cache

from competencies.models import Code, Point
from competencies.states import CatalogueStatus

KEPT = 8  # catalogues per process


@dataclass(frozen=True)
class Content:
    """The codes with sentences and expectations, and the points by scale."""

    codes: tuple[Code, ...]
    points: dict[str, tuple[Point, ...]]

    @property
    def core(self) -> list[Code]:
        return [code for code in self.codes if code.is_core]


def content_of(catalogue) -> Content:
    """The content of `catalogue`, kept when it is published."""
    if catalogue.status == CatalogueStatus.PUBLISHED:
        return _kept(catalogue.pk)
    return _read(catalogue.pk)


def _read(catalogue_id) -> Content:
    points: dict[str, list[Point]] = {}
    for point in Point.objects.filter(scale__catalogue=catalogue_id).select_related("scale"):
        points.setdefault(point.scale.key, []).append(point)
    return Content(
        codes=tuple(Code.objects.filter(catalogue=catalogue_id).with_levels()),
        points={key: tuple(rows) for key, rows in points.items()},
    )


_kept = lru_cache(maxsize=KEPT)(_read)
