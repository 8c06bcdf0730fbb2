"""Saving answers while they are written. Where they are kept is the business of the app that asks: see Holder."""

from datetime import datetime
from typing import Protocol

from django.db import transaction

from foundation.ui.drafts import Merge, Stale, merged
from foundation.workflow.moves import MoveRefused


class Closed(MoveRefused):
    """The answers can no longer be changed: they were sent, or the time for it is over."""


class Holder(Protocol):
    """What keeps the answers of one writer, in whatever rows."""

    @property
    def version(self) -> int:
        """0 before the first save; every save that changes something counts up."""

    @property
    def saved_at(self) -> datetime | None:
        """The moment of the last save."""

    def values(self) -> dict:
        """The stored answers by name of field."""

    def refresh(self) -> None:
        """Read everything anew, locked until the transaction ends. Raises MoveRefused when nothing is saved now."""

    def store(self, changes: dict) -> None:
        """Keep these answers and count the version up."""


def save(holder: Holder, answers: dict, *, version: int, base: dict | None = None) -> Merge:
    """Merge `answers` (by name of field), which were written on the version `version`, into those of `holder`.

    `base` holds the fingerprints of the fields as the form was made (foundation/ui/drafts.py). What was changed here
    only is stored. Raises Stale when something was also changed elsewhere, after storing all the rest; MoveRefused
    when nothing can be saved.
    """
    with transaction.atomic():
        holder.refresh()
        merge = merged(holder.values(), answers, base or {}, is_newest=version == holder.version)
        if merge.changes:
            holder.store(merge.changes)
    if merge.conflicts:
        raise Stale(holder, merge)
    return merge
