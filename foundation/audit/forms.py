"""The filter of the event log: person, kind and time."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.filters import FilterForm

SIGN_IN = [
    "user.signed_in",
    "user.sign_in_failed",
    "user.sign_in_blocked",
    "user.password_changed",
    "user.factor_added",
    "user.factor_removed",
    "user.factor_reset",
    "user.recovery_codes_made",
    "user.address_changed",
]
READING = [
    "review.read",
    "review.issue",
    "review.downloaded",
    "feedbackround.read",
    "feedbackround.downloaded",
    "job.downloaded",
    "chainhead.exported",
]
KINDS = {
    "sign_in": (_("Sign-in and security"), Q(verb__in=SIGN_IN)),
    "refused": (_("Refused access"), Q(verb="user.access_refused")),
    "reading": (_("Reading and downloads"), Q(verb__in=READING)),
    "people": (_("People and roles"), Q(target_type="people.user") & ~Q(verb__in=[*SIGN_IN, "user.access_refused"])),
    "cycles": (_("Cycles"), Q(target_type="reviews.cycle")),
    "reviews": (_("Reviews"), Q(target_type__startswith="reviews.") & ~Q(target_type="reviews.cycle")),
    "feedback": (_("Feedback"), Q(target_type__startswith="feedback.")),
    "goals": (_("Goals"), Q(target_type__startswith="goals.")),
    "catalogue": (_("Catalogue"), Q(target_type__startswith="competencies.")),
}


class LogForm(FilterForm):
    """The filter of the log. As long as a value is not understood, all events are shown."""

    person = forms.CharField(label=_("Person (name or email)"), max_length=160)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("All")), *((key, label) for key, (label, _rule) in KINDS.items())]
    )
    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self):
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("Choose a day on or after the first one."))
        return cleaned

    def among(self, events):
        """Those of `events` that are asked for; a person is who did it, for whom, or whom it was done to."""
        if not self.is_valid():
            return events
        asked = self.cleaned_data
        if asked["person"]:
            people = get_user_model().objects.filter(
                Q(name__icontains=asked["person"]) | Q(email__icontains=asked["person"])
            )
            ids = list(people.values_list("pk", flat=True)[:500])
            theirs = Q(target_type="people.user", target_id__in=[str(pk) for pk in ids])
            events = events.filter(Q(actor__in=ids) | Q(on_behalf_of__in=ids) | theirs)
        if asked["kind"]:
            events = events.filter(KINDS[asked["kind"]][1])
        if asked["since"]:
            events = events.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            events = events.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return events


def _midnight(day) -> datetime:
    """The beginning of `day` where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))
