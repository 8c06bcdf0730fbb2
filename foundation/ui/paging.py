"""Paging of long lists by the values of a row, not by page number: the last page costs as much as the first, and
nothing is counted."""

import json
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q


@dataclass(frozen=True)
class Slice:
    """Some rows of a list; `previous` and `next` are the places before and behind them, empty at the ends."""

    object_list: list
    previous: str
    next: str

    def __iter__(self):
        return iter(self.object_list)

    def __len__(self):
        return len(self.object_list)


def slice_of(rows, keys: tuple[str, ...], asked, size: int, *, newest_first=False) -> Slice:
    """The part of `rows` named by `asked["after"]` or `asked["before"]`, else the first.

    `keys` are lookups without NULLs that together name one row; all are read upwards, or downwards `newest_first`.
    """
    is_back = "before" in asked
    is_down = newest_first != is_back
    ordered = rows.order_by(*(f"-{key}" if is_down else key for key in keys))
    place = _read(asked.get("before" if is_back else "after", ""), keys)
    try:
        found = list((ordered.filter(_beyond(keys, place, is_down)) if place else ordered)[: size + 1])
    except (TypeError, ValueError, ValidationError):  # a place that no link of ours names
        place, found = None, list(ordered[: size + 1])
    has_more, shown = len(found) > size, found[:size]
    shown = shown[::-1] if is_back else shown
    return Slice(
        shown,
        _write(shown[0], keys) if shown and (has_more if is_back else place) else "",
        _write(shown[-1], keys) if shown and (is_back or has_more) else "",
    )


def _beyond(keys, place, is_down) -> Q:
    """Rows behind `place`; the first key stands alone once more, so that an index on it is used."""
    sign, found, equal = "lt" if is_down else "gt", Q(), Q()
    for key, value in zip(keys, place, strict=True):
        found |= equal & Q(**{f"{key}__{sign}": value})
        equal &= Q(**{key: value})
    return found & Q(**{f"{keys[0]}__{sign}e": place[0]})


def _read(text: str, keys) -> list | None:
    try:
        place = json.loads(text)
    except ValueError:
        return None
    is_ours = isinstance(place, list) and len(place) == len(keys) and all(isinstance(x, str | int) for x in place)
    return place if is_ours and not any("\0" in str(x) for x in place) else None


def _write(row, keys) -> str:
    return json.dumps([_value(row, key) for key in keys], default=str, ensure_ascii=False)


def _value(row, key):
    for name in key.split("__"):
        row = getattr(row, name)
    return row
