"""Sending what is owed and doing jobs. Every task looks again, claims, acts, marks; running twice changes nothing."""

import logging
import smtplib
import time
from datetime import timedelta

from celery import shared_task
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from foundation.counters import counters
from foundation.outbox import digest, jobs
from foundation.outbox.broker import wake_worker
from foundation.outbox.mails import Ahead, Withdrawn, email_for
from foundation.outbox.models import Heartbeat, Job, MailText, Message
from foundation.outbox.states import URGENT, WorkStatus

LEASE = timedelta(minutes=5)
# Before the lease ends, what is not begun is handed back: longer than one email may take, which is some ten answers
# of a server that uses up EMAIL_TIMEOUT for each.
MARGIN = timedelta(minutes=2)
BATCH = 50
MAX_FAULTS = 5
logger = logging.getLogger(__name__)
# Minutes to wait after a temporary refusal; after the last one, hourly for three days.
WAITS = [1, 5, 15, 60]
WAITS_URGENT = [0.25, 0.5, 1, 1, 2]  # a code is good for ten minutes
GIVE_UP_AFTER = timedelta(days=3)


def wake_mail_worker() -> None:
    """A silent broker is no error: the sweep comes every minute."""
    wake_worker(send_owed)


@shared_task
def send_owed() -> int:
    """Send due messages in groups until none is left; returns how many were sent."""
    sent, size, connection = 0, 1, get_connection()
    try:
        while group := claim(size):
            began = time.monotonic()
            sent += deliver_all(group, connection)
            size = next_size(len(group), time.monotonic() - began)
    finally:
        connection.close()
    return sent


def next_size(count: int, seconds: float) -> int:
    """As many as the server takes in about a second, 1 to BATCH: what is revoked now is not in the next group."""
    return max(1, min(BATCH, int(count / max(seconds, 0.001))))


def deliver_all(group: list[Message], connection) -> int:
    """Send a leased group over one connection; with a silent server, or late, the rest waits. Returns how many went."""
    sent, ahead = 0, None
    for place, message in enumerate(group):
        if message.leased_until is None or timezone.now() > message.leased_until - MARGIN:
            ids = [each.pk for each in group[place:]]
            Message.objects.filter(pk__in=ids).update(status=WorkStatus.QUEUED, leased_until=None)
            break
        try:
            connection.open()
        except OSError as error:
            for each in group[place:]:
                postpone(each, error)
            break
        ahead = ahead or Ahead(group)  # links are made for a server that listens
        sent += deliver(message, connection, ahead)
    return sent


@transaction.atomic
def claim(size: int = BATCH) -> list[Message]:
    """Lease up to `size` due messages to this worker; a lost worker's lease runs out."""
    due = Message.objects.due().select_for_update(skip_locked=True, of=("self",))
    group, until = list(due.order_by("priority", "next_at")[:size]), timezone.now() + LEASE
    Message.objects.filter(pk__in=[message.pk for message in group]).update(
        status=WorkStatus.RUNNING, leased_until=until, attempts=F("attempts") + 1
    )
    for message in group:
        message.status, message.leased_until = WorkStatus.RUNNING, until
        message.attempts += 1
    return group


def deliver(message: Message, connection, ahead: Ahead) -> bool:
    """Send one message and mark it; returns whether it went out."""
    try:
        email_for(message, connection, ahead).send()
    except Withdrawn as gone:
        finish(message, WorkStatus.DONE, str(gone))
    except (MailText.DoesNotExist, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        refuse(message, error)
    except OSError as error:
        connection.close()
        postpone(message, error)
    except Exception as fault:
        logger.exception("message %s of kind %s could not be made", message.pk, message.kind)
        stumble(message, fault)
    else:
        finish(message, WorkStatus.DONE)
        return True
    return False


def finish(message: Message, status: str, error: str = "") -> None:
    sent_at = timezone.now() if status == WorkStatus.DONE and not error else None
    Message.objects.filter(pk=message.pk).update(status=status, error=error[:300], sent_at=sent_at, leased_until=None)


def refuse(message: Message, error: Exception) -> None:
    """A 5xx is final and shown to HR with the server's words; a 4xx is tried again."""
    code, words = smtp_reply(error)
    if 400 <= code < 500:
        postpone(message, error)
    else:
        finish(message, WorkStatus.FAILED, words)


def stumble(message: Message, fault: Exception) -> None:
    """A fault of ours holds up nobody else: later again, and parked where HR sees it after the fifth time."""
    if message.attempts >= MAX_FAULTS:
        finish(message, WorkStatus.FAILED, type(fault).__name__)
    else:
        postpone(message, fault)


def smtp_reply(error: Exception) -> tuple[int, str]:
    """The server's code and words; 500 and the error's text where there was no server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return code, f"{code} {words.decode(errors='replace')}"
    code = getattr(error, "smtp_code", 500)
    return code, f"{code} {getattr(error, 'smtp_error', error)}"


def postpone(message: Message, error: Exception) -> None:
    if timezone.now() - message.created_at > GIVE_UP_AFTER:
        finish(message, WorkStatus.FAILED, smtp_reply(error)[1])
        return
    waits = WAITS_URGENT if message.priority == URGENT else WAITS
    minutes = waits[min(message.attempts, len(waits)) - 1]
    again = timezone.now() + timedelta(minutes=minutes)
    values = {"status": WorkStatus.QUEUED, "next_at": again, "leased_until": None, "error": type(error).__name__}
    Message.objects.filter(pk=message.pk).update(**values)


@shared_task
def run_job(job_id: str) -> None:
    """Do one job, unless another worker holds it."""
    job = jobs.claim(job_id)
    if job is not None:
        jobs.run(job)


@shared_task
def sweep() -> None:
    """What is due that no doorbell announced? Comes every minute."""
    send_owed()
    for job_id in Job.objects.stale().values_list("pk", flat=True)[:20]:
        wake_worker(run_job, str(job_id))
    counters.fold()


@shared_task
def heartbeat() -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


@shared_task
def send_digests() -> int:
    """News of the day, one mail per person, where it is morning; returns how many were owed."""
    return digest.send_digests()
