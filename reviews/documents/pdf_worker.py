"""PDF workers: keeps them running, sends them documents, ends one that hangs."""

import atexit
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue

ROOT = Path(__file__).resolve().parents[2]
LENGTH = struct.Struct(">Q")  # as in reviews/documents/render.py, which may not be importable here
SECONDS = 60  # for one document
RUNS = 200  # documents after which a worker is replaced, so that memory stays small
IDLE: LifoQueue = LifoQueue()
# Fonts carry the second in which they were cut to the letters used, unless told another: the same document made twice
# would have two fingerprints.
SURROUNDINGS = {"PATH": "", "SOURCE_DATE_EPOCH": "0"}


class PdfUnavailable(Exception):
    """Pango is missing on this machine; the message is the line to type."""


class PrintingFailed(Exception):
    """This document could not be printed: it took too long, too much memory, or asked for something outside."""


class PdfWorker:
    """One running worker."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reviews.documents.render"],
            cwd=ROOT,
            env=SURROUNDINGS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin and self.process.stdout  # noqa: S101, PT018 (both are pipes)
        self.source, self.target = self.process.stdin, self.process.stdout
        self.runs = 0

    def print(self, html: str) -> bytes:
        """The PDF of `html`. Raises PrintingFailed."""
        self.runs += 1
        watchdog = threading.Timer(SECONDS, self.process.kill)
        watchdog.start()
        try:
            body = html.encode()
            self.source.write(LENGTH.pack(len(body)) + body)
            self.source.flush()
            head = self.target.read(LENGTH.size)
            pdf = self.target.read(LENGTH.unpack(head)[0]) if head else b""
        except OSError:
            pdf = b""
        finally:
            watchdog.cancel()
        if not pdf:
            self.runs = RUNS  # ended, or in a state nobody knows: never used again
            raise PrintingFailed("this document could not be printed")
        return pdf

    @property
    def is_good(self) -> bool:
        return self.process.poll() is None and self.runs < RUNS

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def a_worker():
    """An idle worker, or a new one; put back afterwards while it is good."""
    try:
        worker = IDLE.get_nowait()
    except Empty:
        worker = PdfWorker()
    try:
        yield worker
    finally:
        if worker.is_good:
            IDLE.put(worker)
        else:
            worker.end()


@atexit.register
def end_idle() -> None:
    """End all workers when this process ends."""
    while not IDLE.empty():
        IDLE.get_nowait().end()


def to_pdf(html: str) -> bytes:
    """PDF/UA-1 bytes of `html`. Raises PrintingFailed, and PdfUnavailable when the system lacks Pango."""
    with a_worker() as worker:
        try:
            return worker.print(html)
        except PrintingFailed:
            check_pango()
            raise


def check_pango() -> None:
    """Raises PdfUnavailable when the worker cannot even be started here."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        raise PdfUnavailable("apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") from error
