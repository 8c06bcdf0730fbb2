"""Pages of a review: what each person is offered, and what bad input meets."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reviews.home.tasks_due import tasks_due_of
from reviews.models import ActionItem, PrivateNote
from tests.factories import make_cycle, make_review, make_user
from tests.opened import opened
from tests.reviews import steps
from tests.reviews.conftest import fresh


def url(name, review, *more):
    return reverse(f"reviews:{name}", args=[review.pk, *more])


def test_home_lists_what_is_due_by_deadline(cast, review):
    titles = [task.title for task in tasks_due_of(cast.subject)]
    assert titles == ["Suggest collaborators for feedback", "Write your self-assessment"]


def test_home_of_a_manager_names_the_person(cast, at):
    at("manager_evaluation")
    [task] = [task for task in tasks_due_of(cast.manager) if task.title == "Write the evaluation"]
    assert task.about == cast.subject


def test_an_empty_home_says_so(cast, as_):
    page = as_(cast.stranger).get(reverse("reviews:home")).content.decode()
    assert "all caught up" in page


@pytest.mark.parametrize("size", [1, 3, 30])
def test_lists_cost_the_same_number_of_queries_at_any_length(cast, as_, catalogue, size, django_assert_num_queries):
    for _number in range(size):
        make_user(manager=cast.stranger, team=cast.team)
    review = make_review(cast.subject, cast.hr)
    client = as_(cast.stranger)
    client.get(reverse("reviews:team"))
    with django_assert_num_queries(5):
        client.get(reverse("reviews:team"))
    client = as_(cast.hr)
    client.get(review.cycle.get_absolute_url())
    with django_assert_num_queries(9):
        client.get(review.cycle.get_absolute_url())


@pytest.mark.parametrize("size", [1, 3, 30])
def test_cycle_lists_cost_the_same_number_of_queries(cast, as_, catalogue, size, django_assert_num_queries):
    for _number in range(size):
        make_cycle(cast.hr)
    client = as_(cast.hr)
    client.get(reverse("reviews:cycles"))
    with django_assert_num_queries(6):
        client.get(reverse("reviews:cycles"))


def test_a_move_that_needs_a_reason_asks_for_it(cast, as_, review):
    client, page = as_(cast.hr), url("move", review, "cancel")
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": ""}).context["form"].errors["reason"]
    client.post(page, {"reason": "Left."})
    assert fresh(review).status == "cancelled"


def test_a_move_left_open_in_another_tab_is_told_kindly(cast, as_, at):
    review = at("delivered")
    client, page = as_(cast.subject), url("move", review, "acknowledge")
    client.post(page)
    response = client.post(page, follow=True)
    assert response.status_code == 200
    assert b"has moved on since" in response.content


def test_a_move_of_somebody_else_is_a_page_that_does_not_exist(cast, as_, review):
    assert as_(cast.stranger).post(url("move", review, "cancel"), {"reason": "Ha"}).status_code == 404
    assert as_(cast.manager).get(url("move", review, "cancel")).status_code == 404


def test_hr_moves_one_deadline_with_a_reason(cast, as_, review):
    client, page = as_(cast.hr), url("extend", review)
    shown = opened(client, page)
    refused = client.post(page, shown | {"due_on": "2020-01-01", "reason": "Ill"})
    assert "due_on" in refused.context["form"].errors
    day = fresh(review).self_assessment_due_on + timedelta(days=1)
    client.post(page, shown | {"due_on": day.isoformat(), "reason": "Ill"})
    assert fresh(review).self_assessment_due_on == day


def test_hr_changes_the_manager_but_not_to_the_subject(cast, as_, review):
    client, page = as_(cast.hr), url("change_manager", review)
    shown = opened(client, page)
    refused = client.post(page, shown | {"manager": cast.subject.pk, "reason": "Hm"})
    assert "manager" in refused.context["form"].errors
    given = {"manager": cast.stranger.pk, "reason": "Moved.", "contribution": "Ask about May."}
    client.post(page, shown | given)
    assert fresh(review).manager == cast.stranger
    assert "Ask about May." in as_(cast.stranger).get(url("review", review)).content.decode()


def test_only_the_manager_writes_a_private_note(cast, as_, review):
    page = url("private_note", review)
    as_(cast.manager).post(page, {"text": "Ask about the move."})
    assert PrivateNote.objects.get().author == cast.manager
    for name in ("hr", "subject", "stranger"):
        assert as_(cast[name]).post(page, {"text": "x"}).status_code == 404
    assert "Ask about the move." not in as_(cast.hr).get(url("review", review)).content.decode()


def test_action_items_are_made_and_edited_by_the_manager_before_delivery(cast, as_, at):
    review = at("manager_evaluation")
    client = as_(cast.manager)
    refused = client.post(url("action_new", review), steps.action_data(review) | {"action": ""})
    assert refused.status_code == 400
    client.post(url("action_new", review), steps.action_data(review))
    item = ActionItem.objects.get()
    page = url("action_edit", review, item.pk)
    client.post(page, steps.action_data(review) | {"action": "Own it all"} | opened(client, page))
    assert ActionItem.objects.get().action == "Own it all"
    assert as_(cast.subject).get(page).status_code == 404


def test_an_action_item_is_owned_by_subject_or_manager_only(cast, as_, at):
    review = at("manager_evaluation")
    data = steps.action_data(review) | {"owner": str(cast.stranger.pk)}
    assert "owner" in as_(cast.manager).post(url("action_new", review), data).context["form"].errors


def test_the_subject_works_on_action_items_after_delivery(cast, as_, at):
    review = at("delivered")
    item = review.actions.get()
    step = reverse("reviews:action_step", args=[item.pk, "finish"])
    assert as_(cast.stranger).post(step).status_code == 404
    as_(cast.subject).post(step)
    assert ActionItem.objects.get(pk=item.pk).status == "done"


def test_open_action_items_come_first_in_the_next_self_assessment(cast, as_, at):
    at("acknowledged")
    following = make_review(cast.subject, cast.hr)
    page = as_(cast.subject).get(url("self_assessment", following)).content.decode()
    assert "Own the alert review" in page


def test_a_rebuttal_waits_for_delivery_and_is_kept(cast, as_, at):
    review = at("delivery")
    client, page = as_(cast.subject), url("rebuttal", review)
    assert client.get(page).status_code == 404
    review = at("delivered")
    assert client.post(page, {"text": ""}).status_code == 400
    client.post(page, {"text": "I see it otherwise."})
    assert "I see it otherwise." in as_(cast.manager).get(url("review", review)).content.decode()


def test_the_conversation_needs_a_date(cast, as_, at):
    review = at("delivery")
    client, page = as_(cast.manager), url("meeting", review)
    client.post(page, {"conversation_on": ""})
    assert fresh(review).conversation_on is None
    client.post(page, {"conversation_on": "2027-02-03"})
    assert str(fresh(review).conversation_on) == "2027-02-03"


def test_an_unknown_review_and_a_foreign_one_are_the_same_page(cast, as_, review):
    client = as_(cast.stranger)
    foreign = client.get(url("review", review))
    unknown = client.get(reverse("reviews:review", args=["00000000-0000-4000-8000-000000000000"]))
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content == unknown.content


STATUSES = ["self_assessment", "peer_review", "manager_evaluation", "delivery", "delivered", "acknowledged"]


@pytest.mark.parametrize("status", STATUSES)
def test_the_page_of_a_review_opens_in_every_status_for_all_its_readers(cast, as_, at, status):
    review = at(status)
    for name in ("subject", "manager", "hr"):
        assert as_(cast[name]).get(url("review", review)).status_code == 200
    for name in ("peer", "stranger", "head", "auditor", "it"):
        assert as_(cast[name]).get(url("review", review)).status_code == 404
