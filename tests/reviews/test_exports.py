"""The zip of a cycle, made in the background for one person at a time."""

import csv
import io
import os
import zipfile
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from foundation.operations import tasks
from foundation.outbox import jobs
from foundation.outbox.models import Job
from people.models import User
from reviews.documents import exports, results
from reviews.models import CalibrationChange, CalibrationGroup, Review


def test_hr_gets_one_pdf_per_delivered_review(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    client = as_(cast.hr)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("reviews:cycle_export", args=[review.cycle_id]), {"kind": "zip"})
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
        as_(cast.hr).post(reverse("reviews:cycle_export", args=[review.cycle_id]), {"kind": "zip"})
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


# --- the table of results ------------------------------------------------------------------------------------------
def exported(client, cycle_id, kind, on_commit) -> bytes:
    with on_commit(execute=True):
        client.post(reverse("reviews:cycle_export", args=[cycle_id]), {"kind": kind})
    answer = client.get(reverse("outbox:job_file", args=[Job.objects.latest("created_at").pk]))
    return b"".join(answer.streaming_content)


def table_of(content: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_hr_gets_one_row_per_delivered_review(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    content = exported(as_(cast.hr), review.cycle_id, "csv", django_capture_on_commit_callbacks)
    [row] = table_of(content)
    assert row["Name"] == "Priya Raman"
    assert row["Manager"] == "Marta Keller"
    assert row["Overall result"] == review.evaluation.overall.label
    assert row["Delivered on"] == timezone.localdate().isoformat()
    rating = review.ratings.filter(rater="manager", code__isnull=False).select_related("code", "point").first()
    assert row[f"{rating.code.key} Manager"] == rating.point.label
    assert {key for key in row if key.endswith(" Self")}


def test_the_workbook_says_the_same_as_the_csv(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    client = as_(cast.hr)
    texts = table_of(exported(client, review.cycle_id, "csv", django_capture_on_commit_callbacks))
    book = exported(client, review.cycle_id, "xlsx", django_capture_on_commit_callbacks)
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [dict(zip(head, map(str, row), strict=True)) for row in rows] == texts


def test_what_calibration_changed_stands_beside_the_result(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    scale = review.evaluation.overall.scale
    before = scale.points.exclude(pk=review.evaluation.overall_id).first()
    group = CalibrationGroup.objects.create(cycle=review.cycle, name="All", facilitator=cast.hr)
    CalibrationChange.objects.create(
        group=group,
        review=review,
        before=before,
        after=review.evaluation.overall,
        changed_by=cast.hr,
        reason="Same work",
    )
    [row] = table_of(exported(as_(cast.hr), review.cycle_id, "csv", django_capture_on_commit_callbacks))
    assert row["Result before calibration"] == before.label


def test_the_table_holds_no_review_of_the_exporter_nor_one_that_is_not_delivered(
    cast, as_, at, django_capture_on_commit_callbacks
):
    review = at("delivery")
    content = exported(as_(cast.hr), review.cycle_id, "csv", django_capture_on_commit_callbacks)
    assert table_of(content) == []
    review = at("delivered")
    Review.objects.filter(pk=review.pk).update(subject=cast.hr)
    content = exported(as_(cast.hr), review.cycle_id, "csv", django_capture_on_commit_callbacks)
    assert table_of(content) == []


def test_the_table_costs_as_many_queries_for_many_as_for_one(cast, at):
    review = at("delivered")
    job = results.start_results(review.cycle, "csv", by=cast.hr)
    Review.objects.filter(cycle=review.cycle).update(status="delivered", delivered_at=timezone.now())
    ids = list(exports.exportable(review.cycle_id, cast.hr).values_list("pk", flat=True))
    assert len(ids) > 2
    counts = []
    for some in (ids[:1], ids):
        with CaptureQueriesContext(connection) as queries:
            rows = list(results.rows_of(job, review.cycle, some))
        assert len(rows) == len(some) + 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_form_says_what_is_wrong(cast, as_, at):
    url = reverse("reviews:cycle_export", args=[at("delivered").cycle_id])
    answer = as_(cast.hr).post(url, {"kind": "docx"})
    assert answer.status_code == 400
    assert not Job.objects.exists()
    assert "1 delivered review." in as_(cast.hr).get(url).content.decode()
