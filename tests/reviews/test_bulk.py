"""One action for many reviews: preview with number, names and refusals, then the action."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from feedback import services as feedback
from foundation.audit.models import Event
from foundation.outbox.models import Job, Message
from reviews.cycles import bulk
from reviews.cycles.services import launch
from reviews.models import Review
from tests.factories import confirm_outsiders, make_cycle, make_user
from tests.reviews.conftest import fresh, send_self

pytestmark = pytest.mark.usefixtures("wednesday")


@pytest.fixture
def cycle(cast, catalogue):
    cycle = make_cycle(cast.hr)
    launch(cycle, by=cast.hr)
    return cycle


def ids(cycle, **rows):
    return [str(pk) for pk in cycle.reviews.filter(**rows).values_list("pk", flat=True)]


def url(cycle):
    return reverse("reviews:cycle_bulk", args=[cycle.pk])


def statuses(cycle):
    return set(cycle.reviews.values_list("status", flat=True))


def test_an_action_says_whom_it_concerns_and_whom_not_before_it_is_done(cast, as_, cycle):
    """cases C12"""
    send_self(fresh(cycle.reviews.get(subject=cast.subject)), cast)
    page = as_(cast.hr).post(url(cycle), {"verb": "skip_self_assessment", "review": ids(cycle)})
    found = page.context["preview"]
    assert (found.count, found.names) == (2, ["Jonas Weber", "Marta Keller"])
    [(name, why)] = found.refused
    assert name == "Priya Raman"
    assert "Choosing collaborators" in why  # the organisation's own words for where the review stands
    assert "key" in page.context["form"].fields
    assert statuses(cycle) == {"self_assessment", "peer_review"}


def test_the_confirmed_action_is_done_and_refusals_name_review_and_reason(cast, as_, cycle):
    """cases C12"""
    send_self(fresh(cycle.reviews.get(subject=cast.subject)), cast)
    data = {"verb": "skip_self_assessment", "review": ids(cycle), "key": uuid4(), "reason": "Go on."}
    page = as_(cast.hr).post(url(cycle), data, follow=True)
    texts = [str(message) for message in page.context["messages"]]
    assert texts[0] == "Continue without self-assessment: done for 2 reviews."
    assert texts[1].startswith("Priya Raman: not done. ")
    assert statuses(cycle) == {"peer_review"}


@pytest.mark.parametrize("data", [{"verb": "deliver"}, {"verb": ""}, {"verb": "cancel", "review": ["nonsense", "\0"]}])
def test_without_reviews_or_with_an_unknown_action_nothing_happens(cast, as_, cycle, data):
    answer = as_(cast.hr).post(url(cycle), {"review": ids(cycle), "key": uuid4(), "reason": "Hm"} | data)
    assert answer.status_code == 302
    assert statuses(cycle) == {"self_assessment"}


def test_a_missing_reason_is_refused_beside_the_field_and_the_selection_is_kept(cast, as_, cycle):
    chosen = ids(cycle)
    page = as_(cast.hr).post(url(cycle), {"verb": "cancel", "review": chosen, "key": uuid4(), "reason": " "})
    assert page.status_code == 400
    assert "reason" in page.context["form"].errors
    assert page.context["chosen"] == chosen


def test_select_all_takes_what_the_filter_finds_and_nothing_else(cast, as_, cycle):
    """cases C12"""
    data = {"verb": "skip_self_assessment", "all": "on", "q": "priya", "key": uuid4(), "reason": "Go on."}
    as_(cast.hr).post(url(cycle), data)
    assert set(cycle.reviews.filter(status="peer_review").values_list("subject__name", flat=True)) == {"Priya Raman"}


def test_only_reviews_one_handles_are_acted_on(cast, as_, cycle):
    """HR's own review and that of HR's manager are left out, ticked or not."""
    other = make_cycle(cast.hr)
    hr = make_user("Helga Selbst", is_hr=True, manager=cast.manager)
    launch(other, by=cast.hr)
    as_(hr).post(url(other), {"verb": "cancel", "all": "on", "key": uuid4(), "reason": "Hm"})
    assert set(other.reviews.exclude(status="cancelled").values_list("subject", flat=True)) <= {hr.pk, cast.manager.pk}


def test_many_are_extended_with_a_new_date(cast, as_, cycle):
    """cases C2"""
    day = cycle.reviews.first().self_assessment_due_on + timedelta(days=3)
    data = {"verb": "extend", "review": ids(cycle), "key": uuid4(), "reason": "Illness.", "due_on": day.isoformat()}
    as_(cast.hr).post(url(cycle), data)
    assert set(cycle.reviews.values_list("self_assessment_due_on", flat=True)) == {day}


def test_an_extension_to_an_earlier_day_is_refused_by_name(cast, as_, cycle):
    day = cycle.reviews.first().self_assessment_due_on - timedelta(days=3)
    data = {"verb": "extend", "review": ids(cycle), "key": uuid4(), "reason": "Hm.", "due_on": day.isoformat()}
    page = as_(cast.hr).post(url(cycle), data, follow=True)
    assert {str(message).split(":")[0] for message in page.context["messages"]} == {
        "Jonas Weber",
        "Marta Keller",
        "Priya Raman",
    }


def test_many_are_returned_with_a_new_date(cast, as_, at):
    """cases C2"""
    review = at("peer_review")
    day = review.evaluation_due_on
    data = {
        "verb": "return_self_assessment",
        "review": [str(review.pk)],
        "key": uuid4(),
        "reason": "Please add examples.",
        "due_on": day.isoformat(),
    }
    as_(cast.hr).post(url(review.cycle), data)
    review = fresh(review)
    assert (review.status, review.self_assessment_due_on, review.note) == ("self_assessment", day, data["reason"])


def test_many_are_reminded_once_a_day(cast, as_, cycle):
    """cases C2"""
    for _click in range(2):
        as_(cast.hr).post(url(cycle), {"verb": "remind", "review": ids(cycle), "key": uuid4()})
    told = Message.objects.filter(kind="reminder_before_due").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Jonas Weber", "Marta Keller", "Priya Raman"]


def test_reminding_a_peer_review_reminds_those_who_have_not_answered(cast, as_, at):
    """cases C2"""
    review = at("peer_review")
    for number in range(4):
        given = {"name": f"Out {number}", "email": f"out{number}@example.com", "relation": "data_scientist"}
        feedback.propose(review.round, by=cast.subject, **given)
    confirm_outsiders(review.round, by=cast.hr)
    feedback.submit_list(review.round, by=cast.subject)
    feedback.approve(fresh(review).round, by=cast.manager)
    feedback.decline(review.round.requests.first())
    as_(cast.hr).post(url(review.cycle), {"verb": "remind", "review": [str(review.pk)], "key": uuid4()})
    assert Message.objects.filter(kind="reminder_before_due").count() == 3


def test_over_a_hundred_are_done_by_a_job_that_lists_who_was_refused(
    cast, as_, cycle, monkeypatch, django_capture_on_commit_callbacks
):
    """cases C12: with the limit at two, three are many."""
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    send_self(fresh(cycle.reviews.get(subject=cast.subject)), cast)
    data = {"verb": "skip_self_assessment", "all": "on", "key": uuid4(), "reason": "Go on."}
    with django_capture_on_commit_callbacks(execute=True):
        answers = [as_(cast.hr).post(url(cycle), data) for _click in range(2)]
    job = Job.objects.get(kind="bulk")
    assert {answer.url for answer in answers} == {job.get_absolute_url()}
    assert (job.status, job.done, job.total) == ("done", 3, 3)
    assert [name for name, _why in job.data["refused"]] == ["Priya Raman"]
    assert b"Priya Raman" in as_(cast.hr).get(job.get_absolute_url()).content
    assert Event.objects.filter(verb="review.skip_self_assessment").count() == 2


def test_a_preview_costs_the_same_number_of_queries_for_one_and_for_many(
    cast, as_, catalogue, django_assert_max_num_queries
):
    for _number in range(30):
        make_user(manager=cast.manager)
    cycle = make_cycle(cast.hr)
    launch(cycle, by=cast.hr)
    client = as_(cast.hr)
    for data in ({"review": ids(cycle)[:1]}, {"all": "on"}):
        with django_assert_max_num_queries(15):
            client.post(url(cycle), data | {"verb": "cancel"})


def test_the_board_offers_to_select_all(cast, as_, cycle):
    """cases C12"""
    page = as_(cast.hr).get(reverse("reviews:cycle", args=[cycle.pk]))
    assert "Select all 3 reviews" in page.content.decode()
    assert Review.objects.filter(cycle=cycle).count() == 3
