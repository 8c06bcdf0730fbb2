"""Jobs: one per key, held by one worker, taken up again after a lost one, parked after five faults."""

import pytest
from django.utils import timezone

from foundation.outbox import jobs, tasks
from foundation.outbox.models import Job


@pytest.fixture
def kinds():
    """The register of kinds, as it was afterwards."""
    before = dict(jobs.KINDS)
    yield jobs.KINDS
    jobs.KINDS.clear()
    jobs.KINDS.update(before)


@pytest.fixture
def done(kinds):
    """The ids of jobs of the kind "count" that were done, in order."""
    ids = []
    kinds["count"] = lambda job: ids.append(job.pk)
    return ids


def test_a_double_start_is_one_job_done_once(cast, done, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = jobs.start("count", by=cast.hr, key="a")
        second = jobs.start("count", by=cast.hr, key="a")
    assert first == second
    assert done == [first.pk]
    tasks.run_job(str(first.pk))
    assert done == [first.pk]
    assert Job.objects.get().status == "done"


def test_a_job_held_by_one_worker_is_not_taken_by_another(cast, done):
    job = jobs.start("count", by=cast.hr, key="a")
    assert jobs.claim(job.pk).attempts == 1
    assert jobs.claim(job.pk) is None
    tasks.sweep()
    assert done == []


def test_a_lost_worker_s_job_is_taken_up_by_the_sweep(cast, done):
    job = jobs.start("count", by=cast.hr, key="a")
    jobs.claim(job.pk)
    Job.objects.update(leased_until=timezone.now())
    tasks.sweep()
    assert done == [job.pk]


def test_progress_holds_the_lease(cast, done):
    job = jobs.claim(jobs.start("count", by=cast.hr, key="a").pk)
    Job.objects.update(leased_until=timezone.now())
    jobs.advance(job, 3, total=10)
    assert jobs.claim(job.pk) is None
    assert str(Job.objects.get()) == "count 3/10"


def test_a_job_that_fails_five_times_is_parked_with_what_went_wrong_and_without_content(cast, kinds, caplog):
    def fail(job):
        raise ValueError("a sentence of somebody")

    kinds["fail"] = fail
    job = jobs.start("fail", by=cast.hr, key="a")
    for attempt in range(1, 8):
        tasks.run_job(str(job.pk))
        assert Job.objects.get().attempts == min(attempt, 5)
    parked = Job.objects.get()
    assert (parked.status, parked.error) == ("failed", "ValueError")


def test_a_job_of_an_unknown_kind_ends_as_failed_and_holds_up_no_other(cast, done):
    jobs.start("nobody knows", by=cast.hr, key="a")
    good = jobs.start("count", by=cast.hr, key="b")
    for _ in range(6):
        tasks.sweep()
    assert done == [good.pk]
    assert Job.objects.get(kind="nobody knows").status == "failed"


def test_a_job_that_is_gone_is_no_fault(db, done):
    tasks.run_job("00000000-0000-4000-8000-000000000000")
    assert done == []
