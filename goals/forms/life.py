"""Forms for check-ins and changes of an agreed goal."""

from decimal import Decimal

from crispy_forms.bootstrap import InlineRadios
from django import forms
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from foundation.ui.idempotency import IdempotentForm
from goals.forms.fields import AmountField, Day, laid_out, side_by_side
from goals.models import Change, CheckIn
from goals.states import Measure


class CheckInForm(IdempotentForm):
    class Meta:
        model = CheckIn
        fields = ["value", "confidence", "comment"]
        field_classes = {"value": AmountField}
        widgets = {"comment": forms.Textarea({"rows": 2}), "confidence": forms.RadioSelect}

    def __init__(self, *args, goal, **kwargs):
        super().__init__(*args, **kwargs)
        if goal.kind == Measure.YES_NO:
            choices = [("", _("no change")), ("0", _("not done")), ("1", _("done"))]
            self.fields["value"] = forms.TypedChoiceField(
                label=_("Value now"), choices=choices, coerce=Decimal, empty_value=None, required=False
            )
        elif goal.unit:
            self.fields["value"].help_text = escape(goal.unit)  # the form pack prints help as it is
        laid_out(self, "key", side_by_side("value", InlineRadios("confidence")), "comment")

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if not self.errors and values.get("value") is None and not values.get("comment"):
            self.add_error("value", _("Enter a value, or write what happened."))
        return values


class ChangeForm(forms.ModelForm):
    class Meta:
        model = Change
        fields = ["target", "due_on", "is_withdrawal", "note"]
        field_classes = {"target": AmountField}
        widgets = {"due_on": Day, "note": forms.Textarea({"rows": 3})}

    def __init__(self, *args, goal, **kwargs):
        super().__init__(*args, **kwargs)
        self.goal = goal
        self.fields["target"].help_text = _("Agreed: %(target)s. Leave empty to keep it.") % {
            "target": escape(goal.target_text)
        }
        self.fields["due_on"].help_text = _("Leave empty to keep the agreed date.")
        if goal.kind == Measure.YES_NO:
            del self.fields["target"]
        laid_out(self, *self.fields)

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < self.goal.starts_on:
            raise forms.ValidationError(_("The deadline is before the start of the goal."))
        return due_on

    def clean(self):
        super().clean()
        values = self.cleaned_data
        wanted = values.get("is_withdrawal") or values.get("due_on") or values.get("target") is not None
        if not wanted and not {"target", "due_on"} & set(self.errors):
            self.add_error("due_on", _("Enter a new target or a new deadline, or ask to drop the goal."))
        return values
