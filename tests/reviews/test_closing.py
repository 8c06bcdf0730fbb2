"""The end of a cycle: what still runs is named, and afterwards nothing is asked, answered, approved or sent."""

import pytest
from django.core import mail
from django.urls import reverse

from feedback import services as feedback
from feedback.access_links import services as links
from feedback.models import Answer, FeedbackRequest, FeedbackRound, Release
from feedback.tasks import send_reminders as remind_givers
from foundation.audit.models import Event
from foundation.outbox.models import Job, Message
from foundation.outbox.tasks import run_job, send_owed
from foundation.workflow.moves import MoveRefused, why_not
from reviews.cycles.services import close_cycle, delete_draft, do_end_rounds, launch, start_launch
from reviews.models import Cycle
from reviews.review.moves import move
from reviews.tasks import send_reminders
from tests.factories import answers_to, confirm_outsiders, make_cycle
from tests.reviews.conftest import fresh

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def collecting(cast, at):
    """A review in peer review with four outsiders asked, three of whom have answered."""
    review = at("peer_review")
    for number in range(4):
        given = {"name": f"Out {number}", "email": f"out{number}@example.com", "relation": "data_scientist"}
        feedback.propose(review.round, by=cast.subject, **given)
    confirm_outsiders(review.round, by=cast.hr)
    feedback.submit_list(review.round, by=cast.subject)
    feedback.approve(fresh(review).round, by=cast.manager)
    for request in FeedbackRequest.objects.select_related("round__catalogue").order_by("email")[:3]:
        feedback.answer(request, answers_to(request))
    return fresh(review)


def test_closing_says_what_still_runs_and_asks_what_becomes_of_it(cast, as_, collecting):
    """cases C1"""
    page = as_(cast.hr).get(reverse("reviews:cycle_move", args=[collecting.cycle_id, "close"])).content.decode()
    assert "3 reviews are not delivered." in page
    assert "Feedback about 1 person is being collected." in page
    assert "2 lists of collaborators are not approved yet." in page
    assert 'name="feedback"' in page


@pytest.mark.parametrize(("choice", "status", "released"), [("release", "released", 1), ("cancel", "cancelled", 0)])
def test_after_closing_nothing_is_asked_answered_approved_or_sent(
    cast, as_, client, collecting, mail_texts, choice, status, released, django_capture_on_commit_callbacks
):
    """cases C1"""
    waiting = FeedbackRequest.objects.get(status="asked")
    token = links.mint(waiting)["answer"]
    assert client.get(reverse("feedback:link", args=[token])).status_code == 302  # there is a link to close
    data = {"feedback": choice, "reason": "The year is over."}
    with django_capture_on_commit_callbacks(execute=True):
        as_(cast.hr).post(reverse("reviews:cycle_move", args=[collecting.cycle_id, "close"]), data)
    assert Job.objects.get(kind="end_rounds").status == "done"
    assert FeedbackRound.objects.get(pk=collecting.round_id).status == status
    assert Release.objects.filter(round=collecting.round_id).count() == released
    assert not Answer.objects.exists()
    assert set(FeedbackRound.objects.exclude(pk=collecting.round_id).values_list("status", flat=True)) == {"cancelled"}
    client.logout()
    assert client.get(reverse("feedback:link", args=[token])).status_code == 404
    Message.objects.update(status="queued")
    send_owed()
    assert [message.to for message in mail.outbox if waiting.email in message.to] == []
    assert send_reminders() + remind_givers() == 0
    other = FeedbackRound.objects.exclude(pk=collecting.round_id).first()
    with pytest.raises(MoveRefused):
        feedback.approve(other, by=cast.manager)


def test_a_review_of_a_closed_cycle_moves_no_more_and_says_why(cast, at):
    """cases C1"""
    review = at("delivery")
    close_cycle(review.cycle, by=cast.hr, reason="Done.")
    assert why_not(fresh(review), "return_evaluation") == "The cycle is closed."
    with pytest.raises(MoveRefused, match="closed"):
        move(fresh(review), "return_evaluation", by=cast.hr, reason="Once more.")


def test_a_delivered_review_of_a_closed_cycle_can_still_be_acknowledged(cast, at):
    review = at("delivered")
    close_cycle(review.cycle, by=cast.hr, reason="Done.")
    assert move(fresh(review), "acknowledge", by=cast.subject).status == "acknowledged"


def test_ending_the_rounds_goes_on_after_an_interruption(cast, collecting):
    job = close_cycle(collecting.cycle, by=cast.hr, reason="Done.")
    do_end_rounds(job)
    do_end_rounds(job)
    assert Event.objects.filter(verb="feedbackround.release").count() == 1
    assert Event.objects.filter(verb="feedbackround.cancel").count() == 2


# --- drafts and launches -------------------------------------------------------------------------------------------
def test_a_draft_can_be_deleted_after_a_question(cast, as_, catalogue):
    """cases C11"""
    cycle = make_cycle(cast.hr)
    client, url = as_(cast.hr), reverse("reviews:cycle_delete", args=[cycle.pk])
    page = client.get(url)
    assert b"btn-danger" in page.content
    assert client.post(url).status_code == 302
    assert not Cycle.objects.exists()
    assert Event.objects.filter(verb="cycle.delete_draft").count() == 1


def test_a_launched_cycle_cannot_be_deleted(cast, as_, catalogue):
    """cases C11"""
    cycle = make_cycle(cast.hr)
    launch(cycle, by=cast.hr)
    assert as_(cast.hr).post(reverse("reviews:cycle_delete", args=[cycle.pk])).status_code == 404
    with pytest.raises(MoveRefused):
        delete_draft(cycle, by=cast.hr)


def test_a_cycle_whose_launch_is_waiting_cannot_be_deleted(cast, catalogue):
    """cases G11"""
    cycle = make_cycle(cast.hr)
    start_launch(cycle, by=cast.hr)
    with pytest.raises(MoveRefused):
        delete_draft(cycle, by=cast.hr)


def test_a_launch_shows_how_far_it_is_instead_of_an_empty_board(cast, as_, catalogue):
    """cases G11"""
    cycle = make_cycle(cast.hr)
    job = start_launch(cycle, by=cast.hr)
    page = as_(cast.hr).get(reverse("reviews:cycle_population", args=[cycle.pk])).content.decode()
    assert "Launching" in page
    assert job.get_absolute_url() in page
    assert reverse("reviews:cycle_launch", args=[cycle.pk]) not in page
    launch(cycle, by=cast.hr)
    Job.objects.filter(pk=job.pk).update(done=40, total=804, status="running")
    page = as_(cast.hr).get(reverse("reviews:cycle", args=[cycle.pk])).content.decode()
    assert "Launching, 40 of 804" in page
    Job.objects.filter(pk=job.pk).update(status="done")
    assert "Launching" not in as_(cast.hr).get(reverse("reviews:cycle", args=[cycle.pk])).content.decode()


def test_a_launch_behind_another_asks_for_its_people_again_and_opens_nothing_empty(cast, as_, catalogue):
    """cases G11: both were queued while everybody was free; the first one takes them all."""
    first, second = make_cycle(cast.hr), make_cycle(cast.hr)
    jobs = [start_launch(cycle, by=cast.hr) for cycle in (first, second)]
    for job in jobs:
        run_job(str(job.pk))
    refused = Job.objects.get(pk=jobs[1].pk)
    assert (refused.status, refused.error) == ("failed", "No one would be reviewed. See “Out” for the reasons.")
    page = as_(cast.hr).get(reverse("reviews:cycle_population", args=[second.pk])).content.decode()
    assert "No one would be reviewed." in page
    assert Cycle.objects.get(pk=first.pk).reviews.count() == 3
    assert Cycle.objects.get(pk=second.pk).status == "draft"
