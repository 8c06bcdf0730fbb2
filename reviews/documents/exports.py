"""Exports of a cycle, made in the background as jobs."""

import logging
import os
import zipfile
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.events import record
from foundation.outbox import jobs
from foundation.outbox.models import Job
from foundation.ui.downloads import plain_name
from reviews.documents.pdf_worker import PrintingFailed, to_pdf
from reviews.documents.services import html_for, issued
from reviews.models import Cycle, Review
from reviews.states import AFTER_DELIVERY, Audience

WORKERS = os.cpu_count() or 1
FAILURES = "not-created.txt"
logger = logging.getLogger(__name__)
STEP = 10  # documents read at once, and between two notes of the progress


def start_zip(cycle: Cycle, *, by) -> Job:
    """Queue the zip of all delivered summaries that `by` may read; a second click within the minute finds the first."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    name = f"{cycle.name}.zip"
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
    """Reviews with their PDFs, in order; None for one that cannot be printed.

    While the workers print, the next documents are put together here.
    """
    waiting: deque = deque()
    with ThreadPoolExecutor(WORKERS) as workers:
        for review in readable(job, ids):
            html = html_or_none(review, job.owner)
            waiting.append((review, workers.submit(pdf_or_none, html)))
            while len(waiting) > 2 * WORKERS:
                yield finished(*waiting.popleft())
        yield from (finished(*each) for each in waiting)


def html_or_none(review, reader) -> str | None:
    """One document that cannot be put together is no reason for all others to be missing."""
    try:
        return html_for(review, Audience.HR, reader)
    except Exception:
        logger.exception("the document of review %s could not be put together", review.pk)
        return None


def pdf_or_none(html: str | None) -> bytes | None:
    """Raises PdfUnavailable, which concerns all documents."""
    try:
        return None if html is None else to_pdf(html)
    except PrintingFailed:
        return None


def finished(review, future):
    return review, future.result()


def name_in_zip(review) -> str:
    return f"{plain_name(review.subject.name)}-{str(review.pk)[:8]}"


def failures_as_text(failed) -> str:
    """The list of failures that is added to the zip."""
    head = _("These documents could not be created. Everything else is in this file. Open each review and try again:")
    lines = [f"{review.subject.name}: {settings.BASE_URL}{review.get_absolute_url()}" for review in failed]
    return "\n".join([head, "", *lines, ""])


def may_export(job) -> bool:
    """Whether the owner of the job handles reviews of this cycle for HR now."""
    return Review.objects.handled_by_hr(job.owner).filter(cycle=job.target_id).exists()


@jobs.job_kind("cycle_zip", may=may_export)
def make_zip(job) -> None:
    """One PDF per review into one file, and a list of those that failed; rights are asked again, as the requester."""
    ids = list(exportable(job.target_id, job.owner).values_list("pk", flat=True))
    jobs.advance(job, 0, total=len(ids))
    with jobs.writing_file(job, "zip") as path:
        failed = _write_zip(job, ids, path)
        refused = [[review.subject.name, str(_("The PDF could not be created."))] for review in failed]
        job.data = job.data | {"refused": refused}
    record(Cycle.objects.get(pk=job.target_id), "export", by=job.owner, documents=len(ids) - len(failed))


def _write_zip(job, ids, path: Path) -> list[Review]:
    """Write the documents into a zip at `path`; returns the reviews whose document could not be created."""
    failed: list[Review] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        done = 0
        for some in batched(printed(job, ids), STEP):
            made = [(review, pdf) for review, pdf in some if pdf is not None]
            failed += [review for review, pdf in some if pdf is None]
            for review, pdf in made:
                archive.writestr(f"{name_in_zip(review)}.pdf", pdf)
            issued(made, Audience.HR, by=job.owner)
            done += len(some)
            jobs.advance(job, done)
        if failed:
            archive.writestr(FAILURES, failures_as_text(failed))
    return failed
