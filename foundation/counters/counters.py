"""Numbers of rows that the database keeps itself: always exact, so that no page counts a large table.

A trigger writes, with each statement that changes a counted table, how the numbers changed; no row is updated, so
no transaction waits for another. A number is the sum of its changes, which the sweep adds up to one row now and then.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Sum

from foundation.counters.models import CounterChange


@dataclass(frozen=True)
class Counted:
    """`n` rows of one group have this status and this deadline."""

    status: str
    due_on: date | None
    n: int


def counted(table: str, groups: Iterable[UUID] | None = None) -> dict[UUID | None, list[Counted]]:
    """What `table` holds, by group; all groups, or the given ones. One query."""
    rows = CounterChange.objects.filter(source=table)
    if groups is not None:
        rows = rows.filter(of__in=groups)
    found = defaultdict(list)
    sums = rows.order_by().values_list("of", "status", "due_on").annotate(total=Sum("n"))
    for of, status, due_on, total in sums.exclude(total=0):
        found[of].append(Counted(status, due_on, total))
    return found


@transaction.atomic
def fold() -> int:
    """Put one row in the place of all changes of the same number; returns how many rows that saved."""
    rows = list(CounterChange.objects.select_for_update())
    sums: dict[tuple, int] = defaultdict(int)
    for row in rows:
        sums[row.source, row.of, row.status, row.due_on] += row.n
    kept = [
        CounterChange(source=source, of=of, status=status, due_on=due, n=n)
        for (source, of, status, due), n in sums.items()
        if n
    ]
    if len(kept) < len(rows):
        CounterChange.objects.filter(pk__in=[row.pk for row in rows]).delete()
        CounterChange.objects.bulk_create(kept)
    return len(rows) - len(kept)


def forget_emptied(using: str, **_signal) -> None:
    """Mend the numbers after `flush`: on SQLite it empties table by table, and the triggers write on meanwhile."""
    connection = connections[using]
    if connection.vendor != "sqlite" or CounterChange._meta.db_table not in connection.introspection.table_names():
        return
    tallies = CounterChange.objects.using(using)
    for source in set(tallies.values_list("source", flat=True)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {source})")  # noqa: S608 (written by our triggers only)
            [is_filled] = cursor.fetchone()
        if not is_filled:
            tallies.filter(source=source).delete()
