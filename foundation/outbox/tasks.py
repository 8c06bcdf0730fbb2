"""Sending messages and doing jobs.

Every task reads the row again, leases it, acts and marks it, so that running it twice changes nothing.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import celery
from django.core.mail import get_connection
from django.utils import timezone

from foundation.counters import counters
from foundation.outbox import digest, jobs
from foundation.outbox.broker import wake_worker
from foundation.outbox.kinds import UnknownKind
from foundation.outbox.mails import Ahead, Withdrawn, email_for
from foundation.outbox.models import Heartbeat, Job, MailText, Message
from foundation.outbox.states import URGENT, WorkStatus

# Before the lease ends, what is not begun is handed back: longer than one email may take, which is some ten answers
# of a server that uses up EMAIL_TIMEOUT for each.
MARGIN = timedelta(minutes=2)
BATCH = 50
MAX_FAULTS = 5
logger = logging.getLogger(__name__)
shared_task: Callable[[Callable[..., Any]], Any] = celery.shared_task  # celery has no types
# Minutes to wait after a temporary refusal; after the last one, hourly for three days.
WAITS = [1, 5, 15, 60]
WAITS_URGENT = [0.25, 0.5, 1, 1, 2]  # a code is good for ten minutes
GIVE_UP_AFTER = timedelta(days=3)


def wake_mail_worker() -> None:
    """Wake the worker for messages. A silent broker is no error: the sweep runs every minute."""
    wake_worker(send_owed)


@shared_task
def send_owed() -> int:
    """Send due messages in groups until none is left; returns how many were sent."""
    sent, size, connection = 0, 1, get_connection()
    try:
        while group := Message.objects.claim(size):
            began = time.monotonic()
            sent += deliver_all(group, connection)
            size = next_size(len(group), time.monotonic() - began)
    finally:
        connection.close()
    return sent


def next_size(count: int, seconds: float) -> int:
    """As many as the server takes in about a second, 1 to BATCH: what is revoked now is not in the next group."""
    return max(1, min(BATCH, int(count / max(seconds, 0.001))))


def deliver_all(group: list[Message], connection: Any) -> int:
    """Send a leased group over one connection; with a silent server, or late, the rest waits. Returns how many went."""
    sent, ahead = 0, None
    for place, message in enumerate(group):
        if message.leased_until is None or timezone.now() > message.leased_until - MARGIN:
            for each in group[place:]:
                each.put_back(error=each.error)
            break
        try:
            connection.open()
        except OSError as error:
            for each in group[place:]:
                postpone(each, error)
            break
        ahead = ahead or Ahead(group)  # links are made only for a server that answers
        sent += deliver(message, connection, ahead)
    return sent


def deliver(message: Message, connection: Any, ahead: Ahead) -> bool:
    """Send one message and mark it; returns whether it went out."""
    try:
        email_for(message, connection, ahead).send()
    except Withdrawn as gone:
        message.finish(WorkStatus.DONE, str(gone))
    except (MailText.DoesNotExist, UnknownKind, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        refuse(message, error)
    except OSError as error:
        connection.close()
        postpone(message, error)
    except Exception as fault:
        logger.exception("message %s of kind %s could not be made", message.pk, message.kind)
        stumble(message, fault)
    else:
        message.finish(WorkStatus.DONE, sent_at=timezone.now())
        return True
    return False


def refuse(message: Message, error: Exception) -> None:
    """A 5xx is final and shown to HR with the server's words; a 4xx is tried again."""
    code, words = smtp_reply(error)
    if 400 <= code < 500:
        postpone(message, error)
    else:
        message.finish(WorkStatus.FAILED, words)


def stumble(message: Message, fault: Exception) -> None:
    """Handle a fault of ours: try later, and mark the message as failed after the fifth time, where HR sees it."""
    if message.attempts >= MAX_FAULTS:
        message.finish(WorkStatus.FAILED, type(fault).__name__)
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
    if timezone.now() - message.tried_since > GIVE_UP_AFTER:
        message.finish(WorkStatus.FAILED, smtp_reply(error)[1])
        return
    waits = WAITS_URGENT if message.priority == URGENT else WAITS
    minutes = waits[min(message.attempts, len(waits)) - 1]
    message.put_back(timezone.now() + timedelta(minutes=minutes), type(error).__name__)


@shared_task
def run_job(job_id: str) -> None:
    """Do one job, unless another worker holds it."""
    job = jobs.claim(job_id)
    if job is not None:
        jobs.run(job)


@shared_task
def sweep() -> None:
    """Every minute: send and start what is due and was not announced by a signal."""
    send_owed()
    for job_id in Job.objects.due().values_list("pk", flat=True)[:20]:
        wake_worker(run_job, str(job_id))
    counters.fold()


@shared_task
def heartbeat() -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


@shared_task
def send_digests() -> int:
    """News of the day, one mail per person, where it is morning; returns how many were owed."""
    return digest.send_digests()
