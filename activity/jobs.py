"""Jobs: started once per key, leased to one worker, resumed after a lost one, parked after five failures."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from activity.doorbell import ring
from activity.models import Job
from activity.states import WorkStatus

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5
KINDS: dict = {}
logger = logging.getLogger(__name__)


def job_kind(kind: str):
    """Register the function `do(job)` that does jobs of `kind`; it calls `advance(job, done)` as it goes."""

    def register(do):
        KINDS[kind] = do
        return do

    return register


@transaction.atomic
def start(kind: str, *, by, key: str, target_id="", total=0, **data) -> Job:
    """The job of `key`: a new one, or the one that is already there (a double click)."""
    job, is_new = Job.objects.get_or_create(
        key=f"{kind}:{key}",
        defaults={"kind": kind, "owner": by, "target_id": str(target_id), "total": total, "data": data},
    )
    if is_new:
        transaction.on_commit(lambda: _ring(job))
    return job


def _ring(job: Job) -> None:
    from activity.tasks import run_job

    ring(run_job, str(job.pk))


@transaction.atomic
def claim(job_id) -> Job | None:
    """Lease the job to this worker; None when it is done, parked or held by another."""
    job = Job.objects.stale().select_for_update(skip_locked=True, of=("self",)).filter(pk=job_id).first()
    if job is None:
        return None
    job.attempts += 1
    job.status = WorkStatus.FAILED if job.attempts > MAX_ATTEMPTS else WorkStatus.RUNNING
    job.leased_until = timezone.now() + LEASE
    job.save()
    return job if job.status == WorkStatus.RUNNING else None


def advance(job: Job, done: int, total: int | None = None) -> None:
    """Note progress and hold the lease."""
    job.done, job.total = done, job.total if total is None else total
    job.leased_until = timezone.now() + LEASE
    job.save(update_fields=["done", "total", "leased_until"])


def run(job: Job) -> None:
    """Do the job; a fault is kept on the row, and the job waits for the sweep until it has failed five times."""
    try:
        KINDS[job.kind](job)
    except Exception as error:
        logger.exception("job %s of kind %s failed", job.pk, job.kind)
        job.status = WorkStatus.FAILED if job.attempts >= MAX_ATTEMPTS else WorkStatus.QUEUED
        job.error = type(error).__name__
    else:
        job.status, job.error, job.finished_at = WorkStatus.DONE, "", timezone.now()
    job.leased_until = None
    job.save()


def clear_files() -> int:
    """Placeholder."""
    return 0
