"""Which level is expected of each code at each grade: one row per code, one column per grade."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from competencies.models import Code, Expectation
from competencies.presenters import CATEGORIES
from competencies.states import Category
from people.models import Grade


@dataclass(frozen=True)
class MatrixRow:
    """`levels` in words, one per grade, empty where nothing is expected: a thousand cells take long to make."""

    code: Code
    url: str
    levels: list[str]


@dataclass(frozen=True)
class MatrixGroup:
    """The rows of one category."""

    label: str
    rows: list[MatrixRow]


def matrix_groups(codes: QuerySet[Code], grades: list[Grade]) -> list[MatrixGroup]:
    """One group per category that has codes: two queries."""
    expected: dict[UUID, dict[str, str]] = {}
    found = Expectation.objects.filter(code__in=codes.order_by().values("pk")).order_by()
    for code_id, grade_key, level in found.values_list("code_id", "grade_id", "level"):
        expected.setdefault(code_id, {})[grade_key] = str(level)
    rows: dict[str, list[MatrixRow]] = {key: [] for key in CATEGORIES}
    for code in codes:
        own = expected.get(code.pk, {})
        levels = [own.get(grade.key, "") for grade in grades]
        rows[code.category].append(MatrixRow(code, code.get_absolute_url(), levels))
    return [MatrixGroup(str(Category(key).label), own) for key, own in rows.items() if own]
