"""Jobs: started once per key, leased to one worker, resumed after a lost one, parked after five failures."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import TransitionNotAllowed

from foundation.audit.events import record
from foundation.outbox.broker import wake_worker
from foundation.outbox.models import Job
from foundation.outbox.states import NO_LONGER, WorkStatus

Do = TypeVar("Do", bound=Callable[[Job], None])
MAX_ATTEMPTS = 5
KEEP_FILES = timedelta(days=7)
ABANDONED = timedelta(days=1)
UNFINISHED = ".part"  # the end of a file's name while it is written
KINDS: dict[str, Callable[[Job], None]] = {}
MAY: dict[str, Callable[[Job], Any]] = {}
NAMES = {
    "cycle_zip": _("PDF export"),
    "cycle_results": _("Export of results"),
    "launch": _("Launch of a cycle"),
    "cancel": _("Cancellation of a cycle"),
    "bulk": _("Change of many reviews"),
    "move_deadlines": _("Change of deadlines"),
    "end_rounds": _("End of feedback rounds"),
    "import_people": _("Import of people"),
    "seal_check": _("Check of the event log"),
}
logger = logging.getLogger(__name__)


class NoLonger(Exception):
    """Whoever started the job has lost the right to it; str() of it is said on its page."""


def job_kind(kind: str, *, may: Callable[[Job], Any] | None = None) -> Callable[[Do], Do]:
    """Register the function `do(job)` that does jobs of `kind`; it calls `advance(job, done)` as it goes.

    `may(job)` tells whether its owner has the right to it at this moment: asked by the worker, and at each download.
    """

    def register(do: Do) -> Do:
        KINDS[kind] = do
        if may is not None:
            MAY[kind] = may
        return do

    return register


@transaction.atomic
def start(kind: str, *, by: Any, key: str, target_id: object = "", total: int = 0, **data: Any) -> Job:
    """The job of `key`: a new one, or the one that is already there (a double click)."""
    job, is_new = Job.objects.get_or_create(
        key=f"{kind}:{key}",
        defaults={"kind": kind, "owner": by, "target_id": str(target_id), "total": total, "data": data},
    )
    if is_new:
        transaction.on_commit(lambda: _ring(job))
    return job


def _ring(job: Job) -> None:
    from foundation.outbox.tasks import run_job

    wake_worker(run_job, str(job.pk))


@transaction.atomic
def claim(job_id: UUID | str) -> Job | None:
    """Lease the job to this worker; None when it is done, parked or held by another."""
    job = next(iter(Job.objects.filter(pk=job_id).claim(1)), None)
    if job is not None and job.attempts > MAX_ATTEMPTS:
        job.finish(WorkStatus.FAILED, job.error)
        return None
    return job


def advance(job: Job, done: int, total: int | None = None) -> None:
    """Note progress and hold the lease."""
    job.hold(done=done, total=job.total if total is None else total)


@contextmanager
def writing_file(job: Job, ending: str) -> Iterator[Path]:
    """Where the job writes its file, which is there for download once all of it is written; else no part is left."""
    path = Path(settings.MEDIA_ROOT) / "jobs" / f"{job.pk}.{ending}"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(UNFINISHED)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    job.file.name = f"jobs/{path.name}"
    job.save(update_fields=["file", "data"])


def owner_may(job: Job) -> bool:
    """Whether its owner still has an account and the right to what the job makes."""
    is_here = type(job.owner)._default_manager.filter(pk=job.owner_id, is_active=True).exists()
    may = MAY.get(job.kind)
    return is_here and (may is None or bool(may(job)))


def run(job: Job) -> None:
    """Do the job; a fault is kept on the row, and the job waits for the sweep until it has failed five times."""
    try:
        if not owner_may(job):
            raise NoLonger
        KINDS[job.kind](job)
    except NoLonger:
        remove_file(job)
        job.finish(WorkStatus.FAILED, NO_LONGER)
    except TransitionNotAllowed as refusal:  # trying again would change nothing; whoever started it reads why
        job.finish(WorkStatus.FAILED, str(refusal))
    except Exception as error:
        logger.exception("job %s of kind %s failed", job.pk, job.kind)
        if job.attempts >= MAX_ATTEMPTS:
            job.finish(WorkStatus.FAILED, type(error).__name__)
        else:
            job.put_back(error=type(error).__name__)
    else:
        job.finish(WorkStatus.DONE)
        replace_older(job)


@transaction.atomic
def restart(job_id: UUID | str, *, by: Any) -> Job | None:
    """Let a failed job begin anew, or go on where it stopped; None when it is not failed (any more)."""
    job = next(iter(Job.objects.filter(pk=job_id).queue_again()), None)
    if job is not None:
        record(job, "restarted", by=by, kind=job.kind)
        transaction.on_commit(lambda: _ring(job))
    return job


def remove_file(job: Job, *, reason: str = "") -> None:
    """Delete what the job made; the row stays and says so."""
    if not job.file:
        return
    job.file.delete(save=False)
    job.file = ""
    Job.objects.filter(pk=job.pk).update(file="")
    record(job, "file_removed", reason=reason, kind=job.kind)


def replace_older(job: Job) -> None:
    """A new export makes the earlier ones of the same thing and owner superfluous."""
    if not job.file:
        return
    same = Job.objects.filter(kind=job.kind, owner=job.owner_id, target_id=job.target_id)
    for older in same.exclude(pk=job.pk).exclude(file=""):
        remove_file(older, reason="replaced")


def clear_files() -> int:
    """Delete files after KEEP_FILES, and those whose owner has lost the right; returns how many."""
    count = 0
    for job in Job.objects.exclude(file="").select_related("owner"):
        is_old = job.finished_at is not None and timezone.now() - job.finished_at > KEEP_FILES
        if is_old or not owner_may(job):
            remove_file(job, reason="old" if is_old else "right ended")
            count += 1
    _clear_unfinished()
    return count


def _clear_unfinished() -> None:
    """Files whose worker was killed while it wrote them, and whose job has not been begun anew for a day."""
    oldest = time.time() - ABANDONED.total_seconds()
    for path in (Path(settings.MEDIA_ROOT) / "jobs").glob(f"*{UNFINISHED}"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
