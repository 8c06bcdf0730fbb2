"""The chain of the event log: whatever is done to a row is found, and both databases refuse to do it."""

from importlib import import_module
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from foundation.audit import tasks
from foundation.audit.anchors import anchors_in, drop_anchor
from foundation.audit.events import event_of_day, mac_of, record, record_all
from foundation.audit.models import ChainHead, Event, SealCheck
from foundation.audit.verification import chain_fault, first_fault
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed


@pytest.fixture
def log(cast):
    """Five events, one of them by nobody on a day, one with text that JSON has to quote."""
    ChainHead.objects.get_or_create(pk=1)
    for number in range(3):
        record(cast.subject, "change", by=cast.hr, on_behalf_of=cast.manager, fields=["name", str(number)])
    record_all([event_of_day(cast.subject, "answer")])
    record(cast.subject, "extend", by=cast.hr, key="once", reason="Umzug – „später“ \\ \x07 <b>")
    return list(Event.objects.order_by("number"))


def by_force(statement, *values):
    """What somebody with all rights on the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            for guard in ("event_no_update", "event_no_delete", "chain_head_forward", "chain_head_no_delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard}")
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
    by_force(f"UPDATE audit_event SET {column} = %s WHERE number = %s", value, log[1].number)
    with pytest.raises(CommandError, match=f"event {log[1].number} is not as it was written"):
        call_command("verify_audit")


def test_a_changed_actor_or_moment_is_found(log, cast):
    by_force("UPDATE audit_event SET actor_id = NULL WHERE number = %s", log[2].number)
    assert first_fault() == f"event {log[2].number} is not as it was written"


def test_a_deleted_row_is_found(log):
    by_force("DELETE FROM audit_event WHERE number = %s", log[1].number)
    assert first_fault() == f"event {log[1].number} is missing"


def test_a_cut_end_is_found(log):
    by_force("DELETE FROM audit_event WHERE number > %s", log[2].number)
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
        by_force("UPDATE audit_event SET number = %s WHERE number = %s", new, old)
    assert first_fault() == f"event {first} is not as it was written"


@pytest.mark.parametrize("action", ["update", "delete"])
def test_the_database_itself_refuses_to_change_the_log(log, action):
    if connection.vendor == "sqlite" and action == "delete":
        put_back_the_delete_guard()
    rows = Event.objects.filter(number=log[0].number)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(verb="nothing") if action == "update" else rows._raw_delete(using="default")
    assert rows.get().verb == log[0].verb


def put_back_the_delete_guard():
    """The one of the initial migration; tests/conftest.py takes it away, this test's transaction forgets it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TRIGGER event_no_delete BEFORE DELETE ON audit_event
               BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"""
        )


# --- shortening it together with its head (cases G5) -----------------------------------------------------------------
@pytest.fixture
def anchored(log, settings, tmp_path):
    """The log, with a line outside the database about its five events."""
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    assert drop_anchor().number == log[-1].number
    return log


def empty_all():
    by_force("DELETE FROM audit_event")
    by_force("UPDATE audit_chainhead SET number = 0, mac = ''")


def cut_last(log, count):
    kept = log[-1 - count]
    by_force("DELETE FROM audit_event WHERE number > %s", kept.number)
    by_force("UPDATE audit_chainhead SET number = %s, mac = %s", kept.number, kept.mac)


def test_an_emptied_log_fools_the_chain_but_not_the_anchor(anchored):
    """cases G5: emptied with its head, by somebody who may switch triggers off."""
    empty_all()
    assert chain_fault() == ""  # the old attack
    assert "is missing" in first_fault()
    with pytest.raises(CommandError, match=f"event {anchored[-1].number}, which was there on .* is missing"):
        call_command("verify_audit")


def test_a_cut_end_fools_the_chain_but_not_the_anchor(anchored):
    """cases G5: the last rows, and the head set back to fit."""
    cut_last(anchored, 2)
    assert chain_fault() == ""
    assert f"event {anchored[-1].number}, which was there on" in first_fault()


def test_a_log_written_anew_after_the_cut_is_found(anchored, cast):
    """cases G5: filled up again with other events, so that the count fits."""
    cut_last(anchored, 1)
    record(cast.subject, "change", by=cast.hr)
    assert chain_fault() == ""
    assert f"event {anchored[-1].number} is another one than on" in first_fault()


def test_a_copy_of_the_anchors_from_elsewhere_finds_what_the_folder_no_longer_does(anchored, settings, tmp_path):
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(settings.AUDIT_ANCHORS.read_bytes())
    settings.AUDIT_ANCHORS.unlink()
    empty_all()
    call_command("verify_audit")
    with pytest.raises(CommandError, match="is missing"):
        call_command("verify_audit", "--anchors", str(copy))


def test_an_anchor_that_was_tampered_with_is_named(anchored, settings):
    with settings.AUDIT_ANCHORS.open("a") as file:
        file.write("{}\n")
    assert first_fault() == "line 2 of anchors.jsonl cannot be read"


def test_anchors_are_kept_each_time_the_log_grew_and_mailed_once_a_day(anchored, cast, settings, mailoutbox):
    """cases G5: daily, to a file and a mailbox outside the database."""
    load_mail_texts()
    settings.AUDIT_ANCHOR_EMAIL = "keeper@example.org"
    tasks.anchor()
    assert len(list(anchors_in(settings.AUDIT_ANCHORS))) == 1  # nothing new
    record(cast.subject, "change", by=cast.hr)
    tasks.anchor()
    numbers = [anchor.number for anchor in anchors_in(settings.AUDIT_ANCHORS)]
    assert numbers == [anchored[-1].number, anchored[-1].number + 1]
    send_owed()
    [mail] = mailoutbox
    assert mail.to == ["keeper@example.org"]
    assert anchored[-1].mac in mail.body
    assert first_fault() == ""


def test_the_nightly_check_is_kept_for_the_page(anchored, caplog):
    tasks.check_seal()
    kept = SealCheck.objects.get()
    assert (kept.number, kept.anchors, kept.fault) == (anchored[-1].number, 1, "")
    cut_last(anchored, 1)
    tasks.check_seal()
    assert "is missing" in SealCheck.objects.get().fault
    assert "the event log was altered" in caplog.text


REFUSED = {
    "truncate": "TRUNCATE audit_event",
    "truncate the head": "TRUNCATE audit_chainhead",
    "set the head back": "UPDATE audit_chainhead SET number = number - 1",
    "another mac": "UPDATE audit_chainhead SET mac = 'x'",
    "delete the head": "DELETE FROM audit_chainhead",
}


@pytest.mark.parametrize("action", REFUSED)
def test_the_database_refuses_to_shorten_the_log(log, action, on_postgres):
    """cases G5: what the owner of the tables can do without switching triggers off."""
    guards = import_module("foundation.audit.migrations.0001_initial")
    statement = REFUSED[action] if on_postgres else REFUSED[action].replace("TRUNCATE", "DELETE FROM")
    with connection.cursor() as cursor:
        if on_postgres:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else it refuses for another reason
        for guard in guards.POSTGRESQL if on_postgres else guards.SQLITE:  # tests/conftest.py took some away
            if any(name in guard for name in ("no_truncate BEFORE", "no_delete BEFORE")):
                cursor.execute(guard)
    with pytest.raises(DatabaseError, match=r"append-only|only moves forward"), transaction.atomic():
        connection.cursor().execute(statement)
    assert first_fault() == ""
