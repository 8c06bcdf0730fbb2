"""Tags and filters of the look."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.template import engines
from django.utils import timezone

from foundation.ui import tags

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def render(source, **context):
    return engines["django"].from_string(source).render(context)


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "lock" %}')
    labelled = render('{% icon "lock" label=label css="big" %}', label="Private & locked")
    assert 'role="img" aria-label="Private &amp; locked"' in labelled
    assert 'class="icon big"' in labelled
    assert "aria-hidden" not in labelled
    assert 'href="/static/vendor/tabler/icons.svg#lock"' in labelled


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Priya Raman", "PR"), ("Édith Anne Moreau", "ÉM"), ("Cher", "C"), ("", "?"), ("(ext) Sten Lindqvist", "SL")],
)
def test_initials_come_from_first_and_last_word(name, letters):
    assert tags.initials(name) == letters


def test_avatar_keeps_its_colour_and_escapes_the_name():
    assert tags.avatar("Priya Raman") == tags.avatar("Priya Raman") != tags.avatar("Jonas Weber")
    colours = {re.search(r"avatar-(\d+)", tags.avatar(f"Person {number}"))[1] for number in range(200)}
    assert colours == {str(number + 1) for number in range(tags.AVATAR_COLOURS)}
    assert "<b>" not in render("{% avatar name %}", name="<b> >i")


@time_machine.travel(NOON)
@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-2, "2 days late", "bad"),
        (-1, "1 day late", "bad"),
        (0, "today", "warn"),
        (1, "tomorrow", "warn"),
        (3, "in 3 days", "warn"),
        (4, "in 4 days", "muted"),
    ],
)
def test_deadlines_say_how_far_and_how_urgent(days, words, tone):
    on = timezone.localdate() + timedelta(days=days)
    assert tags.deadline(on) == words
    assert tags.deadline_tone(on) == tone


@time_machine.travel(NOON)
def test_a_moment_counts_in_the_readers_own_day():
    late_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    with timezone.override("UTC"):
        assert tags.deadline(late_evening) == "today"
    with timezone.override("Asia/Tokyo"):
        assert tags.day(late_evening) == "24 Nov"
        assert tags.deadline(late_evening) == "tomorrow"


@time_machine.travel(NOON)
def test_days_name_the_year_only_when_it_is_another():
    assert tags.day(date(2026, 11, 28)) == "28 Nov"
    assert tags.day(date(2027, 1, 2)) == "2 Jan 2027"


def test_no_deadline_says_nothing():
    assert [tags.day(None), tags.deadline(None), tags.deadline_tone(None)] == ["", "", "muted"]


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=3, hours=2, minutes=5), "3 days 2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(seconds=20), "0 min"),
        (8, "8 min"),
        (1440, "1 day"),
    ],
)
def test_durations_show_their_two_largest_units(span, words):
    assert tags.duration(span) == words


def test_every_tone_has_a_shape_of_its_own():
    assert len(set(tags.TONE_ICONS.values())) == len(tags.TONE_ICONS)
    assert set(tags.STATUS_TONES.values()) <= set(tags.TONE_ICONS)
    assert [tags.tone("good"), tags.tone("delivered"), tags.tone("peer_review")] == ["good", "good", "info"]
    assert tags.tone_icon("late") == "alert-circle"
