"""Redis killed, stopped and emptied under a running product: pages answer as ever, mails are late and not lost."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.config.started import HR, ROOT, OwnDatabase, Served, free_port, manage, surroundings
from tests.config.visitor import Visitor

PASSWORD = HR["FIRST_HR_PASSWORD"]
HELD = 0.5 + 0.25  # seconds of one call to the broker, and what a busy machine takes to wake the waiting thread
MORE = 2.5  # seconds by which a page may be slower than with a healthy broker; a hanging one used to cost five
SILENT = re.compile(r"the broker is silent for ([0-9.]+) s")
SLOW_IMPORT = """
import sys, time

class Slow:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "redis":
            time.sleep(1)  # what loading the client takes beside other work

sys.meta_path.insert(0, Slow)
import config.wsgi
from foundation.outbox.broker import broker_answers
print(broker_answers())
"""
OWED = "from foundation.outbox.models import Message; print(sorted(Message.objects.values_list('kind', 'status')))"
NO_ROOM = """
import resource, time
import config.wsgi
from foundation.outbox.broker import PATIENCE, broker_answers
from foundation.outbox.tasks import wake_mail_worker
print(broker_answers())
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
print(broker_answers())
began = time.monotonic()
wake_mail_worker()
print(time.monotonic() - began < PATIENCE + 0.25)
"""


class OwnRedis:
    """A server of this test alone, on a port and in a folder of its own."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        folder.mkdir()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = [
            "redis-server",
            "--port",
            str(self.port),
            "--dir",
            str(self.folder),
            "--save",
            "",
            "--bind",
            "127.0.0.1",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.say("PING")

    def say(self, word: str):
        for _try in range(100):
            done = subprocess.run(["redis-cli", "-p", str(self.port), word], capture_output=True, check=False)
            if done.returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("redis-server did not start")

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def kill(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path):
    assert shutil.which("redis-server"), "this test needs redis-server"
    server = OwnRedis(tmp_path / "redis")
    yield server
    server.kill()


@pytest.fixture
def product(tmp_path, redis):
    with OwnDatabase(os.environ.get("DATABASE_URL")) as own:
        served = Served(tmp_path / "data", **HR, **own, CELERY_BROKER_URL=redis.url)
        env = surroundings(tmp_path / "data", **own)
        served.shell = lambda code: manage("shell", "--no-imports", "-c", code, env=env).stdout
        try:
            yield served.ready()
        finally:
            served.end()


def visit_everything(port, longest=60.0) -> tuple[list[str], float]:
    """Sign-in, links, reset, code and a POST that owes a mail: what went wrong, and the seconds of the slowest page."""
    visitor, wrong, slowest = Visitor(port), [], 0.0

    def expect(status, answer):
        nonlocal slowest
        slowest = max(slowest, visitor.seconds)
        if answer[0] != status or visitor.seconds > longest:
            wrong.append(f"{answer[0]} after {visitor.seconds:.1f} s, not {status}: {answer[2][:200]}")

    expect(404, visitor.get("/f/" + "x" * 55 + "/"))
    expect(302, visitor.post("/accounts/password/reset/", email=HR["FIRST_HR_EMAIL"]))
    expect(302, visitor.post("/accounts/login/code/", email="nobody@firm.example"))
    other = Visitor(port)
    other.sign_in(HR["FIRST_HR_EMAIL"], "wrong")
    visitor.cookies.clear()
    expect(302, visitor.post("/accounts/login/", login=HR["FIRST_HR_EMAIL"], password=PASSWORD))
    form = {"name": "Ada", "email": f"ada{time.monotonic_ns()}@firm.example", "joined_on": "2026-01-05"}
    form |= {"profession": "stakeholder", "language": "en", "time_zone": "Europe/Berlin"}
    expect(302, visitor.post("/people/new/", **form))
    return wrong, slowest


def readiness(port):
    status, _headers, text = Visitor(port).get("/readyz")
    return status, '"broker": true' in text


def test_pages_answer_with_redis_emptied_stopped_and_killed(product, redis):
    """cases G3: in any state of Redis pages answer, limits hold, readiness tells, and every mail leaves in the end."""
    assert readiness(product.port)[1]
    redis.say("FLUSHALL")
    wrong, healthy = visit_everything(product.port)
    assert wrong == []
    redis.hang()
    assert visit_everything(product.port, healthy + MORE)[0] == []
    assert readiness(product.port) == (503, False)
    redis.kill()
    assert visit_everything(product.port, healthy + MORE)[0] == []
    held = [float(seconds) for seconds in SILENT.findall(product.said)]
    assert held, "no page asked the silent broker"
    assert max(held) <= HELD
    assert readiness(product.port) == (503, False)
    redis.start()
    product.until(lambda: readiness(product.port)[1])
    product.until(lambda: "queued" not in product.shell(OWED) and "running" not in product.shell(OWED), seconds=150)
    assert product.shell(OWED).count("'invitation', 'done'") == 3


def test_a_client_that_is_slow_to_load_does_not_make_the_broker_look_silent(tmp_path, redis):
    """cases G3: on a busy machine loading it outlasted the half second of the first probe and the first message."""
    env = surroundings(tmp_path / "data", CELERY_BROKER_URL=redis.url)
    command = [sys.executable, "-c", SLOW_IMPORT]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    assert done.stdout.split() == ["True"], done.stderr


def test_a_full_or_missing_folder_for_the_queue_costs_no_page(tmp_path):
    """cases G3: without Redis the doorbell is a folder; when nothing can be written there, mails wait for the sweep."""
    with OwnDatabase(os.environ.get("DATABASE_URL")) as own:
        served = Served(tmp_path / "data", **HR, **own, CELERY_BROKER_URL="filesystem://localhost")
        env = surroundings(tmp_path / "data", **own)
        try:
            served.ready()
            messages = tmp_path / "data" / "queue" / "messages"
            shutil.rmtree(messages)
            messages.write_text("not a folder")  # root may write into a read-only folder, but not into this
            assert visit_everything(served.port)[0] == []
            assert readiness(served.port) == (503, False)
            messages.unlink()
            messages.mkdir()
            served.until(lambda: readiness(served.port)[1])
            shell = ("shell", "--no-imports", "-c", OWED)
            served.until(lambda: manage(*shell, env=env).stdout.count("'invitation', 'done'") == 1, seconds=150)
            worker, half = served.child("mail"), messages / "1_half.mail.msg"
            half.write_text('{"body": "W1')  # what a full disk may leave of a message
            served.until(lambda: not half.exists())
            assert Visitor(served.port).post("/accounts/password/reset/", email=HR["FIRST_HR_EMAIL"])[0] == 302
            served.until(lambda: manage(*shell, env=env).stdout.count("'password_reset', 'done'") == 2, seconds=90)
            assert served.child("mail") == worker
        finally:
            served.end()


def test_a_folder_for_the_queue_that_was_removed_comes_back_and_no_mail_is_lost(tmp_path):
    """cases G13: no process falls, whether the folder is gone or something else in its place, and none is busy."""
    with OwnDatabase(os.environ.get("DATABASE_URL")) as own:
        served = Served(tmp_path / "data", **HR, **own, CELERY_BROKER_URL="filesystem://localhost")
        env = surroundings(tmp_path / "data", **own)

        def reset_password(count):
            """One more mail is owed, and leaves."""
            assert Visitor(served.port).post("/accounts/password/reset/", email=HR["FIRST_HR_EMAIL"])[0] == 302
            shell = ("shell", "--no-imports", "-c", OWED)
            sent = "'password_reset', 'done'"
            served.until(lambda: manage(*shell, env=env).stdout.count(sent) == count, seconds=150)

        try:
            served.ready()
            served.until(lambda: readiness(served.port)[0] == 200, seconds=120)  # the workers have begun
            reset_password(1)
            family = [served.child(name) for name in ("worker", "mail", "beat")]
            began, worked = time.monotonic(), seconds_of(family)
            queue = tmp_path / "data/queue"
            shutil.rmtree(queue)
            served.until((queue / "messages").is_dir)
            reset_password(2)
            shutil.rmtree(queue)
            queue.write_text("not a folder")
            assert visit_everything(served.port)[0] == []
            assert readiness(served.port) == (503, False)
            queue.unlink()
            served.until(lambda: readiness(served.port)[1])
            reset_password(4)  # one was owed in between
            assert [served.child(name) for name in ("worker", "mail", "beat")] == family
            assert "ended and starts again" not in served.said
            assert served.said.count("cannot be read and is made again") <= 2 * len(family)
            assert seconds_of(family) - worked < (time.monotonic() - began) / 2
        finally:
            served.end()


def seconds_of(pids) -> float:
    """Seconds for which these processes have kept a core busy."""
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def test_a_folder_for_the_queue_without_room_costs_no_page_and_leaves_no_part_of_a_message(tmp_path):
    """cases G3: no byte more than 100 fits into a file (a limit of the process, which also holds for root)."""
    env = surroundings(tmp_path / "data", CELERY_BROKER_URL="filesystem://localhost")
    command = [sys.executable, "-c", NO_ROOM]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False", "True"], done.stderr
    assert list((tmp_path / "data/queue/messages").iterdir()) == []
    assert "the broker is silent" in done.stderr
