"""A calendar of one's own deadlines and review meetings, read by calendar programs without sign-in (RFC 5545, 7986).

Calendars are shared with colleagues and read by assistants. So the feed names nobody but the two people of a review
meeting: neither about whom feedback is given nor whose evaluation is due can be read from it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from icalendar import Event

from foundation.audit.events import record
from people.models import User
from reviews.home.models import CalendarFeed
from reviews.home.tasks_due import Task, tasks_due_of
from reviews.models import Review
from reviews.review.meetings import HOST, meeting_entry, new_calendar
from reviews.states import ReviewStatus

HEX = 32  # characters of the stored half of a token
SHOWN_AFTER = timedelta(days=30)  # how long a past meeting stays in the calendar
READ_AGAIN = timedelta(hours=1)  # how often a program is asked to look


def address_of(feed: CalendarFeed) -> str:
    """The secret address. It is put together anew each time: the database alone does not give it away."""
    return settings.BASE_URL + reverse("reviews:calendar_file", args=[token_of(feed)])


def token_of(feed: CalendarFeed) -> str:
    """The secret in the address: 32 hexadecimal digits and the seal."""
    return feed.pk.hex + _seal(feed.pk.hex)


def _seal(word: str, key: str | None = None) -> str:
    """128 bits that nobody without the secret key can add to a word."""
    made = salted_hmac("reviews.calendar", word, key or settings.SECRET_KEY, algorithm="sha256").digest()[:16]
    return urlsafe_b64encode(made).decode().rstrip("=")


def feed_behind(token: str) -> CalendarFeed | None:
    """The feed of `token`, of somebody who is still here. A token without our seal costs no query."""
    word, seal = token[:HEX], token[HEX:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(constant_time_compare(_seal(word, key), seal) for key in keys):
        return None
    return CalendarFeed.objects.filter(pk=UUID(word), owner__is_active=True).select_related("owner").first()


@transaction.atomic
def make_address(owner: User) -> CalendarFeed:
    """A new address for `owner`; the one before opens nothing any more."""
    is_renewed = bool(CalendarFeed.objects.filter(owner=owner).delete()[0])
    record(owner, "renew_calendar" if is_renewed else "make_calendar", by=owner)
    return CalendarFeed.objects.create(owner=owner)


@transaction.atomic
def switch_off(owner: User) -> None:
    """The address of `owner` opens nothing any more; switching off twice does nothing."""
    if CalendarFeed.objects.filter(owner=owner).delete()[0]:
        record(owner, "switch_off_calendar", by=owner)


def calendar_of(owner: User) -> bytes:
    """Deadlines as whole days and meetings of the last 30 days and to come, in the language and zone of `owner`."""
    with translation.override(owner.language), timezone.override(owner.zone):
        calendar = new_calendar(_("Plumbline"))
        calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")  # the older name of the same, which Outlook reads
        for entry in (*_deadlines(tasks_due_of(owner)), *map(meeting_entry, _meetings(owner))):
            calendar.add_component(entry)
        return calendar.to_ical()


def _meetings(owner: User) -> list[Review]:
    since = timezone.localdate() - SHOWN_AFTER
    rows = Review.objects.filter(Q(subject=owner) | Q(manager=owner), conversation_on__gte=since)
    rows = rows.exclude(status=ReviewStatus.CANCELLED).select_related("subject", "manager")
    return [review for review in rows.order_by("conversation_on", "pk") if not review.is_paused]


def _deadlines(tasks: list[Task]) -> Iterator[Event]:
    """One entry for all tasks of a kind that are due on one day, so that eight evaluations fill one line."""
    dated = sorted((task.due_on, task.title, task.url) for task in tasks if task.due_on)
    for (day, title), found in groupby(dated, key=itemgetter(0, 1)):
        yield _deadline(day, title, [url for _day, _title, url in found])


def _deadline(day: date, title: str, urls: list[str]) -> Event:
    entry = Event()
    entry.add("uid", f"due-{sha256(f'{day}{sorted(urls)}'.encode()).hexdigest()[:32]}@{HOST}")
    entry.add("dtstamp", timezone.now())
    entry.add("summary", title if len(urls) == 1 else _("%(task)s (%(n)d)") % {"task": title, "n": len(urls)})
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")  # a deadline does not make its day busy
    entry.add("url", settings.BASE_URL + (urls[0] if len(urls) == 1 else reverse("reviews:home")))
    return entry
