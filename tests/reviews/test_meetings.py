"""The review meeting: day, hour and place, told to both with a calendar file, and again whenever it moves."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from foundation.outbox.models import Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from reviews.models import Review
from reviews.review.meetings import calendar_file, set_meeting
from tests.opened import opened
from tests.reviews.conftest import fresh

DAY = date(2030, 3, 6)


@pytest.fixture
def review(at):
    return at("delivery")


def event_of(content: bytes):
    return Calendar.from_ical(content).walk("VEVENT")[0]


def sent():
    load_mail_texts()
    mail.outbox.clear()
    send_owed()
    return {email.to[0]: email for email in mail.outbox if email.attachments}


def test_both_get_the_meeting_with_a_calendar_file(cast, review):
    """cases F3: the subject hears of a meeting."""
    with timezone.override(ZoneInfo("Europe/Berlin")):
        set_meeting(review, DAY, time(10, 30), "Room 4.12, second floor", by=cast.manager)
    emails = sent()
    assert set(emails) == {cast.subject.email, cast.manager.email}
    name, content, kind = emails[cast.subject.email].attachments[0]
    assert (name, kind) == ("review-meeting.ics", "text/calendar")
    event = event_of(content if isinstance(content, bytes) else content.encode())
    assert event["DTSTART"].dt == datetime(2030, 3, 6, 9, 30, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2030, 3, 6, 10, 30, tzinfo=UTC)
    assert event["LOCATION"] == "Room 4.12, second floor"
    assert event["SUMMARY"] == "Review meeting: Priya Raman and Marta Keller"
    assert event["ATTENDEE"] == f"mailto:{cast.subject.email}"
    assert "Room 4.12" in emails[cast.manager.email].body


def test_everybody_reads_the_hour_of_their_own_clock(cast, review):
    type(cast.subject).objects.filter(pk=cast.subject.pk).update(time_zone="America/New_York")
    with timezone.override(ZoneInfo("Europe/Berlin")):
        set_meeting(review, DAY, time(15, 0), by=cast.manager)
    emails = sent()
    assert "Wed 6 Mar 2030, 09:00 (America/New_York)" in emails[cast.subject.email].body
    assert "Wed 6 Mar 2030, 15:00 (Europe/Berlin)" in emails[cast.manager.email].body


def test_a_meeting_that_moves_replaces_the_one_in_the_calendar(cast, review):
    set_meeting(review, DAY, by=cast.manager)
    first = event_of(calendar_file(fresh(review)))
    assert first["DTSTART"].dt == DAY  # the whole day, while there is no hour
    set_meeting(fresh(review), DAY, time(9, 0), by=cast.manager)
    second = event_of(calendar_file(fresh(review)))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    emails = sent()  # of the first one nobody hears any more
    assert len([email for email in mail.outbox if email.attachments]) == len(emails) == 2


def test_the_same_meeting_saved_again_tells_nobody(cast, review):
    for _click in range(2):
        set_meeting(fresh(review), DAY, time(9, 0), "Room 1", by=cast.manager)
    assert Message.objects.filter(kind="meeting_invitation").count() == 2
    assert fresh(review).conversation_changes == 1


def test_the_form_takes_day_hour_and_place_and_shows_them_to_both(cast, review, as_):
    page, url = review.get_absolute_url(), reverse("reviews:meeting", args=[review.pk])
    client = as_(cast.manager)
    given = {"conversation_on": "2030-03-06", "at": "14:15", "conversation_place": "https://meet.example.org/x"}
    client.post(url, opened(client, page) | given)
    for person in (cast.manager, cast.subject):
        text = as_(person).get(page).content.decode()
        assert "Wed 6 Mar 2030, 14:15" in text
        assert 'href="https://meet.example.org/x"' in text
        assert reverse("reviews:meeting_file", args=[review.pk]) in text
    assert "14:15" not in as_(cast.hr).get(page).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"conversation_on": ""}, "Choose a date for the meeting."),
        ({"conversation_on": "2030-03-06", "at": "25:61"}, "Enter a valid time."),
        ({"conversation_on": "2030-03-06", "conversation_place": "x" * 301}, "at most 300"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(cast, review, as_, given, words):
    client, url = as_(cast.manager), reverse("reviews:meeting", args=[review.pk])
    answer = client.post(url, given | {"conversation_place": given.get("conversation_place", "Kitchen")})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert fresh(review).conversation_on is None
    assert given.get("conversation_place", "Kitchen") in answer.content.decode()


def test_a_place_with_line_breaks_forges_no_line_of_the_calendar(cast, review):
    Review.objects.filter(pk=review.pk).update(conversation_on=DAY, conversation_place="Room\r\nATTENDEE:mailto:x@y.z")
    event = event_of(calendar_file(fresh(review)))
    assert event["ATTENDEE"] == f"mailto:{cast.subject.email}"
    assert "x@y.z" in event["LOCATION"]


def test_only_the_two_who_meet_get_the_file(cast, review, as_):
    set_meeting(review, DAY, by=cast.manager)
    url = reverse("reviews:meeting_file", args=[review.pk])
    for person in (cast.subject, cast.manager):
        answer = as_(person).get(url)
        assert answer["Content-Type"].startswith("text/calendar")
        assert event_of(answer.content)["DTSTART"].dt == DAY
    for person in (cast.hr, cast.peer, cast.stranger, cast.auditor, cast.it):
        assert as_(person).get(url).status_code == 404


def test_before_a_meeting_is_set_there_is_no_file(cast, review, as_):
    assert as_(cast.subject).get(reverse("reviews:meeting_file", args=[review.pk])).status_code == 404
