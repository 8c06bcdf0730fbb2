"""Exports of a cycle, made in the background as jobs."""

import os
import zipfile
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from activity import jobs
from activity.outbox import record
from reviews.documents import html_for, issued
from reviews.models import Cycle, Review
from reviews.press import to_pdf
from reviews.states import AFTER_DELIVERY, Audience

PRESSES = os.cpu_count() or 1
STEP = 10  # documents read at once, and between two notes of the progress


def start_zip(cycle: Cycle, *, by) -> jobs.Job:
    """Queue the zip of all delivered summaries that `by` may read; a second click within the minute finds the first."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    name = f"{slugify(cycle.name)}.zip"
    return jobs.start("cycle_zip", by=by, key=f"{cycle.pk}:{by.pk}:{minute}", target_id=cycle.pk, filename=name)


def exportable(cycle_id, user):
    """Delivered reviews of the cycle that `user` handles for HR at this moment."""
    rows = Review.objects.handled_by_hr(user).filter(cycle=cycle_id, status__in=AFTER_DELIVERY)
    return rows.order_by("subject__name", "pk")


def batched(rows, size: int):
    """Lists of up to `size` rows."""
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some


def readable(job, ids):
    """The reviews with these ids in their order, a STEP of them at a time; what may be read is asked anew each time."""
    for start in range(0, len(ids), STEP):
        some = ids[start : start + STEP]
        rows = {row.pk: row for row in exportable(job.target_id, job.owner).for_page().filter(pk__in=some)}
        yield from (rows[pk] for pk in some if pk in rows)


def printed(job, ids):
    """Reviews with their PDFs, in order; while the presses print, the next documents are put together here."""
    waiting: deque = deque()
    with ThreadPoolExecutor(PRESSES) as presses:
        for review in readable(job, ids):
            waiting.append((review, presses.submit(to_pdf, html_for(review, Audience.HR, job.owner))))
            while len(waiting) > 2 * PRESSES:
                yield finished(*waiting.popleft())
        yield from (finished(*each) for each in waiting)


def finished(review, future):
    return review, future.result()


def may_export(job) -> bool:
    """Whether the owner of the job handles reviews of this cycle for HR now."""
    return Review.objects.handled_by_hr(job.owner).filter(cycle=job.target_id).exists()


@jobs.job_kind("cycle_zip", may=may_export)
def make_zip(job) -> None:
    """One PDF per review into one file; rights are asked again here, as the requester."""
    ids = list(exportable(job.target_id, job.owner).values_list("pk", flat=True))
    path = Path(settings.MEDIA_ROOT) / "jobs" / f"{job.pk}.zip"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    jobs.advance(job, 0, total=len(ids))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        done = 0
        for some in batched(printed(job, ids), STEP):
            for review, pdf in some:
                archive.writestr(f"{slugify(review.subject.name)}-{str(review.pk)[:8]}.pdf", pdf)
            issued(some, Audience.HR, by=job.owner)
            done += len(some)
            jobs.advance(job, done)
    job.file.name = f"jobs/{job.pk}.zip"
    job.save(update_fields=["file"])
    record(Cycle.objects.get(pk=job.target_id), "export", by=job.owner, documents=len(ids))
