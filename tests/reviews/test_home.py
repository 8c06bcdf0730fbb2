"""The home page of each role: tasks, and what the role has to look at (cases H9)."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.audit.models import SealCheck
from foundation.outbox.models import Heartbeat, Job, Message
from people.models import User
from reviews.models import Review
from tests.factories import make_cycle, make_user

CAUGHT_UP = "You're all caught up."


def home_of(client) -> str:
    return client.get("/").content.decode()


def refused_mail(to, number=0) -> Message:
    return Message.objects.create(
        kind="invitation", recipient=to, address=to.email, target_type="people.user", key=f"k{number}", status="failed"
    )


def make_late(review):
    Review.objects.filter(pk=review.pk).update(self_assessment_due_on=timezone.localdate() - timedelta(days=3))


def test_hr_is_not_told_that_all_is_done_beside_late_reviews(cast, review, as_):
    """cases H9: each matter is named with its number and leads to its rows."""
    make_late(review)
    make_cycle(cast.hr)
    refused_mail(cast.peer)
    page = home_of(as_(cast.hr))
    assert CAUGHT_UP not in page
    assert f'href="{review.cycle.get_absolute_url()}?status=late">1 late review in {review.cycle.name}' in page
    assert "1 cycle isn&#x27;t launched yet" in page
    assert f'href="{reverse("people:list")}?needs=mail-refused">Emails to 1 person were refused' in page


def test_hr_finds_people_whose_manager_has_left_or_who_have_none(cast, as_):
    """cases H9."""
    leaver = make_user("Lea Leaver")
    orphan = make_user("Otto Orphan", manager=leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    assert "1 person&#x27;s manager has left" in home_of(as_(cast.hr))
    for need, wanted in {
        "manager-left": [orphan],
        "no-manager": User.objects.filter(manager=None, is_active=True),
    }.items():
        page = as_(cast.hr).get(reverse("people:list"), {"needs": need}).context["page"]
        assert {each.pk for each in page} == {each.pk for each in wanted}


def test_hr_finds_reviews_that_wait_for_a_hand_over_and_a_finished_export(cast, review, as_):
    """cases H9."""
    User.objects.filter(pk=review.subject_id).update(manager=cast.head)
    job = Job(kind="cycle_export", owner=cast.hr, key="x", status="done", finished_at=timezone.now())
    job.file.save("export.zip", ContentFile(b"zip"))
    page = home_of(as_(cast.hr))
    assert f'href="{reverse("reviews:handovers")}">1 review waits for a hand-over decision' in page
    assert f'href="{reverse("outbox:jobs")}">1 export is ready' in page


def test_it_sees_health_and_is_not_asked_for_evidence(cast, as_):
    """cases H9: the clock, the queue of mails, failed jobs; and the way to people and roles."""
    refused_mail(cast.peer)
    Job.objects.create(kind="cycle_export", owner=cast.hr, key="x", status="failed")
    page = home_of(as_(cast.it))
    for words in (
        "1 email was refused",
        "1 job failed",
        "Scheduled work hasn&#x27;t run yet",
        "emails wait",
        reverse("people:role_list"),
    ):
        assert words in page
    assert 'id="quick-note"' not in page
    assert CAUGHT_UP not in page
    for minutes, words in ((6, "Scheduled work hasn&#x27;t run for 5 minutes"), (0, "Scheduled work runs.")):
        Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now() - timedelta(minutes=minutes)})
        assert words in home_of(as_(cast.it))


def test_the_auditor_sees_the_state_of_the_log(cast, as_):
    """cases H9."""
    assert "The event log hasn&#x27;t been checked yet." in home_of(as_(cast.auditor))
    SealCheck.objects.create(pk=1, at=timezone.now(), number=42)
    page = home_of(as_(cast.auditor))
    assert "all 42 events hold" in page
    assert CAUGHT_UP in page
    SealCheck.objects.update(fault="event 7 is missing")
    assert "The event log was altered: event 7 is missing." in home_of(as_(cast.auditor))
    assert 'id="quick-note"' not in page


def test_an_engineer_reads_the_number_of_tasks(cast, review, as_):
    """cases H9."""
    page = home_of(as_(cast.subject))
    assert "You have 2 tasks." in page
    assert "Needs attention" not in page
    assert CAUGHT_UP in home_of(as_(cast.stranger))


@pytest.mark.parametrize("who", ["hr", "it", "auditor"])
def test_a_home_costs_the_same_at_any_length_and_at_most_15_queries(cast, review, as_, who):
    """cases H9."""
    client = as_(cast[who])
    numbers = []
    for size in (1, 30):
        for number in range(size):
            refused_mail(make_user(manager=None), f"{size} {number}")
            make_cycle(cast.hr)
        home_of(client)
        with CaptureQueriesContext(connection) as queries:
            home_of(client)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 15
