"""Which level is expected of each code at each grade: one row per code, one column per grade."""

from collections.abc import Iterable
from dataclasses import dataclass

from competencies.models import Code
from competencies.presenters import CATEGORIES
from competencies.states import Category
from people.models import Grade


@dataclass(frozen=True)
class Cell:
    """The level expected at one grade, 1 to 5; None where nothing is expected."""

    level: int | None
    is_own: bool


@dataclass(frozen=True)
class MatrixRow:
    code: Code
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class MatrixGroup:
    """The rows of one category."""

    label: str
    rows: list[MatrixRow]


def matrix_groups(codes: Iterable[Code], grades: list[Grade], own_grade: str | None) -> list[MatrixGroup]:
    """One group per category that has codes. `codes` come with their expectations."""
    rows: dict[str, list[MatrixRow]] = {key: [] for key in CATEGORIES}
    for code in codes:
        expected = {row.grade_id: row.level for row in code.expectations.all()}
        cells = [Cell(expected.get(grade.key), grade.key == own_grade) for grade in grades]
        rows[code.category].append(MatrixRow(code, code.get_absolute_url(), cells))
    return [MatrixGroup(str(Category(key).label), found) for key, found in rows.items() if found]
