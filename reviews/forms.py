"""What several forms of reviews share. A form never checks a right and never sends anything."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.moments import day_in_words
from foundation.workdays import warning_about


def date_input(**attrs):
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


def about_deadline(day) -> str:
    """Beside a deadline: its weekday, or why people will not be at work on it; nothing for nothing."""
    return (warning_about(day, get_language() or "en") or day_in_words(day, "D j M Y")) if day else ""


class KnownChoices(forms.MultipleChoiceField):
    """Several boxes; one that is no longer offered, because its row is gone or somebody else's, counts as empty."""

    def to_python(self, value):
        return [each for each in super().to_python(value) if self.valid_value(each)]


class ReasonForm(forms.Form):
    """Why a step is taken; kept with it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"})
    )
