"""What the pages say about the next step: who does what until when, what a move does, what HR has to look at."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from foundation.ui.tags import day
from reviews.models import Cycle, Review
from reviews.review.moves import move
from reviews.states import UNFINISHED
from tests.factories import make_cycle, make_review, make_user
from tests.reviews.conftest import fresh, prepare_delivery

LABELLED = [
    (model, step)
    for model in (Review, Cycle)
    for step in model().get_all_status_transitions()
    if step.custom.label and step.name != "launch"
]


def page_of(client, review) -> str:
    return client.get(review.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("model", "step"), LABELLED, ids=lambda value: getattr(value, "name", ""))
def test_every_move_says_in_a_sentence_what_it_does(model, step):
    assert re.fullmatch(r"[A-Z].{30,}\.", str(step.custom.effect))


def test_the_question_before_a_delivery_says_who_reads_it_then(cast, at, as_):
    review = at("delivery")
    prepare_delivery(review)
    html = page_of(as_(cast.manager), review)
    assert 'data-confirm="The engineer can now read the evaluation, summary, plan and feedback.' in html


def test_the_page_that_asks_for_a_reason_says_what_follows(cast, review, as_):
    url = reverse("reviews:move", args=[review.pk, "cancel"])
    assert "Nobody can read what was written" in as_(cast.hr).get(url).content.decode()


@pytest.mark.parametrize("status", [status for status in UNFINISHED if status != "calibration"])
def test_subject_manager_and_hr_are_told_what_happens_next_and_until_when(cast, at, as_, status):
    review = at(status)
    for who in ("subject", "manager", "hr"):
        html = page_of(as_(cast[who]), review)
        [card] = re.findall(r'aria-labelledby="next".*?</section>', html, re.DOTALL)
        assert "What happens next" in card
        assert day(review.current_due_on) in card, who


@pytest.mark.parametrize("status", ["acknowledged", "cancelled"])
def test_a_finished_review_announces_nothing(cast, at, as_, status):
    review = at("self_assessment") if status == "cancelled" else at(status)
    if status == "cancelled":
        move(review, "cancel", by=cast.hr, reason="Left.")
    assert "What happens next" not in page_of(as_(cast.subject), review)


@pytest.mark.parametrize("status", ["self_assessment", "peer_review", "delivery", "delivered"])
def test_every_link_on_the_managers_page_opens(cast, at, as_, status):
    review, client = at(status), as_(cast.manager)
    links = set(re.findall(rf'href="(/reviews/{review.pk}/[^"]+)"', page_of(client, review)))
    assert {link: client.get(link, follow=True).status_code for link in links} == dict.fromkeys(links, 200)
    assert any("/plan/new/" in link for link in links) == (status in ("peer_review", "delivery"))


def test_a_reopened_review_offers_its_plan_again(cast, at, as_):
    review = at("delivered")
    move(review, "reopen", by=cast.hr, reason="A number was wrong.")
    html = page_of(as_(cast.manager), review)
    assert reverse("reviews:action_edit", args=[review.pk, review.actions.get().pk]) in html
    assert reverse("reviews:summary", args=[review.pk]) in html


# --- the home page of HR ---------------------------------------------------------------------------------------------
def cycles_on_home(client) -> list[tuple[str, int]]:
    return [(cycle.name, cycle.numbers.late) for cycle in client.get("/").context["cycles"]]


def test_hr_finds_the_open_cycles_with_the_late_ones_on_the_home_page(cast, review, as_):
    make_cycle(cast.hr)
    assert cycles_on_home(as_(cast.hr)) == [(review.cycle.name, 0)]
    Review.objects.filter(pk=review.pk).update(self_assessment_due_on=timezone.localdate() - timedelta(days=3))
    assert cycles_on_home(as_(cast.hr)) == [(review.cycle.name, 1)]
    assert f'href="{review.cycle.get_absolute_url()}?status=late"' in as_(cast.hr).get("/").content.decode()


def test_a_partner_counts_only_the_reviews_of_the_own_teams(cast, review, as_):
    Review.objects.update(self_assessment_due_on=timezone.localdate() - timedelta(days=3))
    partner = make_user("Paula Partner")
    cast.stranger.team.hr_partners.add(partner)
    assert cycles_on_home(as_(partner)) == [(review.cycle.name, 0)]
    cast.team.hr_partners.add(partner)
    assert cycles_on_home(as_(partner)) == [(review.cycle.name, fresh(review).cycle.reviews.count())]


def test_nobody_else_sees_how_a_cycle_stands(cast, review, as_):
    for who in ("subject", "manager", "head", "auditor", "it"):
        answer = as_(cast[who]).get("/")
        assert "cycles" not in answer.context
        assert "Open cycles" not in answer.content.decode()


def test_hr_without_an_open_cycle_is_told_so(cast, catalogue, as_):
    assert "No cycle is open." in as_(cast.hr).get("/").content.decode()


def test_the_card_costs_the_same_for_any_number_of_cycles(cast, catalogue, as_):
    client, costs = as_(cast.hr), []
    for number in range(8):
        make_review(make_user(manager=cast.manager), cast.hr, name=f"Cycle {number}")
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        costs.append(len(asked))
    assert len(set(costs)) == 1
    assert costs[0] <= 15
