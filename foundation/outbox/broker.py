"""Waking a worker without waiting for the broker. Without a signal the sweep finds the work within a minute."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from celery import Task, current_app

PATIENCE = 0.5  # seconds a request may wait for the broker, all in all
QUIET = 10.0  # seconds without a try after the broker was silent
logger = logging.getLogger(__name__)


class Broker:
    """What this process last learned about the broker."""

    silent_until = 0.0  # of the monotonic clock


def load_client() -> None:
    """Load the broker's client, without connecting, when a process starts.

    On a busy machine loading takes longer than PATIENCE; done with the first message, the broker would seem silent.
    """
    _ = current_app.connection_for_write().transport
    _ = current_app.amqp.Producer


def wake_worker(task: Task, *arguments: str) -> None:
    """Publish `task`. Waits at most PATIENCE, and not at all for a while after the broker has been silent."""
    if current_app.conf.task_always_eager:
        task.delay(*arguments)
        return
    if time.monotonic() < Broker.silent_until:
        return
    began = time.monotonic()
    if not within(PATIENCE, lambda: task.delay(*arguments)):
        seconds = time.monotonic() - began
        Broker.silent_until = began + seconds + QUIET
        logger.warning("the broker is silent for %.2f s; %s waits for the sweep", seconds, task.name)


def within(seconds: float, call: Callable[[], object]) -> bool:
    """Whether `call` came back without a fault in time; it goes on alone otherwise.

    A thread, because no time-out of a client covers all of it: name look-up, connecting, a server that is stopped,
    a folder that hangs.
    """
    is_done, has_failed = threading.Event(), []

    def run() -> None:
        try:
            call()
        except Exception as error:
            has_failed.append(type(error).__name__)
        finally:
            is_done.set()

    threading.Thread(target=run, daemon=True, name="wake_worker").start()
    return is_done.wait(seconds) and not has_failed


def broker_answers() -> bool:
    """Whether a message could be left with the broker now; asked within PATIENCE."""
    options = current_app.conf.broker_transport_options
    folder = options.get("data_folder_out")
    return within(PATIENCE, lambda: _leave_a_note(Path(folder)) if folder else _ask_the_server())


def _leave_a_note(folder: Path) -> None:
    note = folder / "note"  # workers read only names that end in .msg
    try:
        note.write_bytes(b"x" * 512)
    finally:
        note.unlink(missing_ok=True)


def _ask_the_server() -> None:
    with current_app.connection_for_write() as connection:
        connection.default_channel.client.ping()
