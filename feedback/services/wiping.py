"""Wiping what the database keeps of deleted rows: a sent draft beside its request, answers as they arrived.

By the clock and never after a deed: a job queued by an answer would tell when it came.
"""

import logging

from django.core.cache import cache
from django.db import OperationalError, connection

from feedback import draft_keys
from feedback.models import Answer, Draft
from feedback.states import RUNNING, RequestStatus

TABLES = [Draft._meta.db_table, Answer._meta.db_table]
# Whoever writes to a table waits while we wait for it, and while it is written anew: seconds for some 100 MB.
LIMITS = {"lock_timeout": "2s", "statement_timeout": "60s"}
CHANGES = """
    SELECT relname, n_tup_upd + n_tup_del FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname = ANY(%s)
"""
logger = logging.getLogger(__name__)


def wipe() -> int:
    """Destroy keys that no draft needs and write anew the tables in which rows were deleted; returns how many tables.

    Call it outside a transaction: PostgreSQL writes tables anew only there.
    """
    needed = Draft.objects.filter(request__status=RequestStatus.ASKED, request__round__status__in=RUNNING)
    draft_keys.forget_others(needed.values_list("request_id", flat=True))
    return _wipe_sqlite() if connection.vendor == "sqlite" else _wipe_postgresql()


def _wipe_sqlite() -> int:
    """The file has zeros where rows were (secure_delete); the log of old pages is emptied into it and cut off."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy = cursor.fetchone()[0]
    return 0 if is_busy else len(TABLES)


def _wipe_postgresql() -> int:
    """VACUUM alone frees the room of a deleted row and leaves its bytes there: only FULL writes a new file."""
    count = 0
    for table, changes in _changes().items():
        if cache.get(f"feedback.wiped.{table}") == changes:
            continue
        if _write_anew(table):
            cache.set(f"feedback.wiped.{table}", changes, timeout=None)
            count += 1
    return count


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
