"""The database is the queue: with the broker emptied, or gone, the sweep sends everything."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.db import connection
from kombu import Connection

from activity import jobs, tasks
from activity.models import MailText, Notice
from activity.outbox import notice_for, owe
from config.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queued(transactional_db):
    """Tasks go to the configured broker, a folder or Redis, and no worker reads it."""
    MailText.objects.create(key="hello", subject="Hello", body="Hello")
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


def empty_the_broker():
    if configured.CELERY_BROKER_URL.startswith("redis"):
        with Connection(configured.CELERY_BROKER_URL) as broker:
            client = broker.default_channel.client
            assert all(client.llen(queue) > 0 for queue in ("mail", "jobs"))  # both doorbells were rung
            client.flushdb()
    else:
        app.control.purge()


def test_with_an_empty_broker_the_sweep_sends_all(cast, queued, mailoutbox, monkeypatch):
    owe(notice_for(cast.subject, "hello", to=cast.subject, key=str(number)) for number in range(20))
    done = []
    monkeypatch.setitem(jobs.KINDS, "count", lambda job: done.append(job.pk))
    job = jobs.start("count", by=cast.hr, key="a")
    assert mailoutbox == []
    empty_the_broker()
    app.conf.task_always_eager = True
    tasks.sweep()
    assert len(mailoutbox) == 20
    assert done == [job.pk]
    assert set(Notice.objects.values_list("status", flat=True)) == {"done"}


OWING = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"], settings.CELERY_TASK_ALWAYS_EAGER = sys.argv[1], False
django.setup()
from activity.models import MailText
from activity.outbox import notice_for, owe
owe([notice_for(MailText.objects.get(), "hello", address="a@example.org", key="1")])
"""


def test_with_the_broker_gone_nothing_fails_and_the_sweep_sends_all(cast, queued, mailoutbox):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }
    name = str(connection.settings_dict["NAME"])
    subprocess.run([sys.executable, "-c", OWING, name], env=environment, check=True, timeout=60)
    assert Notice.objects.get().status == "queued"
    tasks.sweep()
    assert len(mailoutbox) == 1
