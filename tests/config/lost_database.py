"""Databases that tests may stop and cut off: a PostgreSQL server of their own, and a line that can be blocked."""

import os
import select
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from tests.config.started import free_port

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class OwnServer:
    """A PostgreSQL server of one test, in a temporary folder and on a free port; run by postgres when we are root."""

    def __init__(self):
        assert BINARIES, "this test needs PostgreSQL's server programs"
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="plumbline-postgres-")), free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()

    def start(self):
        settings = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", settings)

    def stop(self):
        """As when the machine is restarted: whoever is connected loses the connection at once."""
        self._run("pg_ctl", "stop", "-w", "-m", "fast")

    def end(self):
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *words):
        command = [str(BINARIES[-1] / program), "-D", str(self.folder / "data"), *words]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=self.folder, timeout=120, **quiet)


class Line:
    """Forwards connections to `port`. While it is cut, it takes everything, acknowledges it and passes on nothing.

    `lose()` does so for good to whoever is connected; new connections pass.
    """

    def __init__(self, port: int):
        self.target, self.is_whole = port, threading.Event()
        self.is_whole.set()
        self.lost: list[threading.Event] = []
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listening.getsockname()[1]
        self.threads: list[threading.Thread] = []
        self._begin(self._accept)

    def cut(self):
        self.is_whole.clear()

    def mend(self):
        self.is_whole.set()

    def lose(self):
        self.lost.append(self.is_whole)
        self.is_whole.clear()
        self.is_whole = threading.Event()
        self.is_whole.set()

    def end(self):
        """Once nobody is connected any more."""
        self.mend()
        for each in self.lost:
            each.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(30)
        self.listening.close()

    def _begin(self, work, *arguments):
        self.threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self.threads[-1].start()

    def _accept(self):
        with suppress(OSError):
            while True:
                self._begin(self._forward, self.listening.accept()[0])

    def _forward(self, near):
        is_whole = self.is_whole
        with suppress(OSError), near:
            is_whole.wait()
            with socket.create_connection(("127.0.0.1", self.target)) as far:
                other = {near: far, far: near}
                while True:
                    ready, _writable, _failed = select.select([near, far], [], [])
                    is_whole.wait()
                    for source in ready:
                        some = source.recv(65536)
                        if not some:
                            return
                        other[source].sendall(some)
