"""Values of a file as the database keeps them: dates, languages, time zones and what has a fixed set of labels."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils import timezone, translation
from django.utils.translation import gettext

from people.models import Grade, Profession, known_zones
from people.typed import same_name
from people.windows_zones import WINDOWS_ZONES

READERS = ("en", "de")  # the languages of the headings and labels that are known
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
EARLIEST = date(1900, 1, 1)
YEARS_AHEAD = 5  # a start can be agreed long before; later than that is a slip of the finger
EXCEL_ZERO = date(1899, 12, 30)
ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
COMPACT = re.compile(r"^(?:19|20)\d{6}$")
SERIAL = re.compile(r"^(\d{4,5})(?:\.\d+)?$")
NUMBERS = re.compile(r"^(\d{1,2})\s*([./-])\s*(\d{1,2})\s*[./-]\s*(\d{4})(?:[T ].*)?$")
WITH_MONTH = re.compile(r"^(\d{1,2})[.\s-]*([^\W\d]{3,})\.?[\s,-]*(\d{4})$")
MONTH_BEFORE = re.compile(r"^([^\W\d]{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})$")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "jän"), ("feb",), ("mar", "mär", "mrz"), ("apr",), ("may", "mai"), ("jun",),
            ("jul",), ("aug",), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez"),
        ),
        1,
    )
    for name in names
}  # fmt: skip


def latest_start() -> date:
    """The last day on which somebody may begin."""
    return timezone.localdate() + timedelta(days=366 * YEARS_AHEAD)


class Ambiguous(ValueError):
    """Day and month could be either way round."""


def parsed_date(text: str, order: str = "") -> date:
    """The day that `text` means; `order` decides where day and month could change places.

    Reads ISO dates with or without a time, 2026/07/01, 20260701, Excel's day numbers, 1.7.2026, 7/1/2026, 01-Jul-2026
    and "1. Juli 2026". Raises Ambiguous, or ValueError when it is no day from 1900 to five years from now.
    """
    found = _date(text.strip(), order)
    if not EARLIEST <= found <= latest_start():
        raise ValueError("out of range")
    return found


def _date(text: str, order: str) -> date:
    if iso := ISO.match(text):
        return date(*map(int, iso.groups()))
    if COMPACT.match(text):
        return datetime.strptime(text, "%Y%m%d").date()
    if serial := SERIAL.match(text):
        return EXCEL_ZERO + timedelta(days=int(serial[1]))
    if numbers := NUMBERS.match(text):
        first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        return _in_order(first, second, year, DAY_FIRST if numbers[2] == "." else "", order)
    if words := WITH_MONTH.match(text):
        return date(int(words[3]), _month(words[2]), int(words[1]))
    if words := MONTH_BEFORE.match(text):
        return date(int(words[3]), _month(words[1]), int(words[2]))
    raise ValueError(text)


def _in_order(first: int, second: int, year: int, certain: str, chosen: str) -> date:
    """Dots mean day first everywhere; a number over 12 can be no month."""
    order = certain or (DAY_FIRST if first > 12 else MONTH_FIRST if second > 12 else chosen)
    if not order and first != second:
        raise Ambiguous
    return date(year, second, first) if order == DAY_FIRST or not order else date(year, first, second)


def _month(name: str) -> int:
    if (number := MONTHS.get(name[:3].lower())) is None:
        raise ValueError(name)
    return number


def order_told_by(texts) -> str:
    """The order of day and month that some of `texts` give away (25/12/2026); empty when none or both do."""
    told = set()
    for text in texts:
        numbers = NUMBERS.match(text)
        if numbers and numbers[2] != ".":
            if int(numbers[1]) > 12:
                told.add(DAY_FIRST)
            elif int(numbers[3]) > 12:
                told.add(MONTH_FIRST)
    return told.pop() if len(told) == 1 else ""


# --- fixed sets: keys and labels, in English and German -----------------------------------------------------------
def _labels(choices) -> dict[str, str]:
    """By label in each language of HR systems that are known here, and by key, the key."""
    found: dict = {}
    for code in READERS:
        with translation.override(code):
            found |= {same_name(str(label)): key for key, label in choices}
    return found | {same_name(key): key for key, _label in choices}


@cache
def professions() -> dict[str, str]:
    return _labels(Profession.choices)


@cache
def _languages() -> dict[str, str]:
    """Every language Django knows, by key, own name, and name in English and German: "de", "Deutsch", "German"."""
    found: dict = {}
    for code, info in LANG_INFO.items():
        if "name" not in info:
            continue
        found |= {same_name(name): code for name in (info["name"], info["name_local"])}
        for reader in READERS:
            with translation.override(reader):
                found[same_name(gettext(info["name"]))] = code
    return found | {same_name(code): code for code in LANG_INFO}


class NotOffered(ValueError):
    """A language, but none that pages and mails are written in."""


def parsed_language(text: str) -> str:
    """The key of a language: of "de", "de-AT", "German" or "German (Germany)".

    Raises NotOffered for one the product does not speak, ValueError for what is no language.
    """
    known, offered = _languages(), dict(settings.LANGUAGES)
    for candidate in (text, text.partition("(")[0], re.split(r"[-_]", text)[0]):
        if key := known.get(same_name(candidate)):
            short = key.partition("-")[0]
            if key in offered or short in offered:
                return key if key in offered else short
            raise NotOffered(text)
    raise ValueError(text)


@cache
def _zones() -> dict[str, str]:
    windows = {same_name(name): zone for name, zone in WINDOWS_ZONES.items()}
    return windows | {same_name(name): name for name in known_zones()}


def parsed_zone(text: str) -> str:
    """The name of a time zone, also of one as Windows calls it. Raises ValueError."""
    zone = _zones().get(same_name(text))
    if zone is None:
        raise ValueError(text)
    return zone


def grade_labels() -> dict[str, str]:
    """By key, title, and both together, the key of each grade. One query."""
    grades = list(Grade.objects.all())
    titles = [same_name(grade.title) for grade in grades]
    found = {same_name(grade.title): grade.key for grade in grades if titles.count(same_name(grade.title)) == 1}
    return found | {same_name(name): grade.key for grade in grades for name in (str(grade), grade.key)}
