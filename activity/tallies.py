"""Numbers of rows kept by the database itself: exact at every moment, and no page counts a large table.

A trigger writes, with each statement that changes a counted table, how the numbers changed; nothing is ever updated, so
nobody waits for anybody. A number is the sum of its changes; the sweep folds them into one row now and then.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Sum

from activity.models import Tally


@dataclass(frozen=True)
class Counted:
    """`n` rows of one group have this status and this deadline."""

    status: str
    due_on: date | None
    n: int


def counted(table: str, groups: Iterable[UUID] | None = None) -> dict[UUID | None, list[Counted]]:
    """What `table` holds, by group; all groups, or the given ones. One query."""
    rows = Tally.objects.filter(source=table)
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
    rows = list(Tally.objects.select_for_update())
    sums: dict[tuple, int] = defaultdict(int)
    for row in rows:
        sums[row.source, row.of, row.status, row.due_on] += row.n
    kept = [
        Tally(source=source, of=of, status=status, due_on=due, n=n)
        for (source, of, status, due), n in sums.items()
        if n
    ]
    if len(kept) < len(rows):
        Tally.objects.filter(pk__in=[row.pk for row in rows]).delete()
        Tally.objects.bulk_create(kept)
    return len(rows) - len(kept)


def forget_emptied(using: str, **_signal) -> None:
    """Mend the numbers after `flush`: on SQLite it empties table by table, and the triggers write on meanwhile."""
    connection = connections[using]
    if connection.vendor != "sqlite" or Tally._meta.db_table not in connection.introspection.table_names():
        return
    tallies = Tally.objects.using(using)
    for source in set(tallies.values_list("source", flat=True)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {source})")  # noqa: S608 (written by our triggers only)
            [is_filled] = cursor.fetchone()
        if not is_filled:
            tallies.filter(source=source).delete()


# --- the triggers, for migrations ----------------------------------------------------------------------------------
COLUMN = re.compile(r"\b(\w+_on|status)\b")
INTO = "INSERT INTO activity_tally (source, of, status, due_on, n)"


def keep(table: str, of: str, due: str = "NULL") -> tuple[Callable, Callable]:
    """For `RunPython`: count what is there and every change from now on, and back.

    `of` is the column with the group's id (a UUID or NULL), `due` an SQL expression over the columns for the deadline.
    """

    def forwards(_apps, schema_editor):
        is_postgres = schema_editor.connection.vendor == "postgresql"
        due_on = f"CAST({due} AS date)" if is_postgres else f"({due})"
        row = f"SELECT '{table}', {of}, status, {due_on}"
        schema_editor.execute(f"{INTO} {row}, count(*) FROM {table} GROUP BY 2, 3, 4")
        for statement in postgres(table, row) if is_postgres else sqlite(table, of, due_on):
            schema_editor.execute(statement)

    def backwards(_apps, schema_editor):
        is_postgres = schema_editor.connection.vendor == "postgresql"
        for deed in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_tally_{deed}" + (f" ON {table}" if is_postgres else ""))
            if is_postgres:
                schema_editor.execute(f"DROP FUNCTION {table}_tally_{deed}()")
        schema_editor.execute("DELETE FROM activity_tally WHERE source = %s", [table])

    return forwards, backwards


def postgres(table: str, row: str):
    """One row per number and statement, however many rows the statement touches."""
    after, before = f"{row}, 1 FROM after_rows", f"{row}, -1 FROM before_rows"
    seen = {
        "insert": ("NEW TABLE AS after_rows", after),
        "update": ("NEW TABLE AS after_rows OLD TABLE AS before_rows", f"{after} UNION ALL {before}"),
        "delete": ("OLD TABLE AS before_rows", before),
    }
    for deed, (tables, changes) in seen.items():
        total = f"SELECT c.t, c.o, c.s, c.d, sum(c.n) FROM ({changes}) AS c (t, o, s, d, n) GROUP BY 1, 2, 3, 4"  # noqa: S608 (names of ours)
        body = f"BEGIN {INTO} {total} HAVING sum(c.n) <> 0; RETURN NULL; END"
        name = f"{table}_tally_{deed}"
        yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
        yield (
            f"CREATE TRIGGER {name} AFTER {deed.upper()} ON {table} REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def sqlite(table: str, of: str, due: str):
    """The same per row: SQLite knows no statement triggers."""

    def values(which: str, n: int) -> str:
        own = COLUMN.sub(lambda found: f"{which}.{found[0]}", due)
        return f"{INTO} SELECT '{table}', {which}.{of}, {which}.status, {own}, {n};"

    for deed, body in {
        "insert": values("NEW", 1),
        "update": values("NEW", 1) + values("OLD", -1),
        "delete": values("OLD", -1),
    }.items():
        yield f"CREATE TRIGGER {table}_tally_{deed} AFTER {deed.upper()} ON {table} BEGIN {body} END"
