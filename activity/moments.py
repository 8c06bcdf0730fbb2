"""How a moment is written: one form for pages, histories and documents."""

from datetime import datetime

from django.utils import formats, timezone


def moment_in_words(at: datetime) -> str:
    """ "28 Nov 2026, 09:05" in the reader's zone and language."""
    return formats.date_format(timezone.localtime(at), "j M Y, H:i")
