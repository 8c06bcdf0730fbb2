"""How dates are written: in one form on every page, in every mail and document, in the reader's zone."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.utils import timezone, translation

from foundation.moments import day_in_words
from foundation.outbox.digest import send_digests
from foundation.outbox.mails import email_for, fill, in_words, placeholders
from foundation.outbox.messages import message_for
from foundation.outbox.models import MailText
from foundation.outbox.tasks import send_owed
from foundation.ui.tags import day, due_day, moment
from tests.access_table import STATUSES
from tests.test_queries import is_page, pages
from tests.world import by_role

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
OTHER_FORMS = {
    "ISO": re.compile(r"\b20\d\d-\d\d-\d\d\b"),
    "dots": re.compile(r"\b\d{1,2}\.\d{1,2}\.20\d\d\b"),
    "slashes": re.compile(r"\b\d{1,2}/\d{1,2}/20\d\d\b"),
    "month first": re.compile(rf"(?<!\d )\b(?:{MONTHS}|{SHORT})\.? \d{{1,2}}\b(?!:)"),
    "long month": re.compile(rf"\b\d{{1,2}} (?!May\b)(?:{MONTHS})\b"),
    "twelve hours": re.compile(r"\b\d{1,2}(?::\d\d)? [ap]\.?m\.?(?= |$|,)"),
}


NAMES_FORMS = "people:import"  # says in which forms a file may write dates


class Text(HTMLParser):
    """What is read on a page; not what stands in a field, as in inputs of type date."""

    SILENT = ("script", "style", "textarea", "option")

    def __init__(self, html: str):
        super().__init__()
        self.words: list[str] = []
        self.silent = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in self.SILENT

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT

    def handle_data(self, data):
        if not self.silent:
            self.words.append(data)


def other_forms(html: str) -> list[str]:
    text = " ".join(" ".join(Text(html).words).split())
    return [f"{name}: {found[0]}" for name, form in OTHER_FORMS.items() for found in form.finditer(text)]


@pytest.mark.parametrize("status", STATUSES)
def test_dates_have_one_form_on_every_page(world, client, status):
    """cases H3"""
    cast, rows = world
    rows, seen, found = by_role(cast, rows, status), 0, {}
    for name, role, url in pages(rows, status):
        client.force_login(cast[role])
        answer = client.get(url)
        if is_page(answer) and "html" in answer["Content-Type"] and name != NAMES_FORMS:
            seen += 1
            found[f"{name} as {role}"] = other_forms(answer.content.decode())
        list(answer.streaming_content if answer.streaming else ())
    assert seen
    assert {page: each for page, each in found.items() if each} == {}


@pytest.mark.parametrize("text", ["2026-05-31", "31.05.2026", "May 31", "31 December", "5/31/2026", "4 p.m. today"])
def test_another_form_would_be_found(text):
    assert other_forms(f"<p>Due {text}</p>")


def test_the_one_form_is_not_found_and_fields_are_left_alone():
    assert other_forms('<p>Due Sun 31 May 2026, 16:00</p><input type="date" value="2026-05-31">') == []


def test_days_and_moments_are_those_of_the_readers_zone(time_machine):
    """cases H3: a moment late in the evening in UTC is the next day in Berlin."""
    time_machine.move_to(datetime(2026, 6, 1, 12, tzinfo=UTC))
    at = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)
    with timezone.override("Europe/Berlin"):
        assert (day(at), due_day(at), moment(at)) == ("1 Jun", "Mon 1 Jun", "1 Jun 2026, 00:30")
    with timezone.override("America/New_York"):
        assert moment(at) == "31 May 2026, 18:30"
    assert due_day(date(2027, 1, 4)) == "Mon 4 Jan 2027"


# --- mails and documents ----------------------------------------------------------------------------------------------
def texts_of(messages) -> dict[str, list[str]]:
    """By subject the other forms of dates in both parts of each email."""
    parts = {each.subject: [each.subject, each.body, *(html for html, _kind in each.alternatives)] for each in messages}
    return {subject: [form for part in own for form in other_forms(part)] for subject, own in parts.items()}


@pytest.mark.parametrize("status", STATUSES)
def test_dates_have_one_form_in_mails(world, status, mail_texts, time_machine):
    """cases H3: every mail and every digest that the life of a review owes, as it is sent."""
    cast, rows = world
    by_role(cast, rows, status)
    tomorrow = timezone.now() + timedelta(days=1)
    while tomorrow.weekday() > 4:
        tomorrow += timedelta(days=1)
    send_owed()
    time_machine.move_to(tomorrow.replace(hour=10))
    send_digests()
    send_owed()
    assert len(mail.outbox) > 5
    assert {subject: forms for subject, forms in texts_of(mail.outbox).items() if forms} == {}


FROM_BUILDERS = {"due_date", "due_day", "link_expires", "when"}  # made by functions, see below
DATED = re.compile(r"\{\{ *(\w*(?:_date|_day|_on|_at|when|expires|until)\w*) *\}\}")


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_kind_of_mail_writes_its_dates_in_one_form(cast, mail_texts, language):
    """cases H3: of all kinds there are, whatever causes them; a date under another name would stay as it is kept."""
    seen = set()
    for text in MailText.objects.filter(language=language):
        names = set(DATED.findall(f"{text.subject} {text.body}"))
        seen |= names
        with translation.override(language):
            values = placeholders(dict.fromkeys(names - {"due_day", "when"}, "2026-05-31"))
            values |= {"when": day_in_words(date(2026, 5, 31))}
            if "link_expires" in values:
                values["link_expires"] = in_words("2026-05-31")
        assert other_forms(fill(f"{text.subject} {text.body}", values)) == [], text.key
    assert seen - FROM_BUILDERS == {"start_date", "end_date", "meeting_date", "anchored_date"}


def test_a_mail_about_a_sign_in_writes_its_moment_as_pages_do(cast, mail_texts):
    """cases H3: with the zone."""
    message = message_for(cast.subject, "password_changed", to=cast.subject, key="x", at="2026-05-31T22:30:00+00:00")
    assert "1 Jun 2026, 00:30 (CEST)" in email_for(message).body


@pytest.mark.parametrize(("language", "words"), [("en", "Mon 4 Jan 2027"), ("de", "Mo 4. Jan 2027")])
def test_pages_and_mails_write_a_deadline_alike(language, words):
    """cases H3"""
    with translation.override(language):
        assert due_day(date(2027, 1, 4)) == words
        assert placeholders({"due_date": "2027-01-04"})["due_date"] == f"{words}, 23:59 Europe/Berlin"
        assert in_words("2027-01-04") == words.partition(" ")[2]
