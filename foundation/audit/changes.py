"""What a form changed, as the event log keeps it: old and new values, without content and names.

Events can't be changed, so they keep the id of a person. It is replaced by the name when the log is read, and leads to
nobody once the person is erased.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Model


def kept(value) -> str:
    """`value` as the log keeps it: days as ISO, people as ids, everything else as its words; nothing is empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, Model):
        return str(value.pk) if value._meta.label_lower == "people.user" else str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def values_of(row: Model, names: Iterable[str]) -> dict[str, str]:
    """The present values of these fields of `row`, to be compared later."""
    return {name: kept(getattr(row, name)) for name in names}


def changes_between(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """By field what it was and what it is, where that differs."""
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
