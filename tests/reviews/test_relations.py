"""A changed manager, role or date acts at the next request, with a page left open too."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Delegation, User
from reviews.models import Evaluation
from reviews.review.moves import change_manager, move
from tests.factories import make_review, make_team, make_user
from tests.reviews import steps
from tests.reviews.conftest import fresh


def evaluation_page(review):
    return reverse("reviews:evaluation", args=[review.pk])


def test_a_former_managers_open_page_saves_nothing(cast, as_, at):
    review = at("manager_evaluation")
    client, page = as_(cast.manager), evaluation_page(review)
    assert client.get(page).status_code == 200
    change_manager(review, cast.stranger, by=cast.hr, reason="Moved.")
    assert client.post(page, steps.evaluation_data(review) | {"version": 0}).status_code == 404
    assert client.post(page, {"version": 0}, headers={"X-Autosave": "1"}).status_code == 404
    assert Evaluation.objects.get(review=review).answers == {}


def test_a_draft_stays_with_its_author_when_the_manager_changes(cast, as_, at):
    """cases G14"""
    review = at("manager_evaluation")
    page = evaluation_page(review)
    as_(cast.manager).post(page, {"mk_themes": "Calm releases.", "version": 0})
    assert "Calm releases." in as_(cast.manager).get(page).content.decode()  # there is something to leak
    change_manager(review, cast.stranger, by=cast.hr, reason="Moved.")
    assert "Calm releases." not in as_(cast.stranger).get(page).content.decode()


@pytest.mark.parametrize(("first", "last", "may"), [(-3, -1, False), (-1, 0, True), (0, 5, True), (1, 5, False)])
def test_a_stand_in_acts_from_the_first_to_the_last_day(cast, as_, at, first, last, may):
    review, today = at("manager_evaluation"), timezone.localdate()
    dates = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    Delegation.objects.create(principal=cast.manager, stand_in=cast.stranger, **dates)
    assert as_(cast.stranger).get(evaluation_page(review)).status_code == (200 if may else 404)


def test_hr_who_is_no_longer_hr_handles_nothing(cast, as_, review):
    client = as_(cast.hr)
    assert client.get(review.get_absolute_url()).status_code == 200
    User.objects.filter(pk=cast.hr.pk).update(is_hr=False)
    assert client.get(review.get_absolute_url()).status_code == 404
    assert client.post(reverse("reviews:move", args=[review.pk, "cancel"]), {"reason": "Ha"}).status_code in (302, 404)
    assert fresh(review).status == "self_assessment"


def test_a_partner_follows_the_team_of_the_subject(cast, as_, review):
    partner = make_user("Paul Partner")
    cast.team.hr_partners.add(partner)
    assert as_(partner).get(review.get_absolute_url()).status_code == 200
    User.objects.filter(pk=cast.subject.pk).update(team=make_team("Elsewhere too"))
    assert as_(partner).get(review.get_absolute_url()).status_code == 404


def test_somebody_who_left_is_out_at_the_next_request(cast, as_, review):
    client = as_(cast.subject)
    User.objects.filter(pk=cast.subject.pk).update(is_active=False)
    response = client.get(review.get_absolute_url())
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_a_manager_who_becomes_the_subjects_report_stays_manager_of_record(cast, as_, at):
    """The line is frozen at launch: it changes only on purpose."""
    review = at("manager_evaluation")
    User.objects.filter(pk=cast.subject.pk).update(manager=cast.head)
    User.objects.filter(pk=cast.manager.pk).update(manager=cast.subject)
    assert as_(cast.manager).get(evaluation_page(review)).status_code == 200
    assert as_(cast.head).get(evaluation_page(review)).status_code == 404


def test_a_review_sent_back_closes_the_evaluation_that_was_open(cast, as_, at):
    review = at("manager_evaluation")
    client, page = as_(cast.manager), evaluation_page(review)
    move(review, "return_self_assessment", by=cast.hr, reason="One thing is missing.")
    assert client.post(page, {"mk_themes": "Too late", "version": 0}).status_code == 404


def test_two_reviews_of_one_person_are_apart(cast, as_, at):
    old = at("acknowledged")
    new = make_review(cast.subject, cast.hr)
    as_(cast.subject).post(reverse("reviews:self_assessment", args=[new.pk]), {"sr_timeline": "New", "version": 0})
    assert fresh(old).self_assessment.answers["sr_timeline"] == steps.TEXTS
    assert fresh(new).self_assessment.answers == {"sr_timeline": "New"} | {
        name: "" for name in fresh(new).self_assessment.answers if name != "sr_timeline"
    }
