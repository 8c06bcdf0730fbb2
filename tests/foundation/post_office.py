"""A real SMTP server for tests: it takes, refuses, stalls, and counts what it took."""

import asyncio
import socket
import time
from collections import Counter
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class PostOffice:
    """Counts in `taken` by Message-ID and keeps the `last`; addresses are refused by what stands before the @."""

    def __init__(self, pause=0.0):
        self.taken: Counter = Counter()
        self.last = b""
        self.pause = pause  # seconds before a message is accepted
        self.is_closing = False  # "come back later", to everybody

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.is_closing:
            return "421 4.3.2 We are closing for a moment"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 There is nobody of that name"
        if address.startswith("later"):
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.pause)
        if envelope.rcpt_tos[0].startswith("spam"):
            return "554 5.7.1 We think that this is spam"
        self.last = envelope.content
        headers = envelope.content.split(b"\r\n\r\n")[0].decode()
        identity = next(line for line in headers.splitlines() if line.lower().startswith("message-id:"))
        self.taken[identity.split("<")[1].split("@")[0]] += 1
        return "250 Taken"

    def wait_for(self, count, seconds=20):
        """Until at least `count` messages were taken, each of them once or more."""
        until = time.monotonic() + seconds
        while len(self.taken) < count:
            assert time.monotonic() < until, f"only {len(self.taken)} of {count} came"
            time.sleep(0.005)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def opened(settings, **habits):
    """A post office on a free port that the product's settings name."""
    office = PostOffice(**habits)
    office.port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    try:
        yield office
    finally:
        controller.stop()
