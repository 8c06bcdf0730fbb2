"""Working days of the organisation: Monday to Friday without public holidays.

Which holidays count is the setting ORGANISATION_HOLIDAYS, a country code (ISO 3166-1) with an optional region:
"DE", "DE-BE", "US-CA"; empty for none. The dates come from the package `holidays`.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.utils.translation import gettext as _

from foundation.moments import day_in_words

DAY = timedelta(days=1)


def organisation_today() -> date:
    """Today in the organisation's time zone, by which deadlines are judged."""
    return datetime.now(ZoneInfo(settings.ORGANISATION_TIME_ZONE)).date()


@lru_cache(maxsize=8)
def _holidays(place: str, language: str) -> holidays.HolidayBase | dict:
    """Holidays of `place`, named in `language` where the package knows it; looked up year by year when asked."""
    if not place:
        return {}
    country, _dash, region = place.partition("-")
    known = holidays.country_holidays(country, subdiv=region or None)
    names = known.supported_languages
    wanted = next((name for name in names if name.split("_")[0] == language), None)
    return holidays.country_holidays(country, subdiv=region or None, language=wanted)


def holiday_name(day: date, language: str = "en") -> str:
    """What the organisation celebrates on `day`; empty on other days."""
    return _holidays(settings.ORGANISATION_HOLIDAYS, language).get(day) or ""


def is_working_day(day: date) -> bool:
    """Whether people are expected at work on `day`."""
    return day.weekday() < 5 and not holiday_name(day)


def next_working_day(day: date) -> date:
    """`day`, or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day


def warning_about(day: date, language: str = "en") -> str:
    """Why `day` is a bad deadline, as a sentence; empty for a working day."""
    if name := holiday_name(day, language):
        return _("%(day)s is a public holiday (%(name)s).") % {"day": day_in_words(day, "D j M Y"), "name": name}
    if day.weekday() >= 5:
        return _("%(day)s falls on a weekend.") % {"day": day_in_words(day, "D j M Y")}
    return ""


def deadline_in_words(day: date) -> str:
    """When a deadline ends: "Tue 1 Dec 2026, 23:59 Europe/Berlin", in the active language.

    The last minute of `day` in the organisation's zone, named because the reader may be elsewhere.
    """
    return f"{day_in_words(day, 'D j M Y')}, 23:59 {settings.ORGANISATION_TIME_ZONE}"
