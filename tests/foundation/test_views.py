"""The log is the auditors', a job its owner's."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from foundation.audit.events import record
from foundation.outbox import jobs
from foundation.outbox.models import Job
from tests.factories import make_user


@pytest.fixture
def job(cast):
    return jobs.start("import_people", by=cast.hr, key="a", filename="second half.zip", total=4)


def finish(job, content=b"zip"):
    job.status = "done"
    if content:
        job.file.save("x.zip", ContentFile(content), save=False)
    job.save()


def test_auditors_read_the_log_newest_first_without_reasons(cast, as_):
    for number in range(60):
        record(cast.subject, f"change_{number}", by=cast.hr, on_behalf_of=cast.manager, reason="PlantedReason")
    page = as_(cast.auditor).get(reverse("audit:log")).content.decode()
    assert "Change 59" in page
    assert "Change 9\n" not in page
    assert "PlantedReason" not in page
    assert "Hanna Riedel" in page
    older = as_(cast.auditor).get(reverse("audit:log"), {"after": "[11]"}).content.decode()
    assert "Change 9\n" in older
    assert "Change 10\n" not in older


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_log_costs_the_same_for_any_length(cast, as_, django_assert_num_queries, count):
    for _ in range(count):
        record(cast.subject, "change", by=cast.hr)
    client = as_(cast.auditor)
    client.get(reverse("audit:log"))
    with django_assert_num_queries(5):  # session, person, events, their objects' names, the last check of the seal
        client.get(reverse("audit:log"))


def test_a_page_number_that_is_none_is_a_page(cast, as_):
    record(cast.subject, "change")
    assert as_(cast.auditor).get(reverse("audit:log"), {"page": "-1'"}).status_code == 200


def test_progress_is_shown_to_the_owner_and_to_htmx_as_a_fragment(cast, as_, job):
    jobs.advance(job, 1)
    page = as_(cast.hr).get(job.get_absolute_url()).content.decode()
    assert "<html" in page
    assert "1" in page
    part = as_(cast.hr).get(job.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_only_the_owner_fetches_the_file_and_only_hr_and_it_see_the_job_too(cast, as_, job):
    """cases C7: HR and IT find a job that is stuck; what it made stays its owner's."""
    finish(job)
    other = make_user("Second HR", is_hr=True)
    for person, sees in [(cast.it, True), (other, True), (cast.manager, False), (cast.subject, False)]:
        client = as_(person)
        assert client.get(job.get_absolute_url()).status_code == (200 if sees else 404)
        assert client.get(reverse("outbox:job_file", args=[job.pk])).status_code == 404


def test_the_file_is_an_attachment_with_the_name_of_the_job(cast, as_, job):
    url = reverse("outbox:job_file", args=[job.pk])
    assert as_(cast.hr).get(url).status_code == 404  # not made yet
    finish(job)
    answer = as_(cast.hr).get(url)
    assert b"".join(answer.streaming_content) == b"zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="second-half.zip"')
    assert answer["Cache-Control"] == "no-store"


def test_a_job_without_a_file_has_none_to_give(cast, as_, job):
    finish(job, content=None)
    assert as_(cast.hr).get(reverse("outbox:job_file", args=[job.pk])).status_code == 404
    assert Job.objects.get().status == "done"
