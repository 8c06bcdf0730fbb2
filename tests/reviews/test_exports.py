"""The zip of a cycle, made in the background for one person at a time."""

import io
import zipfile

from django.urls import reverse

from activity.models import Job
from people.models import User
from reviews.models import Review
from reviews.services import exports


def test_hr_gets_one_pdf_per_delivered_review(cast, as_, at, django_capture_on_commit_callbacks):
    review = at("delivered")
    client = as_(cast.hr)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("reviews:cycle_export", args=[review.cycle_id]))
    assert client.get(page.url).status_code == 200
    answer = client.get(reverse("activity:job_file", args=[Job.objects.get().pk]))
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
        assert as_(cast[name]).get(reverse("activity:job_file", args=[Job.objects.get().pk])).status_code == 404
