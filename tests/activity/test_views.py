"""The log is the auditors', a job its owner's."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from activity import jobs
from activity.models import Job
from activity.outbox import record


@pytest.fixture
def job(cast):
    return jobs.start("cycle_zip", by=cast.hr, key="a", filename="second half.zip", total=4)


def finish(job, content=b"zip"):
    job.status = "done"
    if content:
        job.file.save("x.zip", ContentFile(content), save=False)
    job.save()


def test_auditors_read_the_log_newest_first_without_reasons(cast, as_):
    for number in range(60):
        record(cast.subject, f"change{number}", by=cast.hr, on_behalf_of=cast.manager, reason="PlantedReason")
    page = as_(cast.auditor).get(reverse("activity:log")).content.decode()
    assert "user.change59" in page
    assert "user.change9<" not in page
    assert "PlantedReason" not in page
    assert "Hanna Riedel" in page
    older = as_(cast.auditor).get(reverse("activity:log"), {"after": "[11]"}).content.decode()
    assert "user.change9<" in older
    assert "user.change10<" not in older


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_log_costs_the_same_for_any_length(cast, as_, django_assert_num_queries, count):
    for _ in range(count):
        record(cast.subject, "change", by=cast.hr)
    client = as_(cast.auditor)
    client.get(reverse("activity:log"))
    with django_assert_num_queries(3):
        client.get(reverse("activity:log"))


def test_a_page_number_that_is_none_is_a_page(cast, as_):
    record(cast.subject, "change")
    assert as_(cast.auditor).get(reverse("activity:log"), {"page": "-1'"}).status_code == 200


def test_progress_is_shown_to_the_owner_and_to_htmx_as_a_fragment(cast, as_, job):
    jobs.advance(job, 1)
    page = as_(cast.hr).get(job.get_absolute_url()).content.decode()
    assert "<html" in page
    assert "1" in page
    part = as_(cast.hr).get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_nobody_else_sees_the_job_or_its_file(cast, as_, job):
    finish(job)
    for name in ("job", "job_file"):
        for role in ("manager", "subject", "auditor", "it", "stranger"):
            assert as_(cast[role]).get(reverse(f"activity:{name}", args=[job.pk])).status_code == 404


def test_the_file_is_an_attachment_with_the_name_of_the_job(cast, as_, job):
    url = reverse("activity:job_file", args=[job.pk])
    assert as_(cast.hr).get(url).status_code == 404  # not made yet
    finish(job)
    answer = as_(cast.hr).get(url)
    assert b"".join(answer.streaming_content) == b"zip"
    assert answer["Content-Disposition"] == 'attachment; filename="second half.zip"'
    assert answer["Cache-Control"] == "no-store"


def test_a_job_without_a_file_has_none_to_give(cast, as_, job):
    finish(job, content=None)
    assert as_(cast.hr).get(reverse("activity:job_file", args=[job.pk])).status_code == 404
    assert Job.objects.get().status == "done"
