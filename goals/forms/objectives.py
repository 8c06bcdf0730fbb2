"""What the organisation wants."""

from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.ui.drafts import MergingForm
from goals.forms.fields import Amount, Day, laid_out, side_by_side
from goals.models import Objective
from people.models import User


class ObjectiveForm(MergingForm):
    owner_address = forms.EmailField(label=_("Email address of its owner"), required=False)

    class Meta:
        model = Objective
        fields = ["title", "key", "parent", "description", "indicator", "unit", "direction", "target"]
        fields += ["starts_on", "ends_on", "is_active"]
        widgets = {"starts_on": Day, "ends_on": Day, "target": Amount, "description": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["parent"].queryset = Objective.objects.exclude(pk__in=self.instance.branch_ids())
        self.fields["owner_address"].initial = self.instance.owner.email if self.instance.owner else ""
        laid_out(
            self,
            Fieldset(_("What the organisation wants"), "title", "key", "parent", "description", "owner_address"),
            Fieldset(_("How it is measured"), side_by_side("indicator", "unit"), side_by_side("direction", "target")),
            Fieldset(_("When"), side_by_side("starts_on", "ends_on"), "is_active"),
        )

    def clean_owner_address(self):
        address = self.cleaned_data["owner_address"]
        if address and self.owner_of(address) is None:
            raise forms.ValidationError(_("Nobody in the organisation has this address."))
        return address

    @staticmethod
    def owner_of(address):
        return User.objects.active().with_address(address).first() if address else None

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if "owner_address" in values:  # as merged: another tab may have changed it
            self.instance.owner = self.owner_of(values["owner_address"])
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The end is before the beginning."))
        return values
