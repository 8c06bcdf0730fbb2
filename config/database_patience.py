"""Nobody waits for ever for PostgreSQL, neither page nor worker, whatever became of the network in between.

Time-outs of the server cannot be heard of through a connection that no longer carries anything, and those of TCP do not
notice a proxy or firewall that still acknowledges what it drops. So the wait itself has an end, on our side.
"""

import select
import time
from functools import partial

import psycopg2
from django.conf import settings
from psycopg2 import extensions

CONNECTING = 5  # seconds; libpq does not count them while somebody else waits for it
ESTABLISHED = (extensions.STATUS_READY, extensions.STATUS_BEGIN)
EVENTS = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


def limit_waiting(times: int = 1) -> None:
    """From now on every wait of this process for PostgreSQL ends after DATABASE_PATIENCE seconds, `times` over.

    It is the wait for one answer: a job of minutes asks many times.
    """
    extensions.set_wait_callback(partial(_wait, settings.DATABASE_PATIENCE * times))


def _wait(patience: float, connection) -> None:
    """Until the server has answered. Raises OperationalError when it has not in time; psycopg2 then hangs up."""
    seconds = patience if connection.status in ESTABLISHED else CONNECTING
    end = time.monotonic() + seconds
    while (state := connection.poll()) != extensions.POLL_OK:
        waiting = select.poll()
        waiting.register(connection.fileno(), EVENTS[state])
        if not waiting.poll(max(0.0, end - time.monotonic()) * 1000):
            raise psycopg2.OperationalError(f"no answer within {seconds} seconds")
