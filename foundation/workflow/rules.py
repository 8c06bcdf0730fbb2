"""A rule asked of a row at hand: the same `Q` that selects rows of a list decides about one, without the database."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet


def holds(rule: Q, row) -> bool:
    """Whether `rule` is true of `row`; relations on the way are followed, and read where they were not selected.

    Knows the lookups that rules use: equality, `in`, `isnull`. Raises LookupError for others, AttributeError for a
    name that no row has.
    """
    if not rule:
        return True
    parts = (holds(part, row) if isinstance(part, Q) else _is(part, row) for part in rule.children)
    found = any(parts) if rule.connector == Q.OR else all(parts)
    return found != rule.negated


def _is(part, row) -> bool:
    path, wanted = part
    *way, last = path.split("__")
    lookup = LOOKUPS.get(last)
    if lookup is None:
        way, lookup = [*way, last], _equals
    for name in way[:-1]:
        row = _related(row, name)
    return lookup(_value(row, way[-1]), wanted)


def _related(row, name: str):
    """The row behind a relation; None where a join would find nothing."""
    try:
        return None if row is None else getattr(row, name)
    except ObjectDoesNotExist:
        return None


def _value(row, name: str):
    """A column's value; of a relation its key, which is there without reading the other row."""
    if row is None:
        return None
    if not isinstance(row, Model):
        raise LookupError(f"a rule with the lookup {name}")
    field: Any = row._meta.pk if name == "pk" else row._meta.get_field(name)
    return getattr(row, field.attname)


def _equals(value, wanted) -> bool:
    return value == (wanted.pk if isinstance(wanted, Model) else wanted)


def _is_in(value, wanted) -> bool:
    if isinstance(wanted, QuerySet):
        return value is not None and wanted.filter(pk=value).exists()
    return value in wanted


LOOKUPS: dict[str, Callable] = {
    "in": _is_in,
    "isnull": lambda value, wanted: (value is None) == wanted,
}
