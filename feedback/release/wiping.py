"""Wiping what the database keeps of deleted rows: a sent draft beside its request, answers as they arrived.

By the clock and never after an action: a job queued by an answer would tell when it came.
"""

import logging
import time

from django.core.cache import cache
from django.db import OperationalError, connection

from feedback.answers import draft_keys
from feedback.models import Answer, Draft
from feedback.states import RUNNING, RequestStatus

TABLES = [Draft._meta.db_table, Answer._meta.db_table]
# Whoever writes to a table waits while we wait for it, and while it is written anew: seconds for some 100 MB.
LIMITS = {"lock_timeout": "2s", "statement_timeout": "60s"}
CHANGES = """
    SELECT relname, n_tup_upd + n_tup_del FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname = ANY(%s)
"""
PATIENCE = 10  # seconds for transactions that began before the last change; requests take milliseconds
# The oldest transaction that still runs on the server or, as the oldest snapshot, in this database.
OLDEST = """
    SELECT LEAST(
        pg_snapshot_xmin(present)::text::bigint,
        pg_snapshot_xmax(present)::text::bigint - COALESCE((
            SELECT max(age(backend_xmin)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
        ), 0)
    ) FROM pg_current_snapshot() AS present
"""
NEXT = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
logger = logging.getLogger(__name__)


def wipe() -> bool:
    """Destroy keys that no draft needs and write anew the tables in which rows were deleted.

    Returns whether nothing of them is left; if not, the next call goes on. Call it outside a transaction: PostgreSQL
    writes tables anew only there.
    """
    needed = Draft.objects.filter(request__status=RequestStatus.ASKED, request__round__status__in=RUNNING)
    draft_keys.forget_others(needed.values_list("request_id", flat=True))
    return _wipe_sqlite() if connection.vendor == "sqlite" else _wipe_postgresql()


def _wipe_sqlite() -> bool:
    """The file has zeros where rows were (secure_delete); the log of old pages is emptied into it and cut off."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy = cursor.fetchone()[0]
    return not is_busy


def _wipe_postgresql() -> bool:
    """VACUUM alone frees the room of a deleted row and leaves its bytes there: only FULL writes a new file.

    It carries deleted rows over while a transaction runs, in any database of the server, that began before they went.
    """
    is_whole = True
    for table, changes in _changes().items():
        key = f"feedback.wiped.{table}"
        state = cache.get(key) or {}
        if state.get("changes") != changes:
            state = {"changes": changes, "before": _asked(NEXT), "is_wiped": False}
        if state["is_wiped"]:
            continue
        is_past = _outlived(state["before"])
        state["is_wiped"] = _write_anew(table) and is_past
        cache.set(key, state, timeout=None)
        is_whole = is_whole and state["is_wiped"]
    return is_whole


def _outlived(number: int) -> bool:
    """Whether no transaction before that `number` runs any more; waits PATIENCE seconds for it."""
    end = time.monotonic() + PATIENCE
    while _asked(OLDEST) < number:
        if time.monotonic() > end:
            logger.info("a long transaction keeps deleted rows; they are wiped later")
            return False
        time.sleep(0.1)
    return True


def _asked(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _changes() -> dict[str, int]:
    """By table how many rows were changed or deleted since it is counted.

    PostgreSQL passes the numbers of a connection on once a second at most; those of this one it is told to pass on now.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(CHANGES, [TABLES])
        return dict(cursor.fetchall())


def _write_anew(table: str) -> bool:
    """False when somebody holds the table for long: the next call tries again."""
    with connection.cursor() as cursor:
        for name, limit in LIMITS.items():
            cursor.execute(f"SET {name} = '{limit}'")
        try:
            cursor.execute(f'VACUUM (FULL) "{table}"')
        except OperationalError as busy:
            logger.info("%s is in use and was not wiped: %s", table, type(busy).__name__)
            return False
        finally:
            for name in LIMITS:
                cursor.execute(f"RESET {name}")
    return True
