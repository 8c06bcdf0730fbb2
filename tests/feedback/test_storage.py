"""What the database itself tells about who wrote what: every table, every system column, a whole dump.

As in `test_attacks.py` each test first shows that careless storage would give an author away.
"""

import json
import re
import subprocess
import time
import uuid
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import psycopg2
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from feedback import services
from feedback.access_links import services as links
from feedback.answers import draft_keys
from feedback.answers.questions import as_answers, asked_of
from feedback.models import Answer, Draft
from feedback.release import wiping
from foundation.workflow.moves import perform
from tests.factories import answers_to, make_collecting_round, make_request, make_round, save_draft
from tests.feedback.conftest import deliver, mailed_links, post_answers
from tests.feedback.database import dump, query, whole_database

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = re.compile(r"words of author (\d)")
ID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b")


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A call of the hourly job waits for no other test's transaction; `wipe` below asks again."""
    monkeypatch.setattr(wiping, "PATIENCE", 0.5)


@pytest.fixture
def round_(cast):
    round, round.asked = make_collecting_round(cast.subject, ["data_scientist"] * 8, max_total=10)
    return round


def written_by(action) -> dict[str, list[dict]]:
    """By table the rows that `action` wrote or changed."""
    before = whole_database()
    action()
    after = whole_database()
    new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
    return {table: rows for table, rows in new.items() if rows}


def words_of(request, number) -> dict:
    """Answers with many texts: the top of the scale asks for an example each time."""
    return answers_to(request, "always", text=f"words of author {number}")


def carelessly(request, number):
    """Seal as one might at first: rows are added where they come, the event is one like every other."""
    with transaction.atomic():
        rows = as_answers(request, asked_of(request), words_of(request, number))
        perform(request, "answer")
        Answer.objects.bulk_create(rows)


def carefully(request, number):
    services.answer(request, words_of(request, number))


# --- what an answer writes -----------------------------------------------------------------------------------------
def moments_in(tables) -> list[str]:
    """Columns of these rows that hold a moment of the last minutes."""
    found, now = [], timezone.now()
    for table, rows in tables.items():
        for column, value in (pair for row in rows for pair in row.items()):
            moment = as_moment(value)
            if moment and abs(now - moment) < timedelta(minutes=5):
                found.append(f"{table}.{column}")
    return found


def as_moment(value) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # as the database keeps it


def test_sending_writes_the_state_of_the_request_and_the_answers_and_no_event(cast, round_):
    """cases G19"""
    naive = written_by(lambda: carelessly(round_.asked[0], 0))
    assert moments_in(naive) == ["audit_event.at"]  # the moment of the answer beside the request it belongs to
    client, request = Client(), round_.asked[1]
    client.get(f"/f/{links.mint(request)['answer']}/")
    ours = written_by(lambda: post_answers(client, request))
    assert set(ours) == {"feedback_answer", "feedback_feedbackrequest"}
    assert moments_in(ours) == []
    assert len(ours["feedback_feedbackrequest"]) == 1


def test_a_giver_with_an_account_leaves_no_more(cast, round_, as_):
    request = make_request(round_, giver=cast.peer)
    client = as_(cast.peer)
    client.get(f"/feedback/answer/{request.pk}/")  # the session notes that it was used, once a minute
    post_answers(client, request, send=False)
    ours = written_by(lambda: client.post(f"/feedback/answer/{request.pk}/check/", {"version": 1}))
    assert set(ours) == {"feedback_answer", "feedback_feedbackrequest"}
    assert moments_in(ours) == []


# --- system columns ------------------------------------------------------------------------------------------------
def texts_as_stored() -> list[int]:
    """The author of each text in the physical order of the rows."""
    place = "rowid" if connection.vendor == "sqlite" else "ctid"
    rows = query(f"SELECT text FROM feedback_answer WHERE text <> '' ORDER BY {place}")
    return [int(WORDS.search(row["text"])[1]) for row in rows]


def in_order_of_arrival(authors) -> float:
    """The part of all pairs of texts by different authors that lie in the order in which these authors answered."""
    pairs = [one < other for one, other in combinations(authors, 2) if one != other]
    return sum(pairs) / len(pairs)


def test_the_physical_order_of_the_rows_is_chance(cast, round_):
    careless, naive = make_collecting_round(cast.peer, ["data_scientist"] * 8, max_total=10)
    for number, request in enumerate(naive):
        carelessly(request, number)
    assert in_order_of_arrival(texts_as_stored()) == 1  # the event log tells the order of arrival: all are found
    careless.delete()
    for number, request in enumerate(round_.asked):
        carefully(request, number)
    assert 0.1 < in_order_of_arrival(texts_as_stored()) < 0.9  # half; five standard deviations are 0.3


def written_together() -> list[set[int]]:
    """The authors of the texts that the database says were written in one go.

    PostgreSQL keeps the number of the transaction in each row; SQLite numbers the rows, and each author wrote as many.
    """
    authors = texts_as_stored()
    if connection.vendor == "sqlite":
        each = len(authors) // len(set(authors))
        return [set(authors[start : start + each]) for start in range(0, len(authors), each)]
    rows, found = query("SELECT xmin::text AS action, text FROM feedback_answer WHERE text <> ''"), defaultdict(set)
    for row in rows:
        found[row["action"]].add(int(WORDS.search(row["text"])[1]))
    return list(found.values())


def test_which_rows_were_written_together_tells_nothing(cast, round_):
    careless, naive = make_collecting_round(cast.peer, ["data_scientist"] * 8, max_total=10)
    for number, request in enumerate(naive):
        carelessly(request, number)
    assert sorted(written_together(), key=min) == [{number} for number in range(8)]  # one author after the other
    careless.delete()
    for number, request in enumerate(round_.asked):
        carefully(request, number)
    assert not any(len(authors) == 1 for authors in written_together())


# --- joins ---------------------------------------------------------------------------------------------------------
def ids_in(row) -> set[str]:
    """Every id a row holds, in a column or within JSON, without dashes."""
    return {found.replace("-", "") for found in ID.findall(" ".join(map(str, row.values())))}


def suspects(answer, tables) -> set[str]:
    """The answered requests that remain when an answer is joined with every table over whatever ids they share.

    A table whose joined rows name some of those who answered, and not the others, leaves these some.
    """
    found, own = (
        {plain(row["id"]) for row in tables["feedback_feedbackrequest"] if row["status"] == "answered"},
        ids_in(answer),
    )
    for rows in tables.values():
        named = {each for row in rows if own & ids_in(row) for each in ids_in(row)}
        found = found & named or found
    return found


def plain(value) -> str:
    return str(value).replace("-", "")


def test_no_join_with_any_table_leads_from_an_answer_to_fewer_than_all_who_answered(cast, round_):
    named, [giver, *_others] = make_collecting_round(cast.peer, ["data_scientist"] * 4, confidentiality="attributed")
    services.answer(giver, answers_to(giver))
    tables = whole_database()
    for row in tables["feedback_attributedanswer"]:
        assert suspects(row, tables) == {giver.pk.hex}  # who was told that names are shown is found by a join
    named.delete()
    for number, request in enumerate(round_.asked[:5]):
        save_draft(request, answers_to(request), 0)
        carefully(request, number)
    tables = whole_database()
    for row in tables["feedback_answer"]:
        assert suspects(row, tables) == {request.pk.hex for request in round_.asked[:5]}
        assert [row["id"] in each.values() for rows in tables.values() for each in rows].count(True) == 1


# --- the files of the database -------------------------------------------------------------------------------------
SECRET = "a sentence that only its author may read"


def stored(*tables) -> bytes:
    """The bytes on disk of these tables, with what they keep elsewhere; on SQLite the whole file and its log."""
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        # By a process of its own: closing the file here would drop the locks this process holds on it, and SQLite would
        # take away a log that other connections still write (sqlite.org/howtocorrupt.html, "POSIX advisory locks").
        files = sorted(map(str, place.parent.glob(f"{place.name}*")))
        return subprocess.run(["cat", *files], capture_output=True, check=True).stdout
    query_nothing("CHECKPOINT")
    [row] = query("SHOW data_directory")
    paths = [path for table in tables for path in paths_of(table)]
    return b"".join((Path(row["data_directory"]) / path).read_bytes() for path in paths)


def paths_of(table) -> list[str]:
    """The file of a table and, where it has one, of its long values."""
    found = query(
        f"""SELECT pg_relation_filepath(oid) AS own, pg_relation_filepath(nullif(reltoastrelid, 0)) AS long
            FROM pg_class WHERE oid = '{table}'::regclass"""
    )
    return [path for row in found for path in (row["own"], row["long"]) if path]


def query_nothing(sql) -> None:
    """Without the product's limit of time: a checkpoint takes as long as the disk is busy."""
    with connection.cursor() as cursor:
        if on_server():
            cursor.execute("SET statement_timeout = 0")
        cursor.execute(sql)
        if on_server():
            cursor.execute("RESET statement_timeout")


def start_of_log() -> str:
    return query("SELECT pg_walfile_name(pg_current_wal_lsn()) AS name")[0]["name"] if on_server() else ""


def on_server() -> bool:
    return connection.vendor == "postgresql"


def log_since(start: str) -> bytes:
    """PostgreSQL's write-ahead log from the file `start` to the present one; SQLite's is part of `stored`."""
    if not on_server():
        return b""
    query_nothing("SELECT pg_switch_wal()")
    folder = Path(query("SHOW data_directory")[0]["data_directory"]) / "pg_wal"
    end = start_of_log()
    paths = [path for path in sorted(folder.iterdir()) if len(path.name) == 24 and start <= path.name <= end]
    return b"".join(path.read_bytes() for path in paths)


def test_an_unencrypted_draft_would_lie_in_the_file_and_in_the_log(cast, round_):
    """cases G17: the leak that encryption closes, and that deleting the row alone leaves."""
    request, start = round_.asked[0], start_of_log()
    leaked = "a sentence that no other test looks for"  # it stays in the file: that is the leak
    draft = Draft.objects.create(request=request, sealed=json.dumps({"all_keep": leaked}).encode())
    assert leaked.encode() in stored("feedback_draft")
    draft.delete()
    assert leaked.encode() in stored("feedback_draft") + log_since(start)


def test_a_draft_lies_nowhere_in_the_files_that_anybody_could_read(cast, round_):
    """cases G17: neither before it is sent, nor in the file of drafts or the log of the database."""
    start = start_of_log()
    for number, request in enumerate(round_.asked[:4]):
        save_draft(request, {"all_keep": SECRET}, 0)
        save_draft(request, {"all_keep": f"{SECRET} {number}"}, 1)
    assert Draft.objects.first().answers["all_keep"].startswith(SECRET)
    assert SECRET.encode() not in stored("feedback_draft") + log_since(start)
    assert SECRET not in dump()


def is_named_in_drafts(request) -> bool:
    """Whether the id of this request lies in the file of drafts, as either database keeps it."""
    if on_server():
        return request.pk.bytes in stored("feedback_draft")
    return any(request.pk.hex in str(row) for row in query("SELECT * FROM feedback_draft"))


def wipe():
    """As the hourly job does in the end; transactions of other tests on this server hold deleted rows meanwhile."""
    end = time.monotonic() + 400
    while not services.wipe():
        assert time.monotonic() < end, "deleted rows are still in the files"


def test_a_sent_draft_leaves_no_key_and_after_wiping_not_even_a_trace(cast, round_):
    """cases G17: the text is read by nobody, and whose draft there was is not told either."""
    request, other = round_.asked[:2]
    for each in (request, other):
        save_draft(each, answers_to(each), 0)
    assert {path.name for path in draft_keys.folder().iterdir()} >= {request.pk.hex, other.pk.hex}
    [row] = query(f"SELECT sealed FROM feedback_draft WHERE request_id = '{as_stored(request.pk)}'")
    services.send(request, 1)
    assert not (draft_keys.folder() / request.pk.hex).exists()
    assert draft_keys.unseal(request.pk, row["sealed"]) == {}  # whoever has kept the bytes
    wipe()
    assert not is_named_in_drafts(request)
    assert is_named_in_drafts(other)
    assert Draft.objects.get().answers == answers_to(other)


def as_stored(pk) -> str:
    return str(pk) if on_server() else pk.hex


def test_released_answers_are_gone_from_the_file(cast, round_):
    """cases G17: also the generations of before, which are written anew with each answer."""
    for number, request in enumerate(round_.asked[:3]):  # too few for texts: nothing of them is kept
        services.answer(request, words_of(request, number))
    assert b"words of author 0" in stored("feedback_answer")
    services.release_round(round_)
    wipe()
    assert b"words of author" not in stored("feedback_answer", "feedback_release")


def test_rows_that_an_older_transaction_holds_are_wiped_once_it_has_ended(cast, round_, on_postgres):
    """cases G17: the wiping is not taken for done while the file still holds them. SQLite keeps no deleted rows."""
    if not on_postgres:
        return
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT txid_current()")
        for number, request in enumerate(round_.asked[:3]):
            services.answer(request, words_of(request, number))
        services.release_round(round_)
        assert not services.wipe()
        assert b"words of author" in stored("feedback_answer")
        other.rollback()
    wipe()
    assert b"words of author" not in stored("feedback_answer")


def test_the_planner_keeps_no_samples_of_what_people_wrote(cast, round_, on_postgres):
    """cases G17: PostgreSQL's statistics of a column hold values of it, and stay when the rows have gone."""
    for number, request in enumerate(round_.asked):
        services.answer(request, words_of(request, number))
    if on_postgres:
        query_nothing("ANALYZE feedback_answer")
        samples = query(
            "SELECT attname, most_common_vals::text AS values, histogram_bounds::text AS bounds "
            "FROM pg_stats WHERE tablename = 'feedback_answer'"
        )
        assert "relation" in {row["attname"] for row in samples}
        assert "words of author" not in str(samples)
    else:
        assert not {"sqlite_stat1", "sqlite_stat4"} & set(whole_database())


def test_a_table_that_nobody_has_changed_is_left_alone(cast, round_, on_postgres):
    """cases G17: on SQLite there is nothing to write anew, only the log to empty."""
    for request in round_.asked[:2]:
        services.answer(request, answers_to(request))
    wipe()
    if on_postgres:
        before = paths_of("feedback_answer")
        wipe()
        assert paths_of("feedback_answer") == before
        services.answer(round_.asked[2], answers_to(round_.asked[2]))
        wipe()
        assert paths_of("feedback_answer") != before
    else:
        assert Path(f"{connection.settings_dict['NAME']}-wal").stat().st_size == 0


def test_a_key_that_no_draft_needs_goes_with_the_next_wiping(cast, round_, time_machine):
    """cases G17: a worker killed after sending; a round that was cancelled. A new draft's key stays."""
    kept, orphan, cancelled = round_.asked[0], round_.asked[1], make_request(make_round(cast.peer, status="cancelled"))
    Draft.objects.create(request=cancelled, version=1, answers={"all_keep": SECRET})
    save_draft(kept, {"all_keep": SECRET}, 0)
    draft_keys.seal(orphan.pk, {})
    names = {each.pk.hex for each in (orphan, cancelled)}
    services.wipe()
    assert names <= {path.name for path in draft_keys.folder().iterdir()}  # their rows may still be on the way
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    services.wipe()
    left = {path.name for path in draft_keys.folder().iterdir()}
    assert not left & names
    assert Draft.objects.get(request=kept).answers == {"all_keep": SECRET}
    assert Draft.objects.get(request=cancelled).answers == {}


def test_keys_are_readable_by_the_product_only(cast, round_):
    """cases G17"""
    save_draft(round_.asked[0], {"all_keep": SECRET}, 0)
    path = draft_keys.folder() / round_.asked[0].pk.hex
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_without_its_key_a_draft_starts_empty_and_can_be_written_again(cast, round_):
    """cases G17: after a restore without the folder of keys."""
    request = round_.asked[0]
    save_draft(request, {"all_keep": SECRET}, 0)
    draft_keys.forget([request.pk])
    assert Draft.objects.get().answers == {}
    save_draft(request, {"all_keep": "written again"}, 1)
    assert Draft.objects.get().answers == {"all_keep": "written again"}


def test_the_size_of_a_draft_does_not_tell_what_was_written():
    """cases G17: a size left in the file could be compared with the texts of the answers."""
    one, other = uuid.uuid4(), uuid.uuid4()
    assert len(draft_keys.seal(one, {})) == len(draft_keys.seal(other, {"all_keep": "x" * 3000}))
    assert draft_keys.unseal(other, draft_keys.seal(other, {"a": "ü\n" * 9000})) == {"a": "ü\n" * 9000}
    assert draft_keys.unseal(one, draft_keys.seal(other, {"a": "b"})) == {}


# --- a backup ------------------------------------------------------------------------------------------------------
def lies_beside(request, line) -> bool:
    return "words of author 0" in line and bool({str(request.pk), request.pk.hex} & set(re.findall(r"[\w-]+", line)))


def test_a_dump_holds_no_token_and_no_draft_that_was_sent(cast, round_, mail_texts):
    request, client = round_.asked[0], Client()
    services.send_again(request, by=cast.hr)
    deliver()
    token = mailed_links()["answer"].split("/")[2]
    client.get(f"/f/{token}/")
    post_answers(client, request, answers_to(request, text="words of author 0"), send=False)
    held = dump()
    assert "words of author 0" not in held  # encrypted beside its request
    client.post(f"/feedback/answer/{request.pk}/check/", {"version": 1})
    held = dump()
    assert "words of author 0" in held
    assert not any(lies_beside(request, line) for line in held.splitlines())
    assert links.digest(token) in held
    for secret in (token, token[: links.WORD], client.cookies[links.BROWSER_COOKIE].value):
        assert secret not in held
