"""What people enter about goals, progress and evidence."""

import uuid
from decimal import Decimal

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competencies.models import Catalogue, Code
from goals.models import Change, CheckIn, Evidence, Goal, Objective
from goals.states import Direction, Measure
from people.models import User

AMOUNTS = ("baseline", "target")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class Amount(forms.NumberInput):
    """A number without trailing zeros, any step."""

    def __init__(self):
        super().__init__({"step": "any", "inputmode": "decimal"})

    def format_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().format_value(value)


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes for templates that lay them out themselves."""

    def __init__(self):
        super().__init__({"class": "form-check-input"})


class CodesField(forms.ModelMultipleChoiceField):
    """Performance codes of the current catalogue, and those already chosen; shown by goals/_codes.html."""

    def __init__(self, **kwargs):
        super().__init__(Code.objects.none(), required=False, widget=Ticks(), **kwargs)

    def offer(self, instance) -> None:
        current = Catalogue.objects.filter(status="published").order_by("-version").values("pk")[:1]
        chosen = () if instance._state.adding else instance.codes.values("pk")
        self.queryset = Code.objects.filter(Q(catalogue__in=current) | Q(pk__in=chosen))


def laid_out(form, *parts) -> FormHelper:
    form.helper = FormHelper()
    form.helper.form_tag = False  # the template owns <form> and its buttons
    form.helper.layout = Layout(*parts)
    return form.helper


def side_by_side(*fields):
    return Div(*(Div(field, css_class="col-sm") for field in fields), css_class="row")


class KeyedForm(forms.ModelForm):
    """Carries a key made with the form, so that a second click finds the first one's row."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()

    def save_once(self, owner):
        """Save a new row of `owner`, or return what the first click on the same form saved."""
        rows, key = type(self.instance).objects.filter(owner=owner), self.cleaned_data["key"]
        self.instance.key = key
        try:
            with transaction.atomic():
                return rows.filter(key=key).first() or self.save()
        except IntegrityError:  # both clicks at the same moment
            return rows.get(key=key)


class GoalForm(KeyedForm):
    codes = CodesField(label=_("Performance codes"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Goal
        fields = ["title", "statement", "kind", "metric", "unit", "direction", "baseline", "target", "starts_on"]
        fields += ["due_on", "weight", "guardrail", "is_team_measure", "contribution", "objective", "codes"]
        fields += ["visibility"]
        widgets = {"starts_on": Day, "due_on": Day, "baseline": Amount, "target": Amount}
        widgets |= {name: forms.Textarea({"rows": 3}) for name in ("statement", "contribution")}
        help_texts = {
            "statement": _("One sentence: what will be different, for whom, and how one can see it."),
            "unit": _("For instance minutes, per week, EUR. Per cent needs none."),
            "weight": _("How much it counts among this person's goals, 0 to 100."),
            "guardrail": _("The measure that must not get worse while the goal is pursued."),
            "contribution": _("Where the figure belongs to a team: what this person does for it."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].offer(self.instance)
        self.fields["objective"].queryset = Objective.objects.filter(
            Q(is_active=True) | Q(pk=self.instance.objective_id)
        )
        self.fields["objective"].empty_label = _("none")
        for name in AMOUNTS:
            self.fields[name].required = False
        self.fields["version"].initial = self.instance.version
        laid_out(
            self,
            "key",
            "version",
            Fieldset(_("What you aim at"), "title", "statement", "objective"),
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
            Fieldset(_("Who reads it"), "visibility"),
        )

    def clean(self):
        values = super().clean()
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
            self.add_error("direction", _("This contradicts the way from baseline to target."))


class TemplateForm(forms.Form):
    """From a template to oneself or to several reports, with the words and figures that the template leaves open."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    owners = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("For whom"), widget=forms.CheckboxSelectMultiple
    )
    service = forms.CharField(label=_("Service"), max_length=80, required=False)
    model = forms.CharField(label=_("Model"), max_length=80, required=False)
    team = forms.CharField(label=_("Team"), max_length=80, required=False)
    baseline = forms.DecimalField(label=_("Baseline"), max_digits=16, decimal_places=4, widget=Amount)
    target = forms.DecimalField(label=_("Target"), max_digits=16, decimal_places=4, widget=Amount)
    starts_on = forms.DateField(label=_("Starts on"), widget=Day)
    due_on = forms.DateField(label=_("Deadline"), widget=Day)
    weight = forms.IntegerField(label=_("Weight in per cent"), min_value=0, max_value=100, initial=0)

    def __init__(self, *args, template, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owners"].queryset = owners
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


class ShareForm(forms.ModelForm):
    """What the owner may set at any time: who reads it and what it serves."""

    codes = CodesField(label=_("Performance codes"))

    class Meta:
        model = Goal
        fields = ["visibility", "objective", "contribution", "codes"]
        widgets = {"contribution": forms.Textarea({"rows": 3})}
        help_texts = {"contribution": _("The figure belongs to a team: what you yourself do for it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].offer(self.instance)
        pursued = Q(is_active=True) | Q(pk=self.instance.objective_id)
        self.fields["objective"].queryset = Objective.objects.filter(pursued)
        self.fields["objective"].empty_label = _("none")
        if not self.instance.is_team_measure:
            del self.fields["contribution"]
        laid_out(self, *(name for name in self.fields if name != "codes"))


class CheckInForm(KeyedForm):
    class Meta:
        model = CheckIn
        fields = ["value", "confidence", "comment"]
        widgets = {"value": Amount, "comment": forms.Textarea({"rows": 2}), "confidence": forms.RadioSelect}

    def __init__(self, *args, goal, **kwargs):
        super().__init__(*args, **kwargs)
        if goal.kind == Measure.YES_NO:
            choices = [("", _("no change")), ("0", _("not done")), ("1", _("done"))]
            self.fields["value"] = forms.TypedChoiceField(
                label=_("Value now"), choices=choices, coerce=Decimal, empty_value=None, required=False
            )
        elif goal.unit:
            self.fields["value"].help_text = goal.unit
        laid_out(self, "key", side_by_side("value", InlineRadios("confidence")), "comment")

    def clean(self):
        values = super().clean()
        if not self.errors and values.get("value") is None and not values.get("comment"):
            self.add_error("value", _("Enter a value, or write what happened."))
        return values


class ChangeForm(forms.ModelForm):
    class Meta:
        model = Change
        fields = ["target", "due_on", "is_withdrawal", "note"]
        widgets = {"target": Amount, "due_on": Day, "note": forms.Textarea({"rows": 3})}

    def __init__(self, *args, goal, **kwargs):
        super().__init__(*args, **kwargs)
        self.goal = goal
        self.fields["target"].help_text = _("Agreed: %(target)s. Leave empty to keep it.") % {
            "target": goal.target_text
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
        values = super().clean()
        wanted = values.get("is_withdrawal") or values.get("due_on") or values.get("target") is not None
        if not wanted and not self.errors:
            self.add_error("due_on", _("Enter a new target or a new deadline, or ask to drop the goal."))
        return values


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        laid_out(self, "reason")


class CarryOverForm(forms.Form):
    goals = forms.ModelMultipleChoiceField(Goal.objects.none(), label=_("Goals"), widget=forms.CheckboxSelectMultiple)
    start = forms.DateField(label=_("The next period begins on"), widget=Day)
    end = forms.DateField(label=_("The new deadline"), widget=Day)

    def __init__(self, *args, goals, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["goals"].queryset = goals
        laid_out(self, "goals", side_by_side("start", "end"))

    def clean_end(self):
        end, start = self.cleaned_data["end"], self.cleaned_data.get("start")
        if start and end <= start:
            raise forms.ValidationError(_("The deadline is not after the beginning."))
        return end


class EvidenceForm(KeyedForm):
    codes = CodesField(label=_("Performance codes it shows"))

    class Meta:
        model = Evidence
        fields = ["note", "happened_on", "link", "codes", "goals"]
        widgets = {
            "note": forms.Textarea({"rows": 3}),
            "happened_on": Day,
            "link": forms.URLInput,
            "goals": Ticks,
        }
        help_texts = {
            "note": _("What happened, and what changed because of it."),
            "link": _("A pull request, dashboard, incident or document."),
            "goals": _("Who reads a goal reads what is attached to it. Attached to none, it is yours alone."),
        }

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].offer(self.instance)
        self.fields["goals"].queryset = Goal.objects.of(owner).by_deadline()
        laid_out(self, "key", "note", side_by_side("happened_on", "link"))

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Evidence is about what has happened; this day is still to come."))
        return day


class ObjectiveForm(forms.ModelForm):
    owner_address = forms.EmailField(label=_("E-mail address of its owner"), required=False)

    class Meta:
        model = Objective
        fields = ["title", "key", "parent", "description", "indicator", "unit", "direction", "target"]
        fields += ["starts_on", "ends_on", "is_active"]
        widgets = {"starts_on": Day, "ends_on": Day, "target": Amount, "description": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Objective.objects.exclude(pk__in=self.instance.branch_ids())
        self.fields["owner_address"].initial = self.instance.owner.email if self.instance.owner else ""
        laid_out(
            self,
            Fieldset(_("What the organisation wants"), "title", "key", "parent", "description", "owner_address"),
            Fieldset(_("How it shows"), side_by_side("indicator", "unit"), side_by_side("direction", "target")),
            Fieldset(_("When"), side_by_side("starts_on", "ends_on"), "is_active"),
        )

    def clean_owner_address(self):
        address = self.cleaned_data["owner_address"]
        self.instance.owner = User.objects.active().filter(email__iexact=address).first() if address else None
        if address and self.instance.owner is None:
            raise forms.ValidationError(_("Nobody in the organisation has this address."))
        return address

    def clean(self):
        values = super().clean()
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The end is before the beginning."))
        return values
