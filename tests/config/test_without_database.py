"""The database restarted, held up and cut off under a running product: pages say so in time, then all is as before."""

import os
import socket
import sqlite3
import threading
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

from config.celery import PATIENT
from tests.config.lost_database import Line, OwnServer
from tests.config.started import HR, OwnDatabase, Served, manage, surroundings
from tests.config.visitor import Visitor

URL = os.environ.get("DATABASE_URL")
TIMEOUT = 2  # seconds of one statement; a page waits three more
LIMIT = TIMEOUT + 3 + 5 + 4  # seconds: one wait for an answer, one for a new connection, and a busy machine
SQLITE_LIMIT = 20 + 4  # seconds: how long SQLite waits for a lock, and a busy machine
SENT = """
from people.models import User
from foundation.audit.models import Event
from foundation.outbox.models import Message
people = User.objects.filter(email="ada@firm.example")
actions = list(Event.objects.filter(target_id__in=[str(each.pk) for each in people]).values_list("verb", flat=True))
print(people.count(), bool(actions) and len(set(actions)) == len(actions),
      sorted(Message.objects.filter(address="ada@firm.example").values_list("status", flat=True)))
"""
ADA = {"name": "Ada", "email": "ada@firm.example", "joined_on": "2026-01-05", "profession": "stakeholder"}
ADA |= {"language": "en", "time_zone": "Europe/Berlin"}


@contextmanager
def running(tmp_path, **database):
    database |= {"DEBUG": "0", "REQUIRE_SECOND_FACTOR": "0", "DATABASE_TIMEOUT": str(TIMEOUT)}
    served = Served(tmp_path / "data", **HR, **database)
    env = surroundings(tmp_path / "data", **database)
    served.shell = lambda code: manage("shell", "--no-imports", "-c", code, env=env).stdout.strip()
    try:
        yield served.ready()
    finally:
        served.end()


def signed_in(port) -> Visitor:
    visitor = Visitor(port)
    assert visitor.sign_in(HR["FIRST_HR_EMAIL"], HR["FIRST_HR_PASSWORD"]) == 302
    return visitor


def form_of(visitor) -> dict:
    """What the page of a new person sends, read while the database still answers."""
    _status, _headers, text = visitor.get("/people/new/")
    token = text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    return {"csrfmiddlewaretoken": token, **ADA}


def is_told(answer, words="The database did not answer in time") -> bool:
    status, headers, text = answer
    return status == 503 and words in text and headers["Retry-After"] == "30"


@contextmanager
def locked(path):
    """A SQLite file that somebody else writes to."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def added_once(served) -> None:
    """Ada is there once, her event too, and her invitation has left once."""
    served.until(lambda: served.shell(SENT).endswith("['done']"), seconds=120)
    assert served.shell(SENT) == "1 True ['done']"


def test_a_database_that_is_restarted_costs_a_page_and_no_work(tmp_path):
    """cases G3: what was in between is told, what was done stays, and nothing is done twice."""
    (_restarted if URL else _briefly_locked)(tmp_path)


def _restarted(tmp_path):
    server = OwnServer()
    try:
        with running(tmp_path, DATABASE_URL=server.url) as served:
            visitor = signed_in(served.port)
            form = form_of(visitor)
            server.stop()
            answer = visitor.ask("POST", "/people/new/", form)
            assert is_told(answer), answer
            assert visitor.seconds < LIMIT
            server.start()
            served.until(lambda: visitor.get("/people/")[0] == 200)
            assert visitor.ask("POST", "/people/new/", form)[0] == 302
            added_once(served)
            served.until(lambda: Visitor(served.port).get("/readyz")[0] == 200, seconds=120)
    finally:
        server.end()


def _briefly_locked(tmp_path):
    with running(tmp_path) as served:
        visitor, answers = signed_in(served.port), []
        form = form_of(visitor)
        sending = threading.Thread(target=lambda: answers.append(visitor.ask("POST", "/people/new/", form)))
        with locked(tmp_path / "data/plumbline.sqlite3"):
            sending.start()
            assert signed_in_page(served.port) == 200  # others go on reading
        sending.join(60)
        assert answers[0][0] == 302
        added_once(served)


def signed_in_page(port) -> int:
    return Visitor(port).get("/accounts/login/")[0]


def test_a_database_that_is_cut_off_frees_its_threads_in_time(tmp_path):
    """cases G12: every page ends within the limit with what to do, and all is well when the line is back."""
    (_cut_off if URL else _locked_for_long)(tmp_path)


def _cut_off(tmp_path):
    with line_to_own_database() as (line, through), running(tmp_path, DATABASE_URL=through) as served:
        everybody = [signed_in(served.port) for _each in range(9)]  # one more than there are threads
        forms = [form_of(each) for each in everybody]
        line.cut()
        told = at_once(lambda each, form: each.ask("POST", "/people/new/", form), everybody, forms)
        assert [is_told(answer) for answer in told] == [True] * 9, told
        assert max(each.seconds for each in everybody) < 2 * LIMIT  # the ninth waited for a thread
        line.mend()
        served.until(lambda: everybody[0].get("/people/")[0] == 200)
        assert everybody[0].ask("POST", "/people/new/", forms[0])[0] == 302
        added_once(served)


@contextmanager
def line_to_own_database():
    """A line to a database of this test, and the address through it."""
    with OwnDatabase(URL) as own:
        whole = urlsplit(own["DATABASE_URL"])
        line = Line(whole.port or 5432)
        try:
            yield line, whole._replace(netloc=f"{whole.username}@127.0.0.1:{line.port}").geturl()
        finally:
            line.end()


def test_a_worker_does_not_wait_for_ever_for_a_database_that_was_cut_off(tmp_path):
    """cases G12: in the middle of a task, while a mail server keeps it waiting."""
    (_a_worker_is_cut_off if URL else _a_worker_is_held_up)(tmp_path)


def _a_worker_is_cut_off(tmp_path):
    with line_to_own_database() as (line, through), closing(socket.create_server(("127.0.0.1", 0))) as post:
        silent = f"smtp://127.0.0.1:{post.getsockname()[1]}"
        with running(tmp_path, DATABASE_URL=through, EMAIL_URL=silent) as served:
            visitor = signed_in(served.port)
            assert visitor.ask("POST", "/people/new/", form_of(visitor))[0] == 302
            post.settimeout(120)
            worker, _address = post.accept()  # the task has claimed the mail and has not gone on
            with worker:
                line.lose()
                words = f"no answer within {PATIENT * (TIMEOUT + 3)} seconds"
                served.until(lambda: words in served.said, seconds=10 + PATIENT * (TIMEOUT + 3) + 30)
            served.until(lambda: visitor.get("/people/")[0] == 200)
            served.until(lambda: Visitor(served.port).get("/readyz")[0] == 200, seconds=120)


def _a_worker_is_held_up(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as post:
        silent = f"smtp://127.0.0.1:{post.getsockname()[1]}"
        with running(tmp_path, EMAIL_URL=silent) as served:
            visitor = signed_in(served.port)
            assert visitor.ask("POST", "/people/new/", form_of(visitor))[0] == 302
            post.settimeout(120)
            worker, _address = post.accept()  # the task has claimed the mail and has not gone on
            with locked(tmp_path / "data/plumbline.sqlite3"):
                worker.close()  # so it wants to write that the mail waits
                assert signed_in_page(served.port) == 200
            served.until(lambda: served.shell(SENT) == "1 True ['queued']", seconds=120)


def _locked_for_long(tmp_path):
    with running(tmp_path) as served:
        everybody = [signed_in(served.port) for _each in range(3)]
        forms = [form_of(each) for each in everybody]
        with locked(tmp_path / "data/plumbline.sqlite3"):
            told = at_once(lambda each, form: each.ask("POST", "/people/new/", form), everybody, forms)
        # The database still answers, so the form waits on the page to be sent once more.
        assert [is_told(answer, "Not saved yet") and ADA["email"] in answer[2] for answer in told] == [True] * 3, told
        assert max(each.seconds for each in everybody) < SQLITE_LIMIT
        assert everybody[0].ask("POST", "/people/new/", forms[0])[0] == 302
        added_once(served)


def at_once(ask, everybody, forms) -> list:
    answers: list = [None] * len(everybody)

    def one(number):
        answers[number] = ask(everybody[number], forms[number])

    threads = [threading.Thread(target=one, args=[number]) for number in range(len(everybody))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
