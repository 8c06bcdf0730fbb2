"""How a moment is written: one form for pages, histories and documents."""

from datetime import UTC, datetime

from django.utils import formats, timezone


def moment_in_words(at: datetime) -> str:
    """ "28 Nov 2026, 09:05" in the reader's zone and language; a moment without a zone, as in a mail's date, is UTC."""
    aware = timezone.make_aware(at, UTC) if timezone.is_naive(at) else at
    return formats.date_format(timezone.localtime(aware), "j M Y, H:i")
