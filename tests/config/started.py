"""The product started as people start it: a process of its own, with a data folder or a database of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
HR = {"FIRST_HR_EMAIL": "hr@firm.example", "FIRST_HR_NAME": "Hanna", "FIRST_HR_PASSWORD": "long enough for this"}
PRODUCT = ("DJANGO_", "PLUMBLINE_", "FIRST_HR_", "TEST_", "PYTEST_")


def surroundings(data: Path, **changes) -> dict[str, str]:
    """The environment of a newcomer: nothing of the test run's own but its database and its broker."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(PRODUCT) and name != "SECRET_KEY"}
    return mine | {"PLUMBLINE_DATA": str(data), "DEBUG": "1", "DEMO": "0", "PYTHONUNBUFFERED": "1"} | changes


def manage(*arguments, env) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", *arguments]
    quiet = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, cwd=ROOT, env=env, check=False, **quiet)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """`manage.py serve` on a free port, or on the one that it had before."""

    def __init__(self, data: Path, port: int | None = None, **changes):
        self.port, self.output = port or free_port(), data.parent / f"output-{time.monotonic_ns()}"
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{self.port}"]
        env = surroundings(data, BASE_URL=self.address, **changes)
        with self.output.open("w") as file:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=file)
        self.family: set[int] = set()

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until(self, happened, seconds=60):
        """The first true answer of `happened()`; fails with what was printed when none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if answer := happened():
                return answer
            time.sleep(0.1)
        raise AssertionError(f"It did not happen within {seconds} s:\n{self.said}")

    def ready(self) -> "Served":
        self.until(lambda: "is ready" in self.said, seconds=180)  # all migrations, beside other tests
        self.until(lambda: all(self.child(name) for name in ("worker", "mail", "beat")))
        self.family |= set(descendants(self.process.pid))
        return self

    def page(self, path: str) -> str:
        with urlopen(self.address + path, timeout=10) as response:
            return response.read().decode()

    @property
    def answers(self) -> bool:
        try:
            return bool(self.page("/healthz"))
        except OSError:
            return False

    def child(self, name: str) -> int | None:
        """Process id of web, worker, mail or beat; None while it is not there."""
        commands = {"worker": "celery worker celery,jobs", "mail": "celery worker mail", "beat": "celery beat"}
        words = commands.get(name, "gunicorn").split()
        found = (pid for pid in children(self.process.pid) if set(words) <= set(command_of(pid)))
        return next(found, None)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self, number=signal.SIGTERM) -> int:
        """Seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - began


def command_of(pid: int) -> list[str]:
    """Words of the command line; nothing for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = re.sub(r"\(.*\)", "", stat.read_text()).split()
        except OSError:
            continue
        if int(parts[2]) == pid and parts[1] != "Z":
            found.append(int(stat.parent.name))
    return found


def descendants(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *descendants(child))]


class OwnDatabase:
    """A database of its own on the PostgreSQL server of the test run, or a SQLite file in the data folder."""

    def __init__(self, url: str | None):
        self.url, self.name = url, f"plumbline_served_{os.getpid()}"

    def __enter__(self) -> dict[str, str]:
        if not self.url:
            return {}
        self._say(f"CREATE DATABASE {self.name}")
        return {"DATABASE_URL": self.url.rpartition("/")[0] + f"/{self.name}"}

    def __exit__(self, *error):
        if self.url:
            self._say(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _say(self, sql: str) -> None:
        with closing(psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            connection.cursor().execute(sql)
