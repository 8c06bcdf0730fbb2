"""The zip of a cycle, made in the background for one person at a time."""

import io
import os
import zipfile
from datetime import timedelta

from django.urls import reverse

from foundation.operations import tasks
from foundation.outbox import jobs
from foundation.outbox.models import Job
from people.models import User
from reviews.documents import exports
from reviews.models import Review


def test_hr_gets_one_pdf_per_delivered_review(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    client = as_(cast.hr)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("reviews:cycle_export", args=[review.cycle_id]))
    assert client.get(page.url).status_code == 200
    answer = client.get(reverse("outbox:job_file", args=[Job.objects.get().pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    [name] = archive.namelist()
    assert name.startswith("priya-raman")
    assert archive.read(name).startswith(b"%PDF")


def test_the_worker_asks_for_the_right_again(cast, at):
    review = at("delivered")
    job = exports.start_zip(review.cycle, by=cast.hr)
    User.objects.filter(pk=cast.hr.pk).update(is_hr=False)
    exports.make_zip(Job.objects.select_related("owner").get(pk=job.pk))
    assert Job.objects.get().total == 0


def test_hr_never_exports_the_review_about_themselves(cast, at):
    review = at("delivered")
    Review.objects.filter(pk=review.pk).update(subject=cast.hr)
    assert not exports.exportable(review.cycle_id, cast.hr).exists()


def test_nobody_else_downloads_the_file(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    with django_capture_on_commit_callbacks(execute=True):
        as_(cast.hr).post(reverse("reviews:cycle_export", args=[review.cycle_id]))
    for name in ("manager", "subject", "auditor", "it"):
        assert as_(cast[name]).get(reverse("outbox:job_file", args=[Job.objects.get().pk])).status_code == 404


def test_an_export_without_room_leaves_no_part_of_a_file(cast, at, settings, tmp_path):
    """cases G13: the file is written on a device that is always full; once there is room the same job succeeds."""
    settings.MEDIA_ROOT = tmp_path
    job = exports.start_zip(at("delivered").cycle, by=cast.hr)
    folder = tmp_path / "jobs"
    folder.mkdir()
    (folder / f"{job.pk}.part").symlink_to("/dev/full")
    jobs.run(jobs.claim(job.pk))
    job = Job.objects.get()
    assert (job.status, job.error, bool(job.file)) == ("queued", "OSError", False)
    assert list(folder.iterdir()) == []
    jobs.run(jobs.claim(job.pk))
    assert Job.objects.get().status == "done"
    assert [each.name for each in folder.iterdir()] == [f"{job.pk}.zip"]
    assert zipfile.ZipFile(folder / f"{job.pk}.zip").testzip() is None


def test_what_a_killed_worker_left_of_an_export_is_deleted_after_a_day(db, settings, tmp_path):
    """cases G13."""
    settings.MEDIA_ROOT = tmp_path
    old, new = (tmp_path / "jobs" / f"{name}.part" for name in ("old", "new"))
    old.parent.mkdir()
    for each in (old, new):
        each.write_bytes(b"half")
    moment = old.stat().st_mtime - timedelta(days=1, minutes=1).total_seconds()
    os.utime(old, (moment, moment))
    tasks.clear_away()
    assert (old.exists(), new.exists()) == (False, True)
