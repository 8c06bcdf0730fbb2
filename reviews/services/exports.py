"""Exports of a cycle, made in the background as jobs."""

import zipfile
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from activity import jobs
from activity.outbox import record
from reviews.documents import issue, load_for_document
from reviews.models import Cycle, Review
from reviews.states import AFTER_DELIVERY, Audience


def start_zip(cycle: Cycle, *, by) -> jobs.Job:
    """Queue the zip of all delivered summaries that `by` may read; a second click within the minute finds the first."""
    minute = timezone.now().strftime("%Y%m%d%H%M")
    name = f"{slugify(cycle.name)}.zip"
    return jobs.start("cycle_zip", by=by, key=f"{cycle.pk}:{by.pk}:{minute}", target_id=cycle.pk, filename=name)


def exportable(cycle_id, user):
    """Delivered reviews of the cycle that `user` handles for HR at this moment."""
    rows = Review.objects.handled_by_hr(user).filter(cycle=cycle_id, status__in=AFTER_DELIVERY)
    return rows.order_by("subject__name", "pk")


@jobs.job_kind("cycle_zip")
def make_zip(job) -> None:
    """One PDF per review into one file; rights are asked again here, as the requester."""
    ids = list(exportable(job.target_id, job.owner).values_list("pk", flat=True))
    path = Path(settings.MEDIA_ROOT) / "jobs" / f"{job.pk}.zip"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    jobs.advance(job, 0, total=len(ids))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, pk in enumerate(ids, 1):
            review = load_for_document(exportable(job.target_id, job.owner), pk)
            if review is not None:
                archive.writestr(
                    f"{slugify(review.subject.name)}-{str(pk)[:8]}.pdf", issue(review, Audience.HR, by=job.owner)
                )
            jobs.advance(job, number)
    job.file.name = f"jobs/{job.pk}.zip"
    job.save(update_fields=["file"])
    record(Cycle.objects.get(pk=job.target_id), "export", by=job.owner, documents=len(ids))
