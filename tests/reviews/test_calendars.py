"""Deadlines in one's own calendar program, from a private address that can be renewed."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from config.log import TOKEN
from foundation.audit.models import Event
from foundation.workdays import organisation_today
from reviews.home.calendars import address_of, calendar_of, feed_behind, make_address, switch_off, token_of
from reviews.home.models import CalendarFeed
from reviews.home.tasks_due import tasks_due_of
from reviews.models import Review
from reviews.review.meetings import set_meeting
from tests.factories import make_collecting_round, make_goal, make_review

PAST = {"starts_on": date(2020, 1, 1), "due_on": date(2020, 5, 4)}


def entries(content: bytes) -> list:
    return Calendar.from_ical(content).walk("VEVENT")


def summaries(owner) -> list[str]:
    return [str(each["SUMMARY"]) for each in entries(calendar_of(owner))]


def read(address: str):
    """As a calendar program does: nobody is signed in."""
    return Client().get(address.partition("testserver")[2] or address[address.index("/calendar/") :])


def test_the_address_is_read_without_sign_in_and_shows_the_deadlines(cast, catalogue):
    review = make_review(cast.subject, cast.hr)
    answer = read(address_of(make_address(cast.subject)))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    entry = next(each for each in entries(answer.content) if each["SUMMARY"] == "Write your self-assessment")
    assert entry["DTSTART"].dt == review.self_assessment_due_on
    assert entry["DTEND"].dt == review.self_assessment_due_on + timedelta(days=1)
    assert entry["TRANSP"] == "TRANSPARENT"
    assert entry["URL"].endswith(reverse("reviews:write", args=[review.pk, "self-assessment"]))


def test_it_has_every_task_with_a_deadline_and_no_other(cast):
    """With a deadline that has passed, for a task that is still to be done; a draft of a goal has none to keep."""
    make_goal(owner=cast.subject, title="Fewer pages at night", status="agreed", **PAST)
    make_goal(owner=cast.subject, title="A thought")
    assert summaries(cast.subject) == ["Close or move: Fewer pages at night"]


def test_whom_feedback_is_about_is_on_the_page_and_never_in_the_calendar(cast, catalogue):
    """The name is in the task, from which the entry is made: without care it would be in both."""
    asked = make_collecting_round(cast.subject, ["data_scientist"] * 4)[1][0]
    type(asked).objects.filter(pk=asked.pk).update(giver=cast.peer, email=cast.peer.email)
    assert [task.about for task in tasks_due_of(cast.peer)] == [cast.subject]
    content = calendar_of(cast.peer)
    assert [str(each["SUMMARY"]) for each in entries(content)] == ["Give feedback"]
    assert b"Priya" not in content


def test_whose_evaluation_is_due_is_not_in_the_calendar_and_many_are_one_line(cast, catalogue, at):
    due = {"status": "manager_evaluation", "evaluation_due_on": date(2031, 1, 2)}
    reviews = Review.objects.filter(cycle=at("manager_evaluation").cycle, manager=cast.manager)
    assert {review.subject for review in reviews} == {cast.subject, cast.peer}
    reviews.update(**due)
    content = calendar_of(cast.manager)
    entry = next(each for each in entries(content) if each["SUMMARY"] == "Write the evaluation (2)")
    assert entry["URL"].endswith(reverse("reviews:home"))
    assert b"Jonas" not in content
    assert b"Priya" not in content


def test_review_meetings_are_in_both_calendars_as_in_the_email(cast, at):
    review = at("delivery")
    set_meeting(review, organisation_today() + timedelta(7), time(10, 30), "Room 4.12", by=cast.manager)
    for owner in (cast.subject, cast.manager):
        meeting = next(each for each in entries(calendar_of(owner)) if "LOCATION" in each)
        assert meeting["SUMMARY"] == "Review meeting: Priya Raman and Marta Keller"
        assert str(meeting["UID"]).startswith(f"review-{review.pk}@")  # so that a program shows it once
    assert not [each for each in entries(calendar_of(cast.peer)) if "LOCATION" in each]


def test_a_meeting_of_long_ago_is_gone(cast, at):
    review = at("delivery")
    set_meeting(review, organisation_today() - timedelta(31), by=cast.manager)
    assert not [each for each in entries(calendar_of(cast.subject)) if str(each["UID"]).startswith("review-")]


def test_a_new_address_ends_the_one_before(cast):
    before, after = (address_of(make_address(cast.subject)) for _ in range(2))
    assert before != after
    assert (read(before).status_code, read(after).status_code) == (404, 200)
    switch_off(cast.subject)
    assert read(after).status_code == 404
    verbs = ["user.make_calendar", "user.renew_calendar", "user.switch_off_calendar"]
    assert list(Event.objects.filter(verb__contains="calendar").order_by("pk").values_list("verb", flat=True)) == verbs


def test_who_has_left_has_no_calendar(cast):
    address = address_of(make_address(cast.subject))
    type(cast.subject).objects.filter(pk=cast.subject.pk).update(is_active=False)
    assert read(address).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "0" * 54, "ä" * 54, "%00" * 20, "9" * 3000])
def test_an_address_without_our_seal_is_not_even_looked_up(db, django_assert_num_queries, token):
    with django_assert_num_queries(0):
        assert feed_behind(token) is None
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_the_row_alone_does_not_open_the_calendar(cast):
    """Whoever reads the database sees the stored half of the address only."""
    feed = make_address(cast.subject)
    assert feed_behind(token_of(feed)) == feed
    assert feed_behind(feed.pk.hex) is None


def test_an_address_made_with_the_key_before_still_works(cast, settings):
    address = address_of(make_address(cast.subject))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 9
    assert read(address).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert read(address).status_code == 404


def test_no_log_has_the_address(cast):
    address = address_of(make_address(cast.subject))
    assert token_of(CalendarFeed.objects.get()) not in TOKEN.sub(r"\1…", f"Not Found: {address}")


def test_the_number_of_queries_does_not_grow(cast, catalogue, django_assert_max_num_queries):
    for number in range(30):
        make_goal(owner=cast.subject, title=f"Goal {number}", status="agreed", **PAST)
    feed = make_address(cast.subject)
    with django_assert_max_num_queries(15):
        assert len(entries(read(address_of(feed)).content)) == 30


def test_the_page_leads_through_it(cast, as_):
    client = as_(cast.subject)
    assert "Your calendar is off" in client.get(reverse("reviews:calendar")).content.decode()
    page = client.post(reverse("reviews:calendar_new"), follow=True).content.decode()
    address = address_of(CalendarFeed.objects.get(owner=cast.subject))
    assert address in page
    assert f"webcal://{address.partition('://')[2]}" in page
    page = client.post(reverse("reviews:calendar_off"), follow=True).content.decode()
    assert "Its address no longer works" in page
    assert address not in page
