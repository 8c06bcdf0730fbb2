"""What HR and people themselves fill in about people."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.filters import FilterForm, words_field
from foundation.ui.drafts import MergingForm
from foundation.ui.idempotency import IdempotentForm
from people.columns import IGNORED, KEYS
from people.fields import AddressField, PersonField, TeamField, TeamsField
from people.importing import MAX_BYTES, Options
from people.models import Delegation, User, known_zones
from people.querysets import NEEDS
from people.roles import GIVEN
from people.typed import is_seen, tidy
from people.values import DAY_FIRST, EARLIEST, MONTH_FIRST, latest_start


class PeopleFilter(FilterForm):
    """Who is listed: by words of name or address, and by what HR has to put right."""

    needs = forms.ChoiceField(choices=[(need, need) for need in NEEDS], widget=forms.HiddenInput)
    q = words_field(_("Name or email"))


class PersonSearch(FilterForm):
    """Somebody, by words of name or address."""

    q = words_field(_("Name or email"))


def date_input():
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ImportForm(forms.Form):
    """A CSV or XLSX file of people and reporting lines."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, up to 20 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,text/csv"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(_("The file is larger than 20 MB."))
        return file


class ImportOptionsForm(forms.Form):
    """How a previewed file is read: one select per column, the order of dates, and what HR agrees to."""

    date_order = forms.ChoiceField(
        required=False, choices=[(DAY_FIRST, _("Day before month: 1/7/2026 is 1 July")), (MONTH_FIRST, "")]
    )

    def options(self) -> Options:
        """What was chosen; a value that no page offers counts as not chosen."""
        self.is_valid()
        chosen = self.data.getlist("column")
        return Options(
            columns=tuple(key if key in KEYS else IGNORED for key in chosen) or None,
            date_order=self.cleaned_data.get("date_order", ""),
            agreed=frozenset(self.data.getlist("agree")),
        )


class PersonForm(MergingForm, IdempotentForm):
    """What HR knows about a person. Roles have a page of their own."""

    email = AddressField(label=_("Email address"))
    team = TeamField(label=_("Team"), required=False)
    manager = PersonField(label=_("Manager"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = [
            "name", "email", "employee_id", "job_title", "profession", "grade", "team", "manager",
            "joined_on", "leave_from", "leave_until", "language", "time_zone",
        ]  # fmt: skip
        widgets = {"joined_on": date_input(), "leave_from": date_input(), "leave_until": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.left: User | None = None  # whoever has the address and has left
        self.before = self.columns()
        self.fields["manager"].queryset = User.objects.active().exclude(pk=self.instance.pk)
        self.initial.update({"manager": self.instance.manager, "team": self.instance.team})
        self.people, self.teams = self.fields["manager"].offered(), self.fields["team"].offered()
        self.fields["joined_on"].show_hidden_initial = False  # what changed is told by the row, not by the page
        self.fields["time_zone"].choices = zone_choices()
        for name in ("language", "time_zone"):
            self.fields[name].required = False
        if self.instance.time_zone not in known_zones():
            self.initial["time_zone"] = settings.ORGANISATION_TIME_ZONE
        self.helper = FormHelper()
        self.helper.form_tag = False

    def columns(self) -> dict:
        """The columns of the row as they are at this moment."""
        fields: list[Any] = [User._meta.get_field(name) for name in self.Meta.fields]
        return {field.name: getattr(self.instance, field.attname) for field in fields}

    def changed_fields(self) -> list[str]:
        """What the form has changed in the row; a field the page did not send is not changed."""
        return [name for name, value in self.columns().items() if value != self.before[name]]

    def clean_name(self):
        name = tidy(self.cleaned_data["name"])
        if not is_seen(name):
            raise ValidationError(_("Enter a name with at least one letter."))
        return name

    def clean_job_title(self):
        return tidy(self.cleaned_data["job_title"])

    def clean_employee_id(self):
        return tidy(self.cleaned_data["employee_id"] or "") or None

    def clean_language(self):
        return self.cleaned_data["language"] or self.before["language"]

    def clean_time_zone(self):
        return self.cleaned_data["time_zone"] or self.instance.zone.key

    def clean_joined_on(self):
        day = self.cleaned_data["joined_on"]
        if not EARLIEST <= day <= latest_start():
            raise ValidationError(_("Enter a date between 1900 and five years from now."))
        return day

    def clean_email(self):
        email = self.cleaned_data["email"]
        other = User.objects.with_address(email).exclude(pk=self.instance.pk).first()
        if other is not None and not other.is_active:
            self.left = other
            raise ValidationError(_("%(name)s, who has left, has this address."), params={"name": other.name})
        if other is not None:
            raise ValidationError(_("%(name)s already has this address."), params={"name": other.name})
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


def zone_choices() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(known_zones())]


class SuccessorForm(forms.Form):
    """Who takes over from somebody who leaves."""

    successor = PersonField(label=_("Successor"), required=False)

    def __init__(self, leaver: User, *args, **options):
        super().__init__(*args, **options)
        self.fields["successor"].queryset = User.objects.active().exclude(pk=leaver.pk)
        self.people = self.fields["successor"].offered()


class RolesForm(MergingForm):
    """Which roles a person has, and for which teams they are HR partner."""

    partner_teams = TeamsField(
        label=_("HR partner for"),
        required=False,
        help_text=_("HR partners look after the reviews of these teams."),
    )

    class Meta:
        model = User
        fields = ["is_hr", "is_auditor", "is_it"]
        help_texts = {role.held: role.description for role in GIVEN}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner_teams"].settle()
        self.initial["partner_teams"] = list(self.instance.partner_teams.all())


class DelegationForm(IdempotentForm):
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
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The last day must not be before the first."))
        return cleaned


class ProfileForm(MergingForm):
    """What people choose for themselves."""

    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["language", "time_zone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices()
        if self.instance.time_zone not in known_zones():
            self.initial["time_zone"] = settings.ORGANISATION_TIME_ZONE
