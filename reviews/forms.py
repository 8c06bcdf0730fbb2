"""What several forms of reviews share. A form never checks a right and never sends anything."""

from django import forms
from django.utils.translation import get_language

from foundation.moments import day_in_words
from foundation.workdays import warning_about


def date_input(**attrs):
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


def about_deadline(day) -> str:
    """Beside a deadline: its weekday, or why people will not be at work on it; nothing for nothing."""
    return (warning_about(day, get_language() or "en") or day_in_words(day, "D j M Y")) if day else ""
