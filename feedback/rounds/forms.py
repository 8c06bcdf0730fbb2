"""What HR and managers say about a round or a request."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.states import OFF_THE_LIST
from foundation.ui.drafts import Deciding
from foundation.ui.forms import ReasonForm
from people.fields import AddressField
from people.models import User


class DueForm(ReasonForm):
    due_on = forms.DateField(label=_("New deadline"), widget=forms.DateInput(attrs={"type": "date"}))

    field_order = ["due_on", "reason"]


class AddressForm(Deciding):
    """Another address of the same outsider: of nobody who is asked already, and of nobody with an account."""

    email = AddressField(label=_("New email address"))

    def __init__(self, asked, *args, **options):
        super().__init__(*args, **options)
        self.asked = asked

    def stored(self) -> dict:
        return {"email": self.asked.email}

    def clean_email(self):
        email = self.cleaned_data["email"]
        others = self.asked.round.requests.exclude(pk=self.asked.pk).exclude(status__in=OFF_THE_LIST)
        if others.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("This person is on the list already."))
        if colleague := User.objects.with_address(email).first():
            why = _("This is the address of %(name)s, who has an account. Please replace the request instead.")
            raise forms.ValidationError(why, params={"name": colleague})
        return email


def not_to_come(day):
    """`day`, unless it lies ahead. Somewhere it is tomorrow already, and their calendar is right."""
    if day > timezone.localdate() + timedelta(days=1):
        raise forms.ValidationError(_("Choose a day that isn't in the future."))
    return day
