"""Deadlines: weekdays and holidays, later stages that move along, whole stages of a running cycle."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from foundation.audit.models import Event
from foundation.outbox.models import DigestLine, Job
from foundation.workdays import deadline_in_words, holiday_name, is_working_day, next_working_day, warning_about
from reviews.cycles.deadlines import do_move_deadlines, shifts, stage_moves, start_moving
from reviews.cycles.services import launch
from reviews.models import Review, Stage
from reviews.review.moves import extend, move
from tests.factories import make_cycle, make_review
from tests.opened import opened
from tests.reviews.conftest import fresh

pytestmark = pytest.mark.usefixtures("wednesday")
REASON = {"reason": "Two people were ill."}


def test_weekends_and_public_holidays_are_no_working_days(settings):
    """cases C4"""
    settings.ORGANISATION_HOLIDAYS = "DE-BE"
    assert [is_working_day(date(2026, 12, day)) for day in (24, 25, 26, 27, 28)] == [True, False, False, False, True]
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert holiday_name(date(2026, 3, 8)) != ""  # International Women's Day, in Berlin only
    settings.ORGANISATION_HOLIDAYS = "DE"
    assert holiday_name(date(2026, 3, 8)) == ""
    settings.ORGANISATION_HOLIDAYS = ""
    assert is_working_day(date(2026, 12, 25))


def test_a_bad_deadline_says_why():
    """cases C4"""
    assert warning_about(date(2026, 12, 6)) == "Sun 6 Dec 2026 falls on a weekend."
    assert warning_about(date(2026, 12, 25)) == "Fri 25 Dec 2026 is a public holiday (Christmas Day)."
    assert warning_about(date(2026, 12, 7)) == ""


def test_a_deadline_names_weekday_hour_and_zone():
    """cases C9"""
    assert deadline_in_words(date(2026, 12, 1)) == "Tue 1 Dec 2026, 23:59 Europe/Berlin"


def test_a_new_cycle_has_no_deadline_at_a_weekend_or_on_a_holiday(cast, catalogue, time_machine):
    """cases C4: whatever day it is made on."""
    for start in range(14):
        time_machine.move_to(f"2026-12-{start + 5:02}T09:00:00+01:00")
        days = make_cycle(cast.hr).stages.values_list("due_on", flat=True)
        assert [day for day in days if not is_working_day(day)] == []


def test_the_stages_page_marks_weekdays_and_days_off(cast, as_, catalogue):
    """cases C4"""
    cycle = make_cycle(cast.hr)
    cycle.stages.filter(key="self_assessment").update(due_on=date(2030, 1, 20))
    html = as_(cast.hr).get(reverse("reviews:cycle_stages", args=[cycle.pk])).content.decode()
    assert "Sun 20 Jan 2030 falls on a weekend." in html
    assert "Wed 23 Jan 2030" in html


# --- one review ----------------------------------------------------------------------------------------------------
@pytest.fixture
def review(cast, catalogue):
    return make_review(cast.subject, cast.hr)


def due(review):
    fields = ("self_assessment", "peer_review", "evaluation", "delivery", "acknowledgement")
    return [getattr(fresh(review), f"{name}_due_on") for name in fields]


@given(days=st.integers(1, 400))
def test_shifted_deadlines_stay_in_order_and_fall_on_working_days(days):
    """cases C3"""
    start = date(2030, 1, 9)
    stages = {key: Stage(key=key, title=key) for key in ("self_assessment", "peer_review", "manager_evaluation")}
    review = Review(self_assessment_due_on=start, peer_review_due_on=start + timedelta(4))
    review.evaluation_due_on = start + timedelta(14)
    review.__dict__["_state"].fields_cache["cycle"] = type("Terms", (), {"stage": stages})()
    found = shifts(review, "self_assessment", start + timedelta(days))
    after = [shift.after for shift in found]
    assert after == sorted(set(after))
    assert all(is_working_day(day) for day in after[1:])
    unmoved = [review.due_on(key) for key in list(stages)[len(found) :]]
    assert all(day > after[-1] for day in unmoved)


def test_extending_shows_the_later_deadlines_it_moves_before_it_saves(cast, as_, review):
    """cases C3"""
    client, url = as_(cast.hr), reverse("reviews:extend", args=[review.pk])
    before, later, shown = due(review), due(review)[1] + timedelta(days=9), opened(client, url)
    page = client.post(url, shown | REASON | {"due_on": later.isoformat()})
    assert page.status_code == 200
    assert b"These deadlines move" in page.content
    assert due(review) == before
    client.post(url, shown | REASON | {"due_on": later.isoformat(), "confirmed": later.isoformat()})
    assert due(review)[0] == later
    assert due(review) == sorted(set(due(review)))
    assert fresh(review).round.closes_on == due(review)[1]
    assert Event.objects.filter(verb="review.extend").count() == 5


def test_another_date_than_the_confirmed_one_is_shown_again(cast, as_, review):
    """cases C3: the date is changed on the confirming page."""
    client, url = as_(cast.hr), reverse("reviews:extend", args=[review.pk])
    first, second = due(review)[1] + timedelta(days=2), due(review)[1] + timedelta(days=32)
    dates = {"due_on": second.isoformat(), "confirmed": first.isoformat()}
    page = client.post(url, opened(client, url) | REASON | dates)
    assert page.status_code == 200
    assert due(review)[0] < first


def test_a_confirmed_date_is_asked_again_after_somebody_else_extended(cast, as_, review):
    """cases A1, C3: what else would move is another question by then."""
    client, url = as_(cast.hr), reverse("reviews:extend", args=[review.pk])
    later = (due(review)[1] + timedelta(days=9)).isoformat()
    confirming = opened(client, url) | REASON | {"due_on": later, "confirmed": later}
    extend(fresh(review), due(review)[0] + timedelta(days=1), by=cast.hr, reason="Leave")
    refused = client.post(url, confirming)
    form = refused.context["form"]
    assert (refused.status_code, form["due_on"].value(), form["confirmed"].value()) == (409, later, "")
    again = client.post(url, REASON | {"due_on": later, "base": form["base"].value()})
    assert b"These deadlines move" in again.content


def test_an_extension_that_overtakes_nothing_is_saved_at_once(cast, as_, review):
    day = due(review)[0] + timedelta(days=1)
    client, url = as_(cast.hr), reverse("reviews:extend", args=[review.pk])
    answer = client.post(url, opened(client, url) | REASON | {"due_on": day.isoformat()})
    assert answer.status_code == 302
    assert due(review)[0] == day


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31", "31.12.", ""])
def test_a_wrong_new_deadline_is_refused_beside_the_field(cast, as_, review, day):
    client, url = as_(cast.hr), reverse("reviews:extend", args=[review.pk])
    answer = client.post(url, opened(client, url) | REASON | {"due_on": day})
    assert answer.status_code == 400
    assert "due_on" in answer.context["form"].errors


def test_work_that_comes_back_after_its_deadline_is_not_late(cast, at, time_machine, wednesday):
    """cases C3"""
    review = at("peer_review")
    time_machine.move_to(wednesday + timedelta(days=13))
    assert review.self_assessment_due_on < date(2030, 1, 22)
    review = fresh(move(review, "return_self_assessment", by=cast.manager, reason="Add the migration."))
    assert review.self_assessment_due_on == date(2030, 1, 29)
    assert not review.is_late
    assert due(review) == sorted(set(due(review)))


def test_returning_work_asks_for_the_new_deadline_and_offers_a_week(cast, as_, at, wednesday):
    """cases C3"""
    review = at("delivery")
    page = as_(cast.hr).get(reverse("reviews:move", args=[review.pk, "return_evaluation"]))
    assert page.context["form"]["due_on"].value() >= (wednesday + timedelta(days=7)).date()


def test_a_reopened_delivery_is_announced_as_delivery_with_its_date(cast, at, mail_texts):
    """cases C6"""
    review = fresh(move(at("acknowledged"), "reopen", by=cast.hr, reason="Wrong period."))
    message = review_message(review, cast.manager)
    assert message.data["form_title"] == review.cycle.stage["final_delivery"].title
    assert message.data["due_date"] == review.delivery_due_on.isoformat()
    assert review.evaluation.submitted_at is not None


def review_message(review, person):
    from foundation.outbox.models import Message

    return Message.objects.get(kind="returned_for_changes", target_id=str(review.pk), recipient=person)


def test_losing_access_to_a_delivered_result_is_told(cast, at):
    """cases C6"""
    review = at("delivered")
    assert review.round.is_open_to_subject
    review = fresh(move(review, "reopen", by=cast.hr, reason="Wrong period."))
    assert not review.round.is_open_to_subject
    assert DigestLine.objects.filter(kind="line_review_reopened", recipient=cast.subject).count() == 1


def test_a_cancelled_review_is_told_and_shows_no_stage_as_done(cast, as_, at):
    """cases C6"""
    review = at("manager_evaluation")
    move(review, "cancel", by=cast.hr, reason="Left the ladder.")
    assert DigestLine.objects.filter(kind="line_review_cancelled", recipient=cast.subject).count() == 1
    page = as_(cast.subject).get(review.get_absolute_url())
    assert page.context["steps"] == []
    assert b"Cancelled" in page.content


def test_an_extension_reaches_whoever_is_at_work(cast, at):
    """cases F3"""
    review = at("manager_evaluation")
    extend(review, review.evaluation_due_on + timedelta(days=1), by=cast.hr, reason="Ill.")
    assert [line.recipient for line in DigestLine.objects.filter(kind="line_deadline_moved")] == [cast.manager]


# --- a whole stage -------------------------------------------------------------------------------------------------
@pytest.fixture
def running(cast, catalogue):
    cycle = make_cycle(cast.hr)
    launch(cycle, by=cast.hr)
    return type(cycle).objects.prefetch_related("stages").get(pk=cycle.pk)


def new_dates(cycle, **changed):
    return {key: stage.due_on.isoformat() for key, stage in cycle.stage.items()} | changed


def test_new_stage_deadlines_are_previewed_with_numbers_and_then_move_every_review(
    cast, as_, running, django_capture_on_commit_callbacks
):
    """cases C2: one of three reviews has a personal deadline and keeps it."""
    own = running.reviews.get(subject=cast.subject)
    extend(own, running.stage["self_assessment"].due_on + timedelta(days=1), by=cast.hr, reason="Ill.")
    later = running.stage["self_assessment"].due_on + timedelta(days=2)
    client, url = as_(cast.hr), reverse("reviews:cycle_deadlines", args=[running.pk])
    data = opened(client, url) | REASON | new_dates(running, self_assessment=later.isoformat())
    page = client.post(url, data)
    assert [(each.moving, each.personal, each.passed) for each in page.context["moves"]] == [(2, 1, 0)]
    assert not Job.objects.filter(kind="move_deadlines").exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, data | {"confirmed": page.context["confirmed"]})
    assert Job.objects.get(kind="move_deadlines").status == "done"
    moved = dict(running.reviews.values_list("subject__name", "self_assessment_due_on"))
    assert moved.pop("Priya Raman") == later - timedelta(days=1)
    assert set(moved.values()) == {later}
    assert running.stages.get(key="self_assessment").due_on == later
    told = DigestLine.objects.filter(kind="line_deadline_moved", data__due_date=later.isoformat())
    assert {line.recipient.name for line in told} == set(moved)


def test_moving_the_feedback_stage_moves_its_rounds(cast, running):
    """cases C2"""
    later = running.stage["peer_review"].due_on + timedelta(days=2)
    do_move_deadlines(start_moving(running, {"peer_review": later}, by=cast.hr, reason="Ill."))
    assert set(running.reviews.values_list("round__closes_on", flat=True)) == {later}


def test_an_interrupted_move_goes_on_and_repeats_nothing(cast, running):
    """cases C2"""
    later = running.stage["self_assessment"].due_on + timedelta(days=2)
    job = start_moving(running, {"self_assessment": later}, by=cast.hr, reason="Ill.")
    do_move_deadlines(job)
    events = Event.objects.count()
    do_move_deadlines(job)
    assert Event.objects.count() == events
    assert DigestLine.objects.filter(kind="line_deadline_moved").count() == 3


def test_reviews_past_a_stage_are_left_alone(cast, at):
    """cases C2"""
    review = at("manager_evaluation")
    cycle = type(review.cycle).objects.prefetch_related("stages").get(pk=review.cycle_id)
    later = cycle.stage["self_assessment"].due_on + timedelta(days=1)
    [found] = stage_moves(cycle, {"self_assessment": later})
    assert (found.moving, found.passed) == (2, 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"self_assessment": "2020-01-01"}, "self_assessment"),
        ({"acknowledgement": "2030-01-10"}, "acknowledgement"),
        ({"peer_review": "soon"}, "peer_review"),
        ({}, "__all__"),
    ],
)
def test_impossible_deadlines_are_refused_beside_the_field(cast, as_, running, changed, field):
    client, url = as_(cast.hr), reverse("reviews:cycle_deadlines", args=[running.pk])
    answer = client.post(url, opened(client, url) | REASON | new_dates(running, **changed))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors


def test_labels_of_a_running_cycle_do_not_pretend_to_move_deadlines(cast, as_, running):
    """cases C2: the form of labels has no dates."""
    page = as_(cast.hr).get(reverse("reviews:cycle_stages", args=[running.pk]))
    assert not any("due_on" in form.fields for form in page.context["formset"])
