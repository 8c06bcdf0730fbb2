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
from foundation.outbox.broker import ring
from foundation.outbox.mails import Ahead, Withdrawn, message_for
from foundation.outbox.models import Heartbeat, Job, MailText, Notice
from foundation.outbox.states import URGENT, WorkStatus

LEASE = timedelta(minutes=5)
# Before the lease ends, what is not begun is handed back: longer than one message may take, which is some ten answers
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
    ring(send_owed)


@shared_task
def send_owed() -> int:
    """Send due notices in groups until none is left; returns how many were sent."""
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


def deliver_all(group: list[Notice], connection) -> int:
    """Send a leased group over one connection; with a silent server, or late, the rest waits. Returns how many went."""
    sent, ahead = 0, None
    for place, notice in enumerate(group):
        if notice.leased_until is None or timezone.now() > notice.leased_until - MARGIN:
            ids = [each.pk for each in group[place:]]
            Notice.objects.filter(pk__in=ids).update(status=WorkStatus.QUEUED, leased_until=None)
            break
        try:
            connection.open()
        except OSError as error:
            for each in group[place:]:
                postpone(each, error)
            break
        ahead = ahead or Ahead(group)  # links are made for a server that listens
        sent += deliver(notice, connection, ahead)
    return sent


@transaction.atomic
def claim(size: int = BATCH) -> list[Notice]:
    """Lease up to `size` due notices to this worker; a lost worker's lease runs out."""
    due = Notice.objects.due().select_for_update(skip_locked=True, of=("self",))
    group, until = list(due.order_by("priority", "next_at")[:size]), timezone.now() + LEASE
    Notice.objects.filter(pk__in=[notice.pk for notice in group]).update(
        status=WorkStatus.RUNNING, leased_until=until, attempts=F("attempts") + 1
    )
    for notice in group:
        notice.status, notice.leased_until = WorkStatus.RUNNING, until
        notice.attempts += 1
    return group


def deliver(notice: Notice, connection, ahead: Ahead) -> bool:
    """Send one notice and mark it; returns whether it went out."""
    try:
        message_for(notice, connection, ahead).send()
    except Withdrawn as gone:
        finish(notice, WorkStatus.DONE, str(gone))
    except (MailText.DoesNotExist, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        refuse(notice, error)
    except OSError as error:
        connection.close()
        postpone(notice, error)
    except Exception as fault:
        logger.exception("notice %s of kind %s could not be made", notice.pk, notice.kind)
        stumble(notice, fault)
    else:
        finish(notice, WorkStatus.DONE)
        return True
    return False


def finish(notice: Notice, status: str, error: str = "") -> None:
    sent_at = timezone.now() if status == WorkStatus.DONE and not error else None
    Notice.objects.filter(pk=notice.pk).update(status=status, error=error[:300], sent_at=sent_at, leased_until=None)


def refuse(notice: Notice, error: Exception) -> None:
    """A 5xx is final and shown to HR with the server's words; a 4xx is tried again."""
    code, words = smtp_reply(error)
    if 400 <= code < 500:
        postpone(notice, error)
    else:
        finish(notice, WorkStatus.FAILED, words)


def stumble(notice: Notice, fault: Exception) -> None:
    """A fault of ours holds up nobody else: later again, and parked where HR sees it after the fifth time."""
    if notice.attempts >= MAX_FAULTS:
        finish(notice, WorkStatus.FAILED, type(fault).__name__)
    else:
        postpone(notice, fault)


def smtp_reply(error: Exception) -> tuple[int, str]:
    """The server's code and words; 500 and the error's text where there was no server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return code, f"{code} {words.decode(errors='replace')}"
    code = getattr(error, "smtp_code", 500)
    return code, f"{code} {getattr(error, 'smtp_error', error)}"


def postpone(notice: Notice, error: Exception) -> None:
    if timezone.now() - notice.created_at > GIVE_UP_AFTER:
        finish(notice, WorkStatus.FAILED, smtp_reply(error)[1])
        return
    waits = WAITS_URGENT if notice.priority == URGENT else WAITS
    minutes = waits[min(notice.attempts, len(waits)) - 1]
    again = timezone.now() + timedelta(minutes=minutes)
    values = {"status": WorkStatus.QUEUED, "next_at": again, "leased_until": None, "error": type(error).__name__}
    Notice.objects.filter(pk=notice.pk).update(**values)


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
        ring(run_job, str(job_id))
    counters.fold()


@shared_task
def heartbeat() -> None:
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


@shared_task
def send_digests() -> int:
    """News of the day, one mail per person, where it is morning; returns how many were owed."""
    return digest.send_digests()
