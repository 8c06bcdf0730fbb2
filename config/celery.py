"""The Celery application: the database is the queue, Celery only wakes a worker."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.queue_folder:Transport"

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A worker serves all three unless `-Q` names some. What must never wait behind a long job is in `mail`: messages, and
# the two tasks of the clock that find what no signal announced and show that the queue is alive.
app.conf.task_queues = [Queue(name, routing_key=name) for name in ("celery", "mail", "jobs")]
app.conf.task_routes = {
    "foundation.outbox.tasks.send_owed": {"queue": "mail"},
    "foundation.outbox.tasks.sweep": {"queue": "mail"},
    "foundation.outbox.tasks.heartbeat": {"queue": "mail"},
    "foundation.outbox.tasks.run_job": {"queue": "jobs"},
}

# Every entry only asks "what is due?": a missed or doubled beat changes nothing.
app.conf.beat_schedule = {
    "sweep": {"task": "foundation.outbox.tasks.sweep", "schedule": 60.0},
    "anchor": {"task": "foundation.audit.tasks.anchor", "schedule": crontab(minute=20)},
    "seal-check": {"task": "foundation.audit.tasks.check_seal", "schedule": crontab(hour=3, minute=40)},
    "housekeeping": {"task": "foundation.operations.tasks.clear_away", "schedule": crontab(minute=50)},
    "heartbeat": {"task": "foundation.outbox.tasks.heartbeat", "schedule": 60.0},
    "close-feedback": {"task": "reviews.tasks.close_due_stages", "schedule": crontab(minute="*/15")},
    "reminders": {"task": "reviews.tasks.send_reminders", "schedule": crontab(minute=5)},
    "giver-reminders": {"task": "feedback.tasks.send_reminders", "schedule": crontab(minute=10)},
    "digests": {"task": "foundation.outbox.tasks.send_digests", "schedule": crontab(minute=15)},
    "wipe": {"task": "feedback.tasks.wipe", "schedule": crontab(minute=7)},
    "answer-counts": {"task": "feedback.tasks.renew_counts", "schedule": crontab(hour=6, minute=0)},
}


PATIENT = 4  # times as long as a page a worker waits for an answer of the database: nobody waits for it


@worker_init.connect
def limit_waiting_for_the_database(**_more):
    """A worker in the middle of a task would wait for ever for a database that was cut off without a word."""
    from django.db import connection

    if connection.vendor == "postgresql":
        from config.database_patience import limit_waiting

        limit_waiting(times=PATIENT)


@beat_init.connect
def tick_at_once(**_more):
    """The first tick and sweep come with the clock, not a minute later; a silent broker does not hold it up."""
    from foundation.outbox.broker import load_client, wake_worker
    from foundation.outbox.tasks import heartbeat, sweep

    load_client()
    wake_worker(heartbeat)
    wake_worker(sweep)
