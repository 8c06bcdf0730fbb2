"""What the event log records about reading and taking away what was delivered."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from foundation.audit.models import Event
from foundation.operations import tasks
from foundation.outbox import jobs
from foundation.outbox.leased import LEASE
from foundation.outbox.models import Job
from people.models import User
from reviews.documents import exports


def verbs() -> list[str]:
    return list(Event.objects.order_by("number").values_list("verb", flat=True))


@pytest.fixture
def delivered(at):
    return at("delivered")


def test_hr_reading_a_delivered_review_is_an_event_and_its_subject_reading_it_is_not(cast, as_, delivered):
    """cases G6: once an hour."""
    as_(cast.subject).get(delivered.get_absolute_url())
    as_(cast.manager).get(delivered.get_absolute_url())
    assert "review.read" not in verbs()
    client = as_(cast.hr)
    for _time in range(2):
        assert client.get(delivered.get_absolute_url()).status_code == 200
    assert verbs().count("review.read") == 1


def test_statement_meeting_date_and_download_are_events(cast, as_, at):
    """cases G6."""
    review = at("delivery")
    url = reverse("reviews:meeting", args=[review.pk])
    as_(cast.manager).post(url, {"conversation_on": str(review.cycle.period_end)})
    review = at("delivered")
    client = as_(cast.subject)
    form = {"text": "I see this differently, and here is why."}
    assert client.post(reverse("reviews:rebuttal", args=[review.pk]), form).status_code == 302
    assert client.post(reverse("reviews:rebuttal", args=[review.pk]), form).status_code == 302  # a second click
    document = reverse("reviews:summary_pdf", args=[review.pk])
    assert client.post(document).status_code == 302
    assert client.get(document).status_code == 200
    for verb in ("review.set_conversation", "review.statement", "review.issue", "review.downloaded"):
        assert verbs().count(verb) == 1, verb


# --- an export ends with the right to it (cases G7) ------------------------------------------------------------------
@pytest.fixture
def export(cast, delivered):
    """A finished export of the cycle by HR."""
    job = exports.start_zip(delivered.cycle, by=cast.hr)
    job.file.save("made.zip", ContentFile(b"zip"), save=False)
    job.status = "done"
    job.save()
    return job


def fetch(client, job):
    return client.get(reverse("outbox:job_file", args=[job.pk]))


def test_a_download_is_an_event(cast, as_, export):
    """cases G7: each one, with who."""
    answer = fetch(as_(cast.hr), export)
    assert b"".join(answer.streaming_content) == b"zip"
    [event] = Event.objects.filter(verb="job.downloaded")
    assert (event.actor, event.target_id) == (cast.hr, str(export.pk))


def test_an_export_goes_with_the_right_to_it(cast, as_, export):
    """cases G7: asked at download; the file is deleted."""
    path = Job.objects.get().file.path
    User.objects.filter(pk=cast.hr.pk).update(is_hr=False)
    assert fetch(as_(User.objects.get(pk=cast.hr.pk)), export).status_code == 404
    assert not Job.objects.get().file
    assert not Path(path).exists()
    assert "job.file_removed" in verbs()


def test_the_clock_deletes_what_nobody_may_read_any_more(cast, export):
    """cases G7: also when nobody tries."""
    tasks.clear_away()
    assert Job.objects.get().file
    User.objects.filter(pk=cast.hr.pk).update(is_active=False)
    tasks.clear_away()
    assert not Job.objects.get().file


def test_the_worker_stops_when_the_right_ended_meanwhile_and_says_so(cast, as_, delivered):
    """cases G7: asked in the worker."""
    job = exports.start_zip(delivered.cycle, by=cast.hr)
    User.objects.filter(pk=cast.hr.pk).update(is_hr=False)
    jobs.run(jobs.claim(job.pk))
    job.refresh_from_db()
    assert (job.status, bool(job.file)) == ("failed", False)
    page = as_(User.objects.get(pk=cast.hr.pk)).get(job.get_absolute_url()).content.decode()
    assert "no longer has the right to it" in page


def test_a_file_goes_after_seven_days(cast, export, time_machine):
    """cases G7."""
    Job.objects.update(finished_at=export.created_at)
    time_machine.move_to(export.created_at + jobs.KEEP_FILES - LEASE)
    tasks.clear_away()
    assert Job.objects.get().file
    time_machine.move_to(export.created_at + jobs.KEEP_FILES + LEASE)
    tasks.clear_away()
    assert not Job.objects.get().file


def test_a_new_export_replaces_the_old_file(cast, export, monkeypatch):
    """cases G7."""

    def make(job):
        job.file.save("newer.zip", ContentFile(b"newer"))

    monkeypatch.setitem(jobs.KINDS, "cycle_zip", make)
    newer = jobs.start("cycle_zip", by=cast.hr, key="newer", target_id=export.target_id)
    jobs.run(jobs.claim(newer.pk))
    export.refresh_from_db()
    newer.refresh_from_db()
    assert (bool(export.file), bool(newer.file)) == (False, True)


def test_a_finished_export_is_found_again(cast, as_, export):
    """cases C7: listed for its owner with its file."""
    page = as_(cast.hr).get(reverse("outbox:jobs")).content.decode()
    assert "PDF export" in page
    assert reverse("outbox:job_file", args=[export.pk]) in page


def test_a_launch_that_failed_is_started_again_by_whoever_may(
    cast, as_, django_capture_on_commit_callbacks, monkeypatch
):
    """cases C7: from the page of its job, and it goes on."""
    broken, done = [True], []

    def launch(job):
        if broken:
            raise RuntimeError("the disk was full")
        done.append(job.pk)

    monkeypatch.setitem(jobs.KINDS, "launch", launch)
    job = jobs.start("launch", by=cast.hr, key="one", target_id="x")
    for _attempt in range(jobs.MAX_ATTEMPTS):
        jobs.run(jobs.claim(job.pk))
    assert Job.objects.get().status == "failed"
    page = as_(cast.it).get(reverse("outbox:jobs")).content.decode()
    assert reverse("outbox:job_retry", args=[job.pk]) in page
    broken.clear()
    assert as_(cast.manager).post(reverse("outbox:job_retry", args=[job.pk])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        as_(cast.it).post(reverse("outbox:job_retry", args=[job.pk]))
    assert done == [job.pk]
    assert Job.objects.get().status == "done"
    with django_capture_on_commit_callbacks(execute=True):
        as_(cast.it).post(reverse("outbox:job_retry", args=[job.pk]))  # a second click
    assert done == [job.pk]
