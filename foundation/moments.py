"""How days and moments are written: one form for pages, histories, mails and documents."""

from datetime import UTC, date, datetime

from django.utils import formats, timezone
from django.utils.translation import get_language

ORDINALS = {"de": "j."}  # languages that write a full stop behind the number of a day


def day_in_words(day: date, form: str = "j M Y") -> str:
    """ "1 Dec 2026" in the active language, or in another `form` of Django's with "j" for the day."""
    return formats.date_format(day, form.replace("j", ORDINALS.get(get_language() or "", "j")))


def moment_in_words(at: datetime) -> str:
    """ "28 Nov 2026, 09:05" in the reader's zone and language; a moment without a zone, as in a mail's date, is UTC."""
    aware = timezone.make_aware(at, UTC) if timezone.is_naive(at) else at
    return day_in_words(timezone.localtime(aware), "j M Y, H:i")
