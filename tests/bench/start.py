"""`make run` as somebody types it: how long until the first page, at the second start of a folder."""

import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HOUSE = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds for a start


def second(*ports: int) -> dict:
    """Seconds from the command to the first page, each start on a port of its own.

    The first sets up SQLite with the demo people, the second finds it.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-start-", ignore_cleanup_errors=True) as folder:
        first, again = (until_page(folder, port) for port in ports)
    return {"seconds": again, "first": first}


def until_page(folder: str, port: int) -> float:
    kept = ("PATH", "HOME", "LANG")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    began = time.perf_counter()
    server = subprocess.Popen(
        ["make", "-s", "run", f"PORT={port}"],
        cwd=HOUSE,
        env=environment | {"PLUMBLINE_DATA": folder},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None and time.perf_counter() - began < PATIENCE:
            try:
                with urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5) as page:
                    if page.status == 200:
                        return time.perf_counter() - began
            except (URLError, ConnectionError):
                time.sleep(0.02)
        raise TimeoutError(f"`make run` showed no page in {PATIENCE} seconds, or ended before")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()
