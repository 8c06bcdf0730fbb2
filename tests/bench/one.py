"""One size of organisation from the empty database to its figures: `python -m tests.bench.one 1000 build/x.json`.

A process of its own, because a process has one database.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import database

DOCUMENTS_AT = 1000  # people; a PDF, a mail and a start cost the same at any size
MAILS = 5000


def say(*words) -> None:
    print(*words, file=sys.stderr, flush=True)


def prepare(size: int) -> bool:
    """The settings of this process and its children; returns whether the database was kept from an earlier run."""
    is_kept = bool(os.environ.get("BENCH_KEEP")) and database.exists(size)
    if not is_kept:
        database.make(size)
    folder = Path(tempfile.gettempdir()) / f"plumbline-bench-{size}"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.bench.settings",
        DATABASE_URL=database.url_of(size),
        DATABASE_OPTIONS=database.PATIENT,
        PLUMBLINE_DATA=str(folder),
        DEBUG="0",
        REQUIRE_SECOND_FACTOR="0",  # HR would be led to setting one up
        CELERY_BROKER_URL="memory://",
        LOG_LEVEL="ERROR",
    )
    return is_kept


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mails(count: int) -> dict:
    """The mails of one launch, in a process and a database of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.post", str(count)], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(size: int, repeats: int, is_kept: bool) -> dict:
    import django

    os.environ["BASE_URL"] = f"http://127.0.0.1:{(port := free_port())}"
    django.setup()
    from tests.bench import documents, pages, profile, seed, server, start

    jobs = {} if is_kept else seed.build(size, say)
    with server.running(port):
        cast = pages.Cast(port)
        found = []
        for page in pages.pages_of(cast):
            found.append(row := pages.measure(cast, page, repeats))
            say("  {page:22} {who:10} {ratio:6} × {ms:7} ms {queries:3} queries {kb:5} kB".format(**row))
        found += pages.by_link(cast, repeats)
    for row in found:
        if row["limit"] and row["ratio"] > row["limit"] and row["path"]:
            row["costliest"] = profile.costliest(cast.users[row["who"]], row["path"])
    if size == DOCUMENTS_AT or os.environ.get("BENCH_DOCUMENTS"):
        jobs["start"] = start.second(free_port(), free_port())
        jobs["mails"] = mails(MAILS)
        jobs["pdf"] = documents.one(5)
        jobs["zip"] = documents.many(int(os.environ.get("BENCH_ZIP", "1000")), jobs["pdf"]["floor"])
    return {"size": size, "pages": found, "jobs": jobs}


if __name__ == "__main__":
    people, target = int(sys.argv[1]), Path(sys.argv[2])
    kept = prepare(people)
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(measure(people, int(os.environ.get("BENCH_REPEATS", "15")), kept), indent=1))
    if not os.environ.get("BENCH_KEEP"):
        from django.db import connection

        connection.close()
        database.drop(people)
