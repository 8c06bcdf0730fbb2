"""What other apps keep in a version of the catalogue, told by them: competencies may not import those apps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

if TYPE_CHECKING:
    from competencies.changes import Entry
    from competencies.checks import Finding
    from competencies.models import Catalogue, Code
    from competencies.uploaded import Row


@dataclass(frozen=True)
class Copied:
    """A version and its copy, with the ids of codes and scales: old to new."""

    source: "Catalogue"
    target: "Catalogue"
    codes: dict[UUID, UUID]
    scales: dict[UUID, UUID]


@dataclass(frozen=True)
class Part:
    """`load(catalogue)` adds the content shipped in `folder` to a version, `copy(copied)` takes it into the next.

    `bring_back(code, copy)`: a code of the version in use is again in the draft, as `copy`. `findings(catalogue)` is
    what is wrong with it, `entries(before, after)` what differs between two versions.
    `add_pack(catalogue, key)` adds to a draft what the app has for a pack; nothing twice.
    `to_file(catalogue)` are its lists in the file of a version; `from_file(row)` reads them and says how to store them.
    """

    folder: Path
    load: Callable[["Catalogue"], None]
    copy: Callable[[Copied], None]
    bring_back: Callable[["Code", "Code"], None]
    findings: Callable[["Catalogue"], Iterable["Finding"]]
    entries: Callable[["Catalogue", "Catalogue"], Iterable["Entry"]]
    to_file: Callable[["Catalogue"], dict]
    from_file: Callable[["Row"], Callable[["Catalogue"], None]]
    add_pack: Callable[["Catalogue", str], None]


PARTS: list[Part] = []


def part_of_version(part: Part) -> None:
    """Register what belongs to every version. What goes with a version when it is discarded cascades."""
    PARTS.append(part)


AFTER_PUBLISHING: list[Callable[["Catalogue"], None]] = []


def after_publishing(then: Callable[["Catalogue"], None]) -> None:
    """Register what follows in other apps, in the same transaction, when a version is published."""
    AFTER_PUBLISHING.append(then)


def copy_rows(rows: QuerySet, *, itself: str = "", **moved: dict) -> dict:
    """Copy `rows` in two queries; `moved` maps, per foreign key, old ids to new ones. Returns old id to new id.

    `itself` names a foreign key to other rows of the same model, which are among `rows`.
    """
    names = [field.attname for field in rows.model._meta.concrete_fields if not field.primary_key]
    copies = {}
    for row in rows:
        values = {name: getattr(row, name) for name in names}
        values |= {f"{name}_id": ids.get(values[f"{name}_id"]) for name, ids in moved.items()}
        copies[row.pk] = rows.model(**values)
    if itself:
        for copy in copies.values():
            referred = copies.get(getattr(copy, f"{itself}_id"))
            setattr(copy, f"{itself}_id", referred and referred.pk)
    rows.model._default_manager.bulk_create(copies.values())
    return {old: copy.pk for old, copy in copies.items()}
