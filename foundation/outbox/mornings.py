"""Emails that are not urgent are sent in the recipient's morning, on a working day.

The clock asks every hour. A zone is due from MORNING until EVENING of its own day and served once a day, so that a
worker that was down in the morning catches up the same day and two clocks send nothing twice.
"""

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from foundation.outbox.messages import enqueue
from foundation.outbox.models import Message, MorningRun
from foundation.workdays import is_working_day

MORNING = 8  # o'clock
EVENING = 20  # o'clock; later the next morning is soon enough
BATCH = 2000


@dataclass(frozen=True)
class Morning:
    """`day` has begun in `zone`; `names` are the stored zones of people that mean it."""

    zone: str
    day: date
    names: tuple[str, ...]


def mornings(name: str, now: datetime | None = None) -> list[Morning]:
    """Zones in which `name` (a kind of work) has not been done today and it is daytime of a working day."""
    now = now or timezone.now()
    found = []
    for zone, names in _zones_in_use().items():
        local = now.astimezone(zoneinfo.ZoneInfo(zone))
        if MORNING <= local.hour < EVENING and is_working_day(local.date()):
            found.append(Morning(zone, local.date(), tuple(sorted(names))))
    done = set(MorningRun.objects.filter(name=name).values_list("time_zone", "day"))
    return [each for each in found if (each.zone, each.day) not in done]


def served(name: str, morning: Morning) -> None:
    """Note that `name` is done in this zone today; what it wrote has unique keys, so a fault before it is harmless."""
    MorningRun.objects.get_or_create(name=name, time_zone=morning.zone, day=morning.day)


def _zones_in_use() -> dict[str, set[str]]:
    """Valid zones with the stored names that lead to them; the organisation's stands in for a name nobody knows."""
    known, found = zoneinfo.available_timezones(), defaultdict(set)
    found[settings.ORGANISATION_TIME_ZONE].add(settings.ORGANISATION_TIME_ZONE)
    people = get_user_model().objects.filter(is_active=True)
    for name in people.order_by().values_list("time_zone", flat=True).distinct():
        found[name if name in known else settings.ORGANISATION_TIME_ZONE].add(name)
    return found


def enqueue_once(messages: Iterable[Message]) -> int:
    """Owe those that were not owed before, in batches; returns how many."""
    messages, count = iter(messages), 0
    while batch := list(islice(messages, BATCH)):
        known = set(Message.objects.filter(key__in=[each.key for each in batch]).values_list("key", flat=True))
        new = [message for message in batch if message.key not in known]
        enqueue(new)
        count += len(new)
    return count


def at_work(path: str, morning: Morning) -> Q:
    """That the person at `path` still works here, lives where it is morning, and is not on leave."""
    away = Q(**{f"{path}__leave_from__lte": morning.day, f"{path}__leave_until__gte": morning.day})
    return Q(**{f"{path}__is_active": True, f"{path}__time_zone__in": morning.names}) & ~away
