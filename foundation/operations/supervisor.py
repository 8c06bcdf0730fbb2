"""Web, two workers and clock as children of one process: restarted when they end, stopped together."""

import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30  # seconds between two restarts of a child that keeps ending
STEADY = 60  # seconds of running after which a child counts as healthy again
HEAD_START = 3  # seconds the web process has the machine for itself, so that the first page comes soon
PATIENCE = 18  # seconds all children together have to end by themselves


class PortTaken(Exception):
    """Another program listens on our port."""


def claim_port(host: str, port: int) -> None:
    """Raises PortTaken, with one clear line, when `host`:`port` cannot be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(unbindable(host, port, error)) from error


def unbindable(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Choose another: PORT={port + 10} make run"
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def die_with_parent() -> None:
    """Runs in the child: the kernel ends it when its parent is killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One program with its process group, and how often it has ended by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    started_at: float = 0.0
    falls: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603, PLW1509
        self.started_at = time.monotonic()

    def signal(self, number: int) -> None:
        """Send a signal to its whole process group, so that no grandchild is left."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                self.process.poll()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start it again when it has ended, after a pause that grows each time."""
        now = time.monotonic()
        if self.is_running:
            self.falls = 0 if now - self.started_at > STEADY else self.falls
        elif self.process is not None:
            self.signal(signal.SIGKILL)
            self.falls += 1
            self.process, self.again_at = None, now + min(2**self.falls, LONGEST_PAUSE)
            print(f"{self.name} ended and starts again in {self.again_at - now:.0f} s", file=sys.stderr, flush=True)
        elif now >= self.again_at:
            self.start()


def children(host: str, port: int) -> list[Child]:
    """In the order of stopping: beat first, so that nothing new is asked for; web last."""
    # A newcomer may well be root in a container; what Celery says about it is not news to anybody.
    python = [sys.executable, "-W", "ignore:You're running the worker", "-m"]
    celery = [*python, "celery", "--quiet", "-A", "config"]
    web = f"gunicorn config.wsgi --preload --bind {host}:{port} --workers 2 --threads 4 --graceful-timeout 15"
    worker = "worker -P threads -c 2 --without-mingle --without-gossip --without-heartbeat --loglevel WARNING"
    # A sign-in code never waits behind long jobs: messages have a worker of their own.
    mail, worker = f"{worker} -n mail@%h -Q mail", f"{worker} -n work@%h -Q celery,jobs"
    return [
        Child("beat", [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"]),
        Child("worker", [*celery, *worker.split()]),
        Child("mail", [*celery, *mail.split()]),
        Child("web", [*python, *web.split(), "--no-control-socket", "--log-level", "warning"]),
    ]


def stop(family: list[Child]) -> None:
    """End every child within PATIENCE seconds; what is still running then is killed."""
    until = time.monotonic() + PATIENCE
    for child in family:
        child.signal(signal.SIGTERM)
    while time.monotonic() < until and any(child.is_running for child in family):
        time.sleep(0.1)
    for child in family:
        if child.is_running:
            child.signal(signal.SIGKILL)


def answers(host: str, port: int) -> bool:
    """Whether the web process serves pages; a redirect to https is an answer too."""
    with closing(http.client.HTTPConnection(host, port, timeout=1)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False


def supervise(host: str, port: int, on_ready) -> None:
    """Run all children until SIGINT or SIGTERM; calls `on_ready()` once, when the first page is served."""
    asked_to_stop: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: asked_to_stop.append(received))
    family, is_ready = children(host, port), False
    for child in family[:-1]:
        child.again_at = time.monotonic() + HEAD_START
    try:
        while not asked_to_stop:
            for child in family:
                child.watch()
            if not is_ready and answers(host, port):
                is_ready = True
                on_ready()
            time.sleep(0.1)
    finally:
        stop(family)
