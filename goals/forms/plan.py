"""Forms to write a goal, fill in a template, share and carry over."""

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.ui.drafts import MergingForm
from foundation.ui.idempotency import IdempotentForm
from goals.forms.fields import AmountField, CodesField, Day, laid_out, side_by_side
from goals.models import Goal, Objective
from goals.states import Direction, Measure
from people.models import User

AMOUNTS = ("baseline", "target")


class GoalForm(MergingForm, IdempotentForm):
    codes = CodesField(label=_("Performance codes"))
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Goal
        fields = ["title", "statement", "kind", "metric", "unit", "direction", "baseline", "target", "starts_on"]
        fields += ["due_on", "weight", "guardrail", "is_team_measure", "contribution", "objective", "codes"]
        fields += ["visibility"]
        widgets: ClassVar[dict] = {"starts_on": Day, "due_on": Day}
        field_classes: ClassVar[dict] = {"baseline": AmountField, "target": AmountField}
        widgets |= {name: forms.Textarea({"rows": 3}) for name in ("statement", "contribution")}
        help_texts = {
            "statement": _("One sentence: what will be different, for whom, and how you can tell."),
            "unit": _("For instance minutes, per week, EUR. Per cent needs none."),
            "weight": _("How much it counts among this person's goals, 0 to 100."),
            "guardrail": _("The measure that must not get worse while the goal is pursued."),
            "contribution": _("Where the figure belongs to a team: what this person does for it."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["codes"].offer(self.instance)
        choices["objective"].queryset = Objective.objects.filter(Q(is_active=True) | Q(pk=self.instance.objective_id))
        choices["objective"].empty_label = _("none")
        for name in AMOUNTS:
            self.fields[name].required = False
        self.fields["version"].initial = self.instance.version
        laid_out(
            self,
            "key",
            "version",
            Fieldset(_("What you want to achieve"), "title", "statement", "objective"),
            Fieldset(
                _("How it is measured"),
                side_by_side("kind", "direction"),
                side_by_side("metric", "unit"),
                side_by_side("baseline", "target"),
                "is_team_measure",
                "contribution",
                "guardrail",
            ),
            Fieldset(_("When, and how much it counts"), side_by_side("starts_on", "due_on", "weight")),
            Fieldset(_("Visible to"), "visibility"),
        )

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if values.get("kind") == Measure.YES_NO:
            values |= {"baseline": Decimal(0), "target": Decimal(1), "direction": Direction.INCREASE, "unit": ""}
        else:
            self._clean_amounts(values)
        starts_on, due_on = values.get("starts_on"), values.get("due_on")
        if starts_on and due_on and due_on < starts_on:
            self.add_error("due_on", _("The deadline is before the start."))
        if (values.get("weight") or 0) > 100:
            self.add_error("weight", _("At most 100 per cent."))
        return values

    def _clean_amounts(self, values):
        for name in AMOUNTS:
            if values.get(name) is None and name not in self.errors:
                self.add_error(name, _("Enter a number, or choose “Done or not done”."))
        if any(values.get(name) is None for name in AMOUNTS):
            return
        goes_up = values["target"] > values["baseline"]
        if values["target"] != values["baseline"] and goes_up != (values.get("direction") == Direction.INCREASE):
            self.add_error("direction", _("This doesn't match the direction from baseline to target."))


class TemplateForm(forms.Form):
    """From a template to oneself or to several reports, with the words and figures that the template leaves open."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    owners = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Apply to"), widget=forms.CheckboxSelectMultiple
    )
    service = forms.CharField(label=_("Service"), max_length=80, required=False)
    model = forms.CharField(label=_("Model"), max_length=80, required=False)
    team = forms.CharField(label=_("Team"), max_length=80, required=False)
    baseline = AmountField(label=_("Baseline"))
    target = AmountField(label=_("Target"))
    starts_on = forms.DateField(label=_("Starts on"), widget=Day)
    due_on = forms.DateField(label=_("Deadline"), widget=Day)
    weight = forms.IntegerField(label=_("Weight in per cent"), min_value=0, max_value=100, initial=0)

    def __init__(self, *args, template, owners, **kwargs):
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["owners"].queryset = owners
        words = [name for name in ("service", "model", "team") if f"{{{{ {name} }}}}" in template.statement]
        for name in {"service", "model", "team"} - set(words):
            del self.fields[name]
        laid_out(
            self,
            "key",
            "owners",
            side_by_side(*words) if words else Div(),
            side_by_side("baseline", "target"),
            side_by_side("starts_on", "due_on", "weight"),
        )

    def clean_due_on(self):
        due_on, starts_on = self.cleaned_data["due_on"], self.cleaned_data.get("starts_on")
        if starts_on and due_on < starts_on:
            raise forms.ValidationError(_("The deadline is before the start."))
        if due_on < timezone.localdate():
            raise forms.ValidationError(_("The deadline is in the past."))
        return due_on


class ShareForm(MergingForm):
    """What the owner may set at any time: who reads it and what it serves."""

    codes = CodesField(label=_("Performance codes"))

    class Meta:
        model = Goal
        fields = ["visibility", "objective", "contribution", "codes"]
        widgets = {"contribution": forms.Textarea({"rows": 3})}
        help_texts = {"contribution": _("The figure belongs to a team: what you yourself do for it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["codes"].offer(self.instance)
        pursued = Q(is_active=True) | Q(pk=self.instance.objective_id)
        choices["objective"].queryset = Objective.objects.filter(pursued)
        choices["objective"].empty_label = _("none")
        if not self.instance.is_team_measure:
            del self.fields["contribution"]
        laid_out(self, *(name for name in self.fields if name != "codes"))


class CarryOverForm(forms.Form):
    goals = forms.ModelMultipleChoiceField(Goal.objects.none(), label=_("Goals"), widget=forms.CheckboxSelectMultiple)
    start = forms.DateField(label=_("The next period begins on"), widget=Day)
    end = forms.DateField(label=_("The new deadline"), widget=Day)

    def __init__(self, *args, goals, **kwargs):
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["goals"].queryset = goals
        laid_out(self, "goals", side_by_side("start", "end"))

    def clean_end(self):
        end, start = self.cleaned_data["end"], self.cleaned_data.get("start")
        if start and end <= start:
            raise forms.ValidationError(_("The deadline is not after the beginning."))
        return end
