"""Twenty identical clicks at once on every form with an effect: one effect, and nobody sees a fault."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from competencies.services import load_starter_catalogue
from foundation.audit.models import Event
from foundation.outbox.models import Job, Message
from reviews.evaluation.material import Material
from reviews.models import Review
from tests.factories import make_cycle, make_review, make_user
from tests.reviews import steps
from tests.reviews.conftest import NEXT, fresh, prepare_delivery, save

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20


@pytest.fixture
def house(transactional_db):
    """HR, manager and subject with a review; rows that threads can see."""
    load_starter_catalogue()
    hr, head = make_user("Hanna Riedel", is_hr=True), make_user("Edda Falk")
    manager = make_user("Marta Keller", manager=head)
    subject = make_user("Priya Raman", manager=manager)
    people = {"hr": hr, "manager": manager, "subject": subject}
    return people | {"review": make_review(subject, hr)}


def until(house, status):
    review, cast = house["review"], Cast(house)
    while fresh(review).status != status:
        NEXT[fresh(review).status](fresh(review), cast)
    return fresh(review)


class Cast:
    def __init__(self, house):
        self.__dict__.update(house)


def at_once(user, url, data) -> list[int]:
    """The same POST from TIMES browsers of one person at the same moment; the answers' statuses."""
    first, statuses, gate = Client(), [], threading.Barrier(TIMES)
    first.force_login(user)

    def click():
        browser = Client()
        browser.cookies = first.cookies
        gate.wait()
        try:
            statuses.append(browser.post(url, data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _number in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def count(review, verb) -> int:
    return Event.objects.about(review).filter(verb=f"review.{verb}").count()


def test_an_evaluation_is_sent_once(house):
    review = until(house, "manager_evaluation")
    sections = Material(review).parts("evaluation")
    save(review, "evaluation", [each for each in sections if each.key != "mgr_overall"])
    url = reverse("reviews:overall", args=[review.pk])
    data = steps.evaluation_data(review, overall=True) | {"version": 1, "send": "1"}
    statuses = at_once(house["manager"], url, data)
    assert len(statuses) == TIMES
    assert set(statuses) <= {302, 404, 409}
    assert fresh(review).status == "delivery"
    assert count(review, "submit_evaluation") == 1


def test_a_review_is_delivered_once_and_its_subject_told_once(house):
    review = until(house, "delivery")
    prepare_delivery(review)
    statuses = at_once(house["manager"], reverse("reviews:move", args=[review.pk, "deliver"]), {})
    assert set(statuses) == {302}
    assert count(review, "deliver") == 1
    assert Message.objects.filter(kind="delivered").count() == 1


def test_a_review_is_confirmed_once(house):
    review = until(house, "delivered")
    statuses = at_once(house["subject"], reverse("reviews:move", args=[review.pk, "acknowledge"]), {})
    assert set(statuses) == {302}
    assert count(review, "acknowledge") == 1
    assert Message.objects.filter(kind="acknowledged").count() == 1


def test_a_cycle_is_launched_once_and_everybody_told_once(house):
    review = house["review"]
    Review.objects.filter(cycle=review.cycle_id).delete()
    cycle = make_cycle(house["hr"])
    statuses = at_once(house["hr"], reverse("reviews:cycle_launch", args=[cycle.pk]), {})
    assert set(statuses) == {302}
    assert Job.objects.filter(kind="launch").count() == 1
    assert Review.objects.filter(cycle=cycle).count() == 2
    reviews = [str(pk) for pk in cycle.reviews.values_list("pk", flat=True)]
    assert Message.objects.filter(kind="stage_opened", target_id__in=reviews).count() == 2


def test_an_export_is_one_job_a_minute(house):
    review = until(house, "delivered")
    statuses = at_once(house["hr"], reverse("reviews:cycle_export", args=[review.cycle_id]), {"kind": "zip"})
    assert set(statuses) == {302}
    assert Job.objects.filter(kind="cycle_zip").count() <= 2  # two when the minute turned in between
