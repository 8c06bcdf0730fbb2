"""The database is the queue: with the broker emptied, or gone, the sweep sends everything."""

import json
import os
import re
import subprocess
import sys
from base64 import b64decode
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection
from django.utils import timezone
from kombu import Connection

from config.celery import app
from feedback import services
from foundation.outbox import jobs, tasks
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import MailText, Message
from foundation.outbox.services import load_mail_texts
from tests.factories import make_collecting_round
from tests.foundation.post_office import opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queued(transactional_db):
    """Tasks go to the configured broker, a folder or Redis, and no worker reads it."""
    MailText.objects.create(key="audit_anchor", subject="Hello", body="Hello")
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


def empty_the_broker(both=True):
    """As FLUSHALL does; `both` when the doorbells of mails and of jobs are known to have been rung."""
    if configured.CELERY_BROKER_URL.startswith("redis"):
        with Connection(configured.CELERY_BROKER_URL) as broker:
            client = broker.default_channel.client
            assert not both or all(client.llen(queue) > 0 for queue in ("mail", "jobs"))
            client.flushdb()
    else:
        app.control.purge()


def held_by_the_broker() -> str:
    """Every message that waits, with its body as the worker reads it."""
    if configured.CELERY_BROKER_URL.startswith("redis"):
        with Connection(configured.CELERY_BROKER_URL) as broker:
            client = broker.default_channel.client
            waiting = [each for queue in ("mail", "jobs", "celery") for each in client.lrange(queue, 0, -1)]
    else:
        folder = Path(configured.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"])
        waiting = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    return "".join(f"{each!r}{b64decode(json.loads(each)['body']).decode()}" for each in waiting)


def test_the_broker_holds_no_token(cast, queued, mailoutbox):
    tasks.run_job.delay("a-token-as-an-argument")
    assert "a-token-as-an-argument" in held_by_the_broker()  # whoever passed one would leave it there
    load_mail_texts()
    round, _none = make_collecting_round(cast.subject, [])
    person = {"name": "Ada", "email": "ada@example.com", "relation": "stakeholder"}
    services.add(round, by=cast.manager, **person)
    tasks.send_owed()
    token = re.search(r"/f/([\w=-]+)/", mailoutbox[0].body)[1]
    assert len(token) > 50
    assert "send_owed" in held_by_the_broker()
    assert token not in held_by_the_broker()
    assert person["email"] not in held_by_the_broker()


def test_with_an_empty_broker_the_sweep_sends_all(cast, queued, mailoutbox, monkeypatch):
    enqueue(message_for(cast.subject, "audit_anchor", to=cast.subject, key=str(number)) for number in range(20))
    done = []
    monkeypatch.setitem(jobs.KINDS, "count", lambda job: done.append(job.pk))
    job = jobs.start("count", by=cast.hr, key="a")
    assert mailoutbox == []
    empty_the_broker()
    app.conf.task_always_eager = True
    tasks.sweep()
    assert len(mailoutbox) == 20
    assert done == [job.pk]
    assert set(Message.objects.values_list("status", flat=True)) == {"done"}


WORKER = """
import json, sys, django
from django.conf import settings
name, port, broker = json.loads(sys.argv[1])
settings.DATABASES["default"]["NAME"], settings.CELERY_TASK_ALWAYS_EAGER = name, False
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
settings.CELERY_BROKER_TRANSPORT_OPTIONS = broker
django.setup()
from config.celery import app
app.worker_main("worker -P threads -c 2 --without-mingle --without-gossip --without-heartbeat -l WARNING".split())
"""


@pytest.fixture
def workers(office):
    """Starts workers as the product does, on the broker and the database of this test."""
    started, environment = [], os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONWARNINGS": "ignore"}

    def start():
        place = [str(connection.settings_dict["NAME"]), office.port, configured.CELERY_BROKER_TRANSPORT_OPTIONS]
        process = subprocess.Popen([sys.executable, "-c", WORKER, json.dumps(place)], env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def office(settings):
    with opened(settings, pause=0.01) as office:
        yield office


def test_a_broker_emptied_twice_and_a_killed_worker_are_late_and_lose_nothing(cast, queued, office, workers):
    """The clock asks each minute; here it asks when the broker has forgotten what it was told."""
    first = workers()
    enqueue(message_for(cast.subject, "audit_anchor", address=f"p{n}@example.org", key=str(n)) for n in range(400))
    office.wait_for(100, seconds=40)
    empty_the_broker(both=False)
    first.kill()
    first.wait()
    Message.objects.filter(status="running").update(leased_until=timezone.now() - timedelta(seconds=1))
    workers()
    tasks.sweep.delay()
    office.wait_for(250, seconds=40)
    empty_the_broker(both=False)
    enqueue(message_for(cast.subject, "audit_anchor", address=f"q{n}@example.org", key=f"q{n}") for n in range(100))
    empty_the_broker(both=False)
    office.wait_for(400, seconds=40)
    tasks.sweep.delay()
    office.wait_for(500, seconds=40)
    assert len(office.taken) == 500
    assert office.taken.total() <= 501  # the one that was under way when its worker was killed


OWING = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"], settings.CELERY_TASK_ALWAYS_EAGER = sys.argv[1], False
django.setup()
from foundation.outbox.models import MailText
from foundation.outbox.messages import message_for, enqueue
enqueue([message_for(MailText.objects.get(), "audit_anchor", address="a@example.org", key="1")])
"""


def test_with_the_broker_gone_nothing_fails_and_the_sweep_sends_all(cast, queued, mailoutbox):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }
    name = str(connection.settings_dict["NAME"])
    subprocess.run([sys.executable, "-c", OWING, name], env=environment, check=True, timeout=60)
    assert Message.objects.get().status == "queued"
    tasks.sweep()
    assert len(mailoutbox) == 1
