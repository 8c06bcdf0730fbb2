"""The mails of one launch against bare SMTP: the same bytes over one connection, to a server in a process of its own.

`python -m tests.bench.post 5000` makes a database of its own, sends the mails of a launch, prints a line of JSON.
`BENCH_SMTP=0.005` is how many seconds the server thinks about each message; by itself it does not think at all.
"""

import cProfile
import json
import os
import pstats
import smtplib
import subprocess
import sys
import tempfile
import time

from tests.bench import database

NAME = "post"  # of the database: none of those that stand for a size of organisation

SERVER = """
import asyncio, sys
from aiosmtpd.controller import UnthreadedController
class Office:
    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(float(sys.argv[2]))
        return "250 Taken"
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
controller = UnthreadedController(Office(), hostname="127.0.0.1", port=int(sys.argv[1]), loop=loop)
controller.begin()
print("open", flush=True)
loop.run_forever()
"""


def prepare(port: int, folder: str) -> None:
    database.make(NAME)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.bench.settings",
        DATABASE_URL=database.url_of(NAME),
        PLUMBLINE_DATA=folder,
        DEBUG="0",
        CELERY_BROKER_URL="memory://",
        EMAIL_URL=f"smtp://127.0.0.1:{port}",
        LOG_LEVEL="ERROR",
    )


def owe_requests(count: int) -> None:
    """One launch: a round per eight collaborators, each of them from outside."""
    from competencies.services import load_starter_catalogue
    from feedback.models import FeedbackRequest
    from feedback.nominations.services import invitation_for
    from foundation.outbox import tasks
    from foundation.outbox.messages import enqueue
    from foundation.outbox.services import load_mail_texts
    from tests.factories import make_round, make_user

    load_starter_catalogue()
    load_mail_texts()
    manager = make_user("Marta Keller")
    for first in range(0, count, 8):
        round = make_round(make_user(f"Subject {first}", manager=manager), status="collecting")
        FeedbackRequest.objects.bulk_create(
            FeedbackRequest(
                round=round, name=f"N {n}", email=f"n{n}@example.com", relation="stakeholder", status="asked"
            )
            for n in range(first, min(first + 8, count))
        )
    tasks.wake_mail_worker = lambda: None
    enqueue(invitation_for(request) for request in FeedbackRequest.objects.select_related("round__subject"))


def kept(messages: list):
    """Each message as it went over the line."""
    from django.core.mail.backends.smtp import EmailBackend

    send = EmailBackend._send

    def note(self, message):
        messages.append((message.recipients()[0], message.message().as_bytes(linesep="\r\n")))
        return send(self, message)

    return note


def bare(port: int, messages: list) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for address, content in messages:
            line.sendmail("from@example.org", [address], content)
    return time.perf_counter() - began


def measure(count: int, port: int) -> dict:
    import django

    django.setup()
    from django.core.mail.backends.smtp import EmailBackend
    from django.core.management import call_command

    from foundation.outbox.models import Message
    from foundation.outbox.tasks import send_owed

    call_command("migrate", verbosity=0)
    owe_requests(count)
    profile = cProfile.Profile() if os.environ.get("BENCH_PROFILE") else None
    began = time.perf_counter()
    sent = profile.runcall(send_owed) if profile else send_owed()
    ours = time.perf_counter() - began
    if profile:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(45)
    messages: list = []
    Message.objects.filter(pk__in=list(Message.objects.values_list("pk", flat=True)[:200])).update(status="queued")
    send, EmailBackend._send = EmailBackend._send, kept(messages)
    send_owed()
    EmailBackend._send = send
    messages = (messages * (count // len(messages) + 1))[:count]
    floor = bare(port, messages)
    return {"messages": sent, "seconds": ours, "floor": floor, "ratio": ours / floor, "per_second": sent / ours}


def main(count: int) -> dict:
    from tests.bench.one import free_port

    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port), os.environ.get("BENCH_SMTP", "0")], stdout=subprocess.PIPE
    )
    try:
        server.stdout.readline()
        with tempfile.TemporaryDirectory(prefix="plumbline-bench-post-") as folder:
            prepare(port, folder)
            return measure(count, port)
    finally:
        server.kill()
        server.wait()
        database.drop(NAME)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
