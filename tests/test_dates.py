"""How dates are written: in one form on every page, in the reader's zone."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from config.ui import day, due_day, moment
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
