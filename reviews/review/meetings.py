"""The review meeting: its day, hour and place, and the calendar file that both sides get."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from foundation.audit.events import record
from foundation.moments import day_in_words
from foundation.outbox.messages import enqueue, message_for
from foundation.workflow.moves import MoveRefused
from reviews.guards import paused_words
from reviews.models import Review

LENGTH = timedelta(hours=1)
HOST = settings.BASE_URL.split("://")[1].split("/")[0].split(":")[0]  # behind the @ of every entry of a calendar


@transaction.atomic
def set_meeting(review: Review, day, at: time | None = None, place: str = "", *, by) -> None:
    """Set day, hour (of the clock of whoever sets it) and place; both sides get a calendar file by email.

    Setting the same again emails nobody. Raises MoveRefused while the review is paused.
    """
    if review.is_paused:
        raise MoveRefused(paused_words(review))
    begins = timezone.make_aware(datetime.combine(day, at)) if at else None
    given = {"conversation_on": day, "conversation_at": begins, "conversation_place": place}
    if given == Review.objects.filter(pk=review.pk).values(*given).get():
        return
    Review.objects.filter(pk=review.pk).update(**given, conversation_changes=F("conversation_changes") + 1)
    review.refresh_from_db(fields=[*given, "conversation_changes"])
    record(review, "set_conversation", by=by, on_behalf_of=review.principal_of(by), day=str(day))
    enqueue(_invitation(review, to=to, by=by) for to in (review.subject, review.manager))


def _invitation(review: Review, *, to, by):
    return message_for(
        review,
        "meeting_invitation",
        to=to,
        key=f"{review.pk}:{review.conversation_changes}:{to.pk}",
        actor_name=by.name,
        employee_name=review.subject.name,
        manager_name=review.manager.name,
        cycle_name=review.cycle.name,
        number=review.conversation_changes,
    )


def when_in_words(review: Review, zone=None) -> str:
    """ "Wed 6 Feb 2030, 10:00 (Europe/Berlin)", in `zone` or the active one; the day alone while there is no hour."""
    if review.conversation_at is None:
        return day_in_words(review.conversation_on, "D j M Y") if review.conversation_on else ""
    local = timezone.localtime(review.conversation_at, zone)
    return f"{day_in_words(local, 'D j M Y, H:i')} ({local.tzinfo})"


def calendar_file(review: Review) -> bytes:
    """The meeting of a review as a file for a calendar (RFC 5545). Raises ValueError where no meeting is set."""
    calendar = new_calendar()
    calendar.add_component(meeting_entry(review))
    return calendar.to_ical()


def new_calendar(name: str = "") -> Calendar:
    """An empty calendar, for reading only; `name` is what programs call it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Plumbline//Reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)  # the name before RFC 7986, which most programs read
    return calendar


def meeting_entry(review: Review) -> Event:
    """The meeting of a review that has one; a later version replaces the earlier one.

    Nothing of the review but names is in it. Raises ValueError where no meeting is set.
    """
    day = review.conversation_on
    if day is None:
        raise ValueError(f"{review.pk} has no meeting")
    meeting = Event()
    meeting.add("uid", f"review-{review.pk}@{HOST}")
    meeting.add("sequence", review.conversation_changes)
    meeting.add("dtstamp", timezone.now())
    names = {"subject": review.subject.name, "manager": review.manager.name}
    meeting.add("summary", _("Review meeting: %(subject)s and %(manager)s") % names)
    if review.conversation_at is None:
        meeting.add("dtstart", day)
        meeting.add("dtend", day + timedelta(days=1))
    else:
        begins = review.conversation_at.astimezone(UTC)
        meeting.add("dtstart", begins)
        meeting.add("dtend", begins + LENGTH)
    if review.conversation_place:
        meeting.add("location", vText(review.conversation_place))
    meeting.add("url", settings.BASE_URL + reverse("reviews:review", args=[review.pk]))
    meeting.add("organizer", _address(review.manager))
    meeting.add("attendee", _address(review.subject))
    return meeting


def _address(person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = vText(person.name)
    return address
