"""The state of the event log, kept outside the database: whoever shortens the log can't shorten these lines too.

Each state is a line appended to a file of the data folder. Where the files of the host are not trusted either, copy
it elsewhere or have it emailed.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from foundation.audit.models import ChainHead, Event


@dataclass(frozen=True)
class Anchor:
    """The log had `number` events at this moment, the last of them with this `mac`."""

    at: datetime
    number: int
    mac: str


def anchors_in(path: Path) -> Iterator[Anchor]:
    """Raises ValueError, naming the line, when one cannot be read."""
    lines = path.read_text().splitlines() if path.exists() else []
    for place, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            yield Anchor(datetime.fromisoformat(row["at"]), int(row["number"]), str(row["mac"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {place} of {path.name} cannot be read") from error


def drop_anchor() -> Anchor | None:
    """Append the present state of the log, unless it has not grown since the last line. Raises OSError."""
    head = ChainHead.objects.filter(pk=1).first()
    if head is None or head.number == 0:
        return None
    path = settings.AUDIT_ANCHORS
    last = None
    for last in anchors_in(path):  # noqa: B007 (the last one counts)
        pass
    if last is not None and last.number >= head.number:
        return None
    anchor = Anchor(timezone.now(), head.number, head.mac)
    line = json.dumps({"at": anchor.at.isoformat(), "number": anchor.number, "mac": anchor.mac})
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor


def first_broken(path: Path) -> tuple[int, str]:
    """How many anchors were compared, and the first that no longer matches the log, in words."""
    count = 0
    try:
        for anchor in anchors_in(path):
            count += 1
            event = Event.objects.filter(number=anchor.number).first()
            day = f"{anchor.at:%Y-%m-%d %H:%M} UTC"
            if event is None:
                return count, f"event {anchor.number}, which was there on {day}, is missing"
            if event.mac != anchor.mac:
                return count, f"event {anchor.number} is another one than on {day}"
    except ValueError as error:
        return count, str(error)
    return count, ""
