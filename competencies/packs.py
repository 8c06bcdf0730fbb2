"""Optional content that HR adds to a draft with one click: codes, and what other apps have for the same pack."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from competencies import services
from competencies.models import Catalogue, Code
from competencies.policies import CataloguePolicy
from competencies.states import Category
from competencies.versions import PARTS
from foundation.audit.events import record
from foundation.content import Node, read_content

FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Pack:
    """One shipped pack. `codes` are the keys of its performance codes, in order."""

    key: str
    title: str
    codes: tuple[str, ...]
    content: Node

    def is_in(self, keys: Iterable[str]) -> bool:
        """Whether a version with these codes has all of the pack."""
        return set(self.codes) <= set(keys)


@cache
def packs() -> tuple[Pack, ...]:
    """All shipped packs, by the names of their files. Raises ContentError."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.yaml")))


def _read(path: Path) -> Pack:
    content = read_content(path, schema_version=1)
    about = content.node("pack")
    return Pack(about["key"], about["title"], tuple(row["code"] for row in content.nodes("codes")), content)


def packs_in(catalogue: Catalogue) -> list[Pack]:
    """The packs all of whose codes `catalogue` has: one query."""
    keys = set(catalogue.codes.values_list("key", flat=True))
    return [pack for pack in packs() if pack.is_in(keys)]


@transaction.atomic
def add_pack(pack: Pack, *, by) -> Catalogue:
    """Add what is missing of `pack` to the open draft, or to a new one; codes that are there stay as they are.

    Each code goes behind the last of its category. Raises PermissionDenied unless `by` prepares catalogues.
    """
    draft = services.new_version(by=by, note=pack.title)
    if not CataloguePolicy.allows(by, draft, "edit"):
        raise PermissionDenied(f"{by.pk} may not edit {draft.pk}")
    there = list(draft.codes.all())
    known = {code.key for code in there}
    rows = [row for row in pack.content.nodes("codes") if row["code"] not in known]
    services.load_codes(draft, rows)
    _order(draft, [code.key for code in there])
    for part in PARTS:
        part.add_pack(draft, pack.key)
    record(draft, "pack_added", by=by, pack=pack.key, codes=[row["code"] for row in rows])
    return draft


def _order(draft: Catalogue, before: list[str]) -> None:
    """New codes behind the others of their category, all else in the order it had."""
    categories = {name: place for place, name in enumerate(Category.values)}
    places = {key: place for place, key in enumerate(before)}
    last = len(before)
    codes = list(draft.codes.all())
    codes.sort(key=lambda code: (categories[code.category], places.get(code.key, last), code.order))
    for place, code in enumerate(codes):
        code.order = place
    Code.objects.bulk_update(codes, ["order"])
