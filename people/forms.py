"""What HR and people themselves fill in about people."""

import zoneinfo

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activity.once import OnceForm
from people.fields import PersonField, TeamField
from people.importing import MAX_BYTES
from people.models import Delegation, User


def date_input():
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ImportForm(forms.Form):
    """A CSV file of people and reporting lines."""

    file = forms.FileField(label=_("CSV file"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 20 MB."))
        return file


class PersonForm(forms.ModelForm):
    """What HR knows about a person. Roles are not here: IT gives them."""

    team = TeamField(label=_("Team"), required=False)
    manager = PersonField(label=_("Manager"), required=False)

    class Meta:
        model = User
        fields = [
            "name", "email", "job_title", "profession", "grade", "team", "manager",
            "joined_on", "leave_from", "leave_until",
        ]  # fmt: skip
        widgets = {"joined_on": date_input(), "leave_from": date_input(), "leave_until": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = User.objects.active().exclude(pk=self.instance.pk)
        self.initial.update({"manager": self.instance.manager, "team": self.instance.team})
        self.people, self.teams = self.fields["manager"].offered(), self.fields["team"].offered()
        self.fields["joined_on"].show_hidden_initial = False  # what changed is told by the row, not by the page
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.with_address(email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody has this address already."))
        return email

    def clean_manager(self):
        manager = above = self.cleaned_data["manager"]
        while above is not None:
            if above.pk == self.instance.pk:
                raise ValidationError(_("This reporting line leads back to the person."))
            above = above.manager
        return manager

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("leave_from"), cleaned.get("leave_until")
        if bool(start) != bool(end):
            self.add_error("leave_until" if start else "leave_from", _("A leave needs both dates."))
        elif start and end < start:
            self.add_error("leave_until", _("The leave must end after it begins."))
        return cleaned


class RolesForm(forms.ModelForm):
    """What IT gives."""

    class Meta:
        model = User
        fields = ["is_hr", "is_auditor", "is_it"]


class DelegationForm(OnceForm):
    """Who stands in for an absent manager, from when to when."""

    stand_in = PersonField(label=_("Stand-in"))

    class Meta:
        model = Delegation
        fields = ["stand_in", "starts_on", "ends_on"]
        widgets = {"starts_on": date_input(), "ends_on": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].queryset = User.objects.active().exclude(pk=self.instance.principal_id)
        self.people = self.fields["stand_in"].offered()

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day must not be before the first."))
        return cleaned


class ProfileForm(forms.ModelForm):
    """What people choose for themselves."""

    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["language", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(name, name) for name in sorted(zoneinfo.available_timezones())]
