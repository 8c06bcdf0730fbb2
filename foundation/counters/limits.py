"""How often something may be tried. The counters are rows, so that neither a restart nor an emptied cache forgets them.

A try is counted before it is examined, and taken back when it was good: trying in parallel gains nothing, and only
failures count. Values (addresses, accounts) are stored as keyed digests only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from foundation.counters.models import Attempts

KEPT = timedelta(days=2)  # longer than any window
DOUBLINGS = 12  # 2 to this power is above any longest pause


@dataclass(frozen=True)
class Limit:
    """`amount` tries per `window`; then none, or with `longest` one more after each of 1, 2, 4 … seconds up to it.

    Use a growing pause where a stranger could otherwise lock out the owner.
    """

    kind: str
    amount: int
    window: timedelta
    longest: timedelta | None = None

    def key(self, *values: str) -> str:
        return salted_hmac(f"limit.{self.kind}", "\n".join(values), algorithm="sha256").hexdigest()

    def pause_after(self, count: int) -> timedelta:
        """How long the next try has to wait after `count` of them."""
        if self.longest is None or count < self.amount:
            return timedelta(0)
        return min(self.longest, timedelta(seconds=2 ** min(count - self.amount, DOUBLINGS)))

    def is_open(self, row: Attempts, now: datetime) -> bool:
        if row.count < self.amount or now - row.since >= self.window:
            return True
        return self.longest is not None and now >= row.last_at + self.pause_after(row.count)


@transaction.atomic
def spend(limit: Limit, *values: str) -> bool:
    """Take one try; False, and nothing is taken, when there is none left."""
    now, key = timezone.now(), limit.key(*values)
    Attempts.objects.bulk_create([Attempts(key=key, since=now, last_at=now)], ignore_conflicts=True)
    row = Attempts.objects.select_for_update(of=("self",)).get(key=key)
    if not limit.is_open(row, now):
        return False
    if now - row.since >= limit.window:
        row.count, row.since = 0, now
    row.count += 1
    row.last_at = now
    row.save(update_fields=["count", "since", "last_at"])
    return True


def spend_all(tries: list[tuple[Limit, str]]) -> bool:
    """Take one try of each, or of none when one of them is used up."""
    taken: list[tuple[Limit, str]] = []
    for limit, value in tries:
        if not spend(limit, value):
            give_all_back(taken)
            return False
        taken.append((limit, value))
    return True


def give_back(limit: Limit, *values: str) -> None:
    """Take the try back: it was good and does not count."""
    Attempts.objects.filter(key=limit.key(*values), count__gt=0).update(count=F("count") - 1)


def give_all_back(tries: list[tuple[Limit, str]]) -> None:
    for limit, value in tries:
        give_back(limit, value)


def is_used_up(limit: Limit, *values: str) -> bool:
    """Whether the next try would be refused. Counts nothing."""
    row = Attempts.objects.filter(key=limit.key(*values)).first()
    return row is not None and not limit.is_open(row, timezone.now())


def forget(limit: Limit, *values: str) -> None:
    Attempts.objects.filter(key=limit.key(*values)).delete()


def forget_old() -> int:
    """Delete counters nobody has used for longer than any window; returns how many."""
    return Attempts.objects.filter(last_at__lt=timezone.now() - KEPT).delete()[0]
