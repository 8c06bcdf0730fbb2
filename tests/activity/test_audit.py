"""The chain of the event log: whatever is done to a row is found, and both databases refuse to do it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from activity.audit import first_fault
from activity.models import ChainHead, Event
from activity.outbox import mac_of, record, record_unseen


@pytest.fixture
def log(cast):
    """Five events, one of them by nobody on a day, one with text that JSON has to quote."""
    ChainHead.objects.get_or_create(pk=1)
    for number in range(3):
        record(cast.subject, "change", by=cast.hr, on_behalf_of=cast.manager, fields=["name", str(number)])
    record_unseen(cast.subject, "answer")
    record(cast.subject, "extend", by=cast.hr, key="once", reason="Umzug – „später“ \\ \x07 <b>")
    return list(Event.objects.order_by("number"))


def by_force(statement, *values):
    """What somebody with all rights on the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS event_no_update")
        cursor.execute(statement, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_an_untouched_log_holds(log):
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert f"intact: {log[-1].number} events" in out.getvalue()


@pytest.mark.parametrize("column", ["verb", "target_id", "target_type", "mac", "data"])
def test_a_changed_column_is_found_and_the_row_is_named(log, column):
    value = '{"fields": []}' if column == "data" else "changed"
    by_force(f"UPDATE activity_event SET {column} = %s WHERE number = %s", value, log[1].number)
    with pytest.raises(CommandError, match=f"event {log[1].number} is not as it was written"):
        call_command("verify_audit")


def test_a_changed_actor_or_moment_is_found(log, cast):
    by_force("UPDATE activity_event SET actor_id = NULL WHERE number = %s", log[2].number)
    assert first_fault() == f"event {log[2].number} is not as it was written"


def test_a_deleted_row_is_found(log):
    by_force("DELETE FROM activity_event WHERE number = %s", log[1].number)
    assert first_fault() == f"event {log[1].number} is missing"


def test_a_cut_end_is_found(log):
    by_force("DELETE FROM activity_event WHERE number > %s", log[2].number)
    assert first_fault() == f"event {log[3].number} is missing"


def test_an_inserted_row_is_found(log, settings):
    forged = Event(number=log[-1].number + 1, at=log[-1].at, verb="user.change", target_type="people.user", data={})
    settings.AUDIT_KEY = "a key of the forger's own"
    forged.mac = mac_of(log[-1].mac, forged)
    settings.AUDIT_KEY = settings.SECRET_KEY
    forged.save(force_insert=True)
    assert first_fault() != ""


def test_a_row_appended_without_the_head_is_found(log):
    forged = Event(number=log[-1].number + 1, at=log[-1].at, verb="user.change", target_type="people.user", data={})
    forged.mac = mac_of(log[-1].mac, forged)
    forged.save(force_insert=True)
    assert first_fault() == "the head of the chain is behind the log"


def test_two_swapped_rows_are_found(log):
    first, second = log[1].number, log[2].number
    for old, new in ((first, 10**9), (second, first), (10**9, second)):
        by_force("UPDATE activity_event SET number = %s WHERE number = %s", new, old)
    assert first_fault() == f"event {first} is not as it was written"


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_itself_refuses_to_change_the_log(log, deed):
    if connection.vendor == "sqlite" and deed == "delete":
        put_back_the_delete_guard()
    rows = Event.objects.filter(number=log[0].number)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(verb="nothing") if deed == "update" else rows._raw_delete(using="default")
    assert rows.get().verb == log[0].verb


def put_back_the_delete_guard():
    """The one of migration 0002; tests/conftest.py takes it away, this test's transaction forgets it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TRIGGER event_no_delete BEFORE DELETE ON activity_event
               BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"""
        )
