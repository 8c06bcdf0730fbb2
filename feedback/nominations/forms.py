"""Whom to ask, and who can say that somebody exists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback import relations
from feedback.models import FeedbackRequest
from feedback.nominations.services import relations_of
from feedback.states import RequestStatus
from people.fields import AddressField, PersonField
from people.models import User
from people.typed import tidy, typed_name


class CandidateForm(forms.Form):
    """Somebody for the list: a colleague chosen from the search, or an outsider by name and address.

    `instead` is whose place on a list not yet approved they take.
    """

    giver = forms.ModelChoiceField(User.objects.active(), required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=160, required=False)
    email = AddressField(label=_("Email address"), required=False)
    relation = forms.ChoiceField(label=_("Their role towards the work"))
    instead = forms.ModelChoiceField(FeedbackRequest.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, feedback_round, *args, **options):
        super().__init__(*args, **options)
        self.fields["instead"].queryset = feedback_round.requests.filter(status=RequestStatus.PROPOSED)
        keys = relations_of(feedback_round)
        self.fields["relation"].choices = [(key, relations.one(key)) for key in keys]

    def clean(self):
        values = super().clean() or {}
        values["name"] = tidy(values.get("name") or "") or typed_name(self.data.get("email", ""))
        if not values.get("giver") and not self.errors.get("giver"):
            for name in ("name", "email"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, _("Required for someone outside the organisation."))
        return values

    @property
    def person(self) -> dict:
        """Who it is, as the services take it."""
        return {name: self.cleaned_data[name] for name in ("giver", "name", "email", "relation")}


class ConfirmerForm(forms.Form):
    """Which colleague is asked whether an outsider exists."""

    colleague = PersonField(label=_("Colleague who knows them"))
