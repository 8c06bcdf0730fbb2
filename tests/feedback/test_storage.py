"""What the database itself tells about who wrote what: every table, every system column, a whole dump.

As in `test_attacks.py` each test first shows that careless storage would give an author away.
"""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from activity.workflow import perform
from feedback import links, services
from feedback.models import Answer
from feedback.questions import as_answers, questions_of
from tests.factories import answers_to, make_collecting_round, make_request
from tests.feedback.conftest import deliver, mailed_links, post_answers
from tests.feedback.database import dump, query, whole_database

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = re.compile(r"words of author (\d)")
ID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b")


@pytest.fixture
def round_(cast):
    round, round.asked = make_collecting_round(cast.subject, ["data_scientist"] * 8, max_total=10)
    return round


def written_by(deed) -> dict[str, list[dict]]:
    """By table the rows that `deed` wrote or changed."""
    before = whole_database()
    deed()
    after = whole_database()
    new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
    return {table: rows for table, rows in new.items() if rows}


def words_of(request, number) -> dict:
    """Answers with many texts: the top of the scale asks for an example each time."""
    return answers_to(request, "always_and_beyond", text=f"words of author {number}")


def carelessly(request, number):
    """Seal as one might at first: rows are added where they come, the event is one like every other."""
    with transaction.atomic():
        rows = as_answers(request, questions_of(request), words_of(request, number))
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
    assert moments_in(naive) == ["activity_event.at"]  # the moment of the answer beside the request it belongs to
    client, request = Client(), round_.asked[1]
    client.get(f"/f/{links.mint(request)['answer']}/")
    ours = written_by(lambda: post_answers(client, request))
    assert set(ours) == {"feedback_answer", "feedback_request"}
    assert moments_in(ours) == []
    assert len(ours["feedback_request"]) == 1


def test_a_giver_with_an_account_leaves_no_more(cast, round_, as_):
    request = make_request(round_, giver=cast.peer)
    client = as_(cast.peer)
    client.get(f"/feedback/answer/{request.pk}/")  # the session notes that it was used, once a minute
    post_answers(client, request, send=False)
    ours = written_by(lambda: client.post(f"/feedback/answer/{request.pk}/check/", {"version": 1}))
    assert set(ours) == {"feedback_answer", "feedback_request"}
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
    rows, found = query("SELECT xmin::text AS deed, text FROM feedback_answer WHERE text <> ''"), defaultdict(set)
    for row in rows:
        found[row["deed"]].add(int(WORDS.search(row["text"])[1]))
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
    found, own = {plain(row["id"]) for row in tables["feedback_request"] if row["status"] == "answered"}, ids_in(answer)
    for rows in tables.values():
        named = {each for row in rows if own & ids_in(row) for each in ids_in(row)}
        found = found & named or found
    return found


def plain(value) -> str:
    return str(value).replace("-", "")


def test_no_join_with_any_table_leads_from_an_answer_to_fewer_than_all_who_answered(cast, round_):
    named, [giver, *_others] = make_collecting_round(cast.peer, ["data_scientist"] * 4, promise="attributed")
    services.answer(giver, answers_to(giver))
    tables = whole_database()
    for row in tables["feedback_attributedanswer"]:
        assert suspects(row, tables) == {giver.pk.hex}  # who was told that names are shown is found by a join
    named.delete()
    for number, request in enumerate(round_.asked[:5]):
        services.save_draft(request, answers_to(request), 0)
        carefully(request, number)
    tables = whole_database()
    for row in tables["feedback_answer"]:
        assert suspects(row, tables) == {request.pk.hex for request in round_.asked[:5]}
        assert [row["id"] in each.values() for rows in tables.values() for each in rows].count(True) == 1


def test_a_sent_draft_is_wiped_from_the_file(cast, round_, on_postgres):
    """SQLite leaves deleted rows readable in its file unless told otherwise; PostgreSQL clears its pages later."""
    assert on_postgres or query("PRAGMA secure_delete") == [{"secure_delete": 1}]


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
    assert any(lies_beside(request, line) for line in held.splitlines())  # a draft stands beside its request
    client.post(f"/feedback/answer/{request.pk}/check/", {"version": 1})
    held = dump()
    assert "words of author 0" in held
    assert not any(lies_beside(request, line) for line in held.splitlines())
    assert links.digest(token) in held
    for secret in (token, token[: links.WORD], client.cookies[links.BROWSER_COOKIE].value):
        assert secret not in held
