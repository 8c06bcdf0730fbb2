"""The demo organisation: every status and every awkward situation, by the product's own services."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape

from feedback.models import FeedbackRound
from foundation.audit.events import mac_of
from foundation.audit.models import Event
from goals.models import Goal
from people.models import Profession, Team, User
from reviews.models import Cycle, Review
from reviews.states import ReviewStatus


@pytest.fixture
def demo(db):
    call_command("load_starter_pack", stdout=StringIO())
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def test_the_demo_has_every_profession_status_and_situation(demo):
    assert 55 <= User.objects.count() <= 65
    assert Team.objects.count() == 8
    assert set(User.objects.values_list("profession", flat=True)) == set(Profession.values)
    assert set(Cycle.objects.values_list("status", flat=True)) == {"open", "closed"}
    running = Review.objects.filter(cycle__status="open")
    assert set(running.values_list("status", flat=True)) == set(ReviewStatus.values)
    assert running.filter(is_returned=True).count() == 2
    assert running.filter(refused_acknowledgement=True).count() == 1
    assert running.filter(manager_changes__isnull=False).count() == 1
    assert FeedbackRound.objects.filter(requests__status="declined").exists()
    assert User.objects.filter(standing_in_for__isnull=False).count() == 1
    assert not Goal.objects.filter(statement__contains="{{").exists()
    assert "hanna.riedel@demo.example" in demo

    previous = ""
    for event in Event.objects.order_by("number"):
        assert event.mac == mac_of(previous, event)
        previous = event.mac
    call_command("demo", stdout=StringIO())
    assert Cycle.objects.count() == 2


def test_a_delivered_review_shows_examples_beside_their_code(demo, client):
    """cases H8: of four people, as fewer could be told apart; all others stand without a code."""
    review = Review.objects.filter(cycle__status="open", status="delivered").first()
    client.force_login(review.subject)
    page = client.get(reverse("feedback:results", args=[review.round_id]))
    [beside] = [result for result in page.context["feedback"].codes if result.examples]
    assert beside.title == "Incident response"
    assert len(beside.examples[0].texts) == review.round.k_texts
    shown = page.content.decode().split("Incident response", 1)[1].split('<tr class="examples">', 1)[1]
    assert escape(beside.examples[0].texts[0].text) in shown.split("</tr>", 1)[0]


def test_whoever_is_named_as_a_giver_has_feedback_to_give(demo, client):
    """cases H9: the request of a round and the question of a colleague both stand on the home page."""
    client.force_login(User.objects.get(name="Arjun Kapoor"))
    page = client.get("/").content.decode()
    assert "Give feedback" in page
    assert "Answer a question: The new release path" in page
