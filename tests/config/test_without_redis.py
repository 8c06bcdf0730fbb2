"""Redis killed, stopped and emptied under a running product: pages answer as ever, mails are late and not lost."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from tests.config.started import HR, OwnDatabase, Served, free_port, manage, surroundings
from tests.config.visitor import Visitor

PASSWORD = HR["FIRST_HR_PASSWORD"]
LONGEST = 2.5  # seconds for a page on a busy machine; a hanging broker used to cost five more
OWED = "from activity.models import Notice; print(sorted(Notice.objects.values_list('kind', 'status')))"


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


def visit_everything(port) -> list[str]:
    """Sign-in, links, reset, code and a POST that owes a mail; what went wrong or took too long."""
    visitor, wrong = Visitor(port), []

    def expect(status, answer):
        if answer[0] != status or visitor.seconds > LONGEST:
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
    return wrong


def readiness(port):
    status, _headers, text = Visitor(port).get("/readyz")
    return status, '"broker": true' in text


def test_pages_answer_with_redis_emptied_stopped_and_killed(product, redis):
    """cases G3: in any state of Redis pages answer, limits hold, readiness tells, and every mail leaves in the end."""
    assert readiness(product.port)[1]
    redis.say("FLUSHALL")
    assert visit_everything(product.port) == []
    redis.hang()
    assert visit_everything(product.port) == []
    assert readiness(product.port) == (503, False)
    redis.kill()
    assert visit_everything(product.port) == []
    assert readiness(product.port) == (503, False)
    redis.start()
    product.until(lambda: readiness(product.port)[1])
    product.until(lambda: "queued" not in product.shell(OWED) and "running" not in product.shell(OWED), seconds=150)
    assert product.shell(OWED).count("'invitation', 'done'") == 3


def test_a_full_or_missing_folder_for_the_queue_costs_no_page(tmp_path):
    """cases G3: without Redis the doorbell is a folder; when nothing can be written there, mails wait for the sweep."""
    with OwnDatabase(os.environ.get("DATABASE_URL")) as own:
        served = Served(tmp_path / "data", **HR, **own, CELERY_BROKER_URL="filesystem://localhost")
        try:
            served.ready()
            messages = tmp_path / "data" / "queue" / "messages"
            shutil.rmtree(messages)
            messages.write_text("not a folder")  # root may write into a read-only folder, but not into this
            assert visit_everything(served.port) == []
            assert readiness(served.port) == (503, False)
        finally:
            served.end()
