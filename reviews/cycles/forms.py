"""A cycle: its period, people, confidentiality, stages and deadlines, and steps for many of its reviews."""

import uuid
from datetime import timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from competencies.models import Catalogue
from foundation.filters import FilterForm, words_field
from foundation.ui.drafts import Merging, MergingForm
from foundation.ui.forms import ReasonForm
from foundation.workdays import organisation_today
from people.fields import TeamsField
from questionnaires.models import ReviewTemplate
from reviews.cycles.services import CANCEL, RELEASE
from reviews.forms import about_deadline, date_input
from reviews.models import Cycle, Stage
from reviews.states import ReviewStatus

LONGEST_EXTENSION = timedelta(days=731)
LATE = "late"  # beside the statuses: reviews whose stage is past its deadline


class ReviewFilter(FilterForm):
    """Which reviews of a cycle HR sees: of a status, or late, and by words of a name."""

    status = forms.ChoiceField(choices=[(LATE, LATE), *ReviewStatus.choices], widget=forms.HiddenInput)
    q = words_field(_("Name, manager or team"))


def offered_templates(chosen) -> QuerySet[ReviewTemplate]:
    """The templates of the current version; the one with the id `chosen` stands for that of its key."""
    kept = ReviewTemplate.objects.filter(pk=chosen)
    current = Catalogue.objects.published().order_by("-version").values("pk")[:1]
    newest = ReviewTemplate.objects.filter(catalogue__in=current).exclude(key__in=kept.values("key"))
    return ReviewTemplate.objects.filter(Q(pk__in=kept.values("pk")) | Q(pk__in=newest.values("pk")))


class CycleForm(MergingForm):
    teams = TeamsField(label=_("Teams"), required=False, help_text=_("None chosen: all."))

    class Meta:
        model = Cycle
        fields = [
            "name", "template", "period_start", "period_end", "teams", "joined_before", "includes_people_on_leave",
            "confidentiality", "k_scores", "k_texts", "min_asked", "max_asked", "max_per_giver", "skip_level_reads",
        ]  # fmt: skip
        widgets = {
            "period_start": date_input(),
            "period_end": date_input(),
            "joined_before": date_input(),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates = offered_templates(self.instance.template_id)
        self.fields["template"].empty_label = None
        self.fields["teams"].settle()
        if self.instance.template_id is None:
            self.initial["template"] = templates.first()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "base",
            Fieldset(_("The cycle"), "name", "template", Div("period_start", "period_end", css_class="pair")),
            Fieldset(_("Who is reviewed"), "teams", "joined_before", "includes_people_on_leave"),
            Fieldset(
                _("Feedback from collaborators"),
                "confidentiality",
                Div("k_scores", "k_texts", css_class="pair"),
                Div("min_asked", "max_asked", css_class="pair"),
                "max_per_giver",
            ),
            Fieldset(_("Who reads the result"), "skip_level_reads"),
        )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and end <= start:
            self.add_error("period_end", _("The period must end after it begins."))
        if (cleaned.get("k_texts") or 4) <= (cleaned.get("k_scores") or 3):
            self.add_error("k_texts", _("Texts need at least one answer more than scores."))
        if (cleaned.get("max_asked") or 8) < (cleaned.get("min_asked") or 4):
            self.add_error("max_asked", _("“At most” may not be below “at least”."))
        if cleaned.get("confidentiality") == "anonymous" and (cleaned.get("min_asked") or 0) < (
            cleaned.get("k_scores") or 3
        ):
            self.add_error("min_asked", _("Ask at least as many people as one group needs, or nothing could be shown."))
        return cleaned


class ConfidentialityForm(MergingForm):
    """The confidentiality and thresholds of a running cycle."""

    class Meta:
        model = Cycle
        fields = ["confidentiality", "k_scores", "k_texts"]

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("k_texts") or 4) <= (cleaned.get("k_scores") or 3):
            self.add_error("k_texts", _("Texts need at least one answer more than scores."))
        return cleaned


class StageForm(MergingForm):
    """A stage's deadline and the organisation's labels for it; the deadline only until the launch."""

    STATES = {
        "not_started": _("Not started"),
        "in_progress": _("In progress"),
        "submitted": _("Submitted"),
        "returned": _("Returned"),
        "overdue": _("Overdue"),
        "done": _("Done"),
        "skipped": _("Skipped"),
    }

    class Meta:
        model = Stage
        fields = ["title", "due_on", "is_enabled"]
        widgets = {"due_on": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.is_optional or self.instance.cycle.status != "draft":
            del self.fields["is_enabled"]
        if self.instance.cycle.status != "draft":
            del self.fields["due_on"]
        else:
            self.fields["due_on"].help_text = about_deadline(self.instance.due_on)
        for key, label in self.STATES.items():
            self.fields[f"text_{key}"] = forms.CharField(
                label=label, max_length=80, required=False, initial=self.instance.texts.get(key, "")
            )

    def save(self, commit=True):
        self.instance.texts = {key: self.cleaned_data[f"text_{key}"] for key in self.STATES}
        return super().save(commit)


class BaseStageFormSet(forms.BaseModelFormSet):
    """Deadlines follow the order of the stages."""

    def clean(self):
        super().clean()
        last = None
        for form in self.forms:
            due_on = form.cleaned_data.get("due_on")
            is_enabled = form.cleaned_data.get("is_enabled", form.instance.is_enabled)
            if is_enabled and "due_on" in form.fields and not due_on and not form.errors:
                form.add_error("due_on", _("Every stage needs a deadline."))
            if due_on and last and due_on < last:
                form.add_error("due_on", _("This deadline is before that of the stage above."))
            last = due_on if is_enabled and due_on else last


StageFormSet = forms.modelformset_factory(Stage, form=StageForm, formset=BaseStageFormSet, extra=0)


class CloseCycleForm(ReasonForm):
    """Why a cycle is closed, and what becomes of feedback that still runs."""

    feedback = forms.ChoiceField(
        label=_("Feedback that is still being collected"),
        choices=[
            (RELEASE, _("Release: answers already given are summarised and shown as the thresholds allow")),
            (CANCEL, _("Cancel: answers already given are deleted and shown to nobody")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ["feedback", "reason"]


class CycleDeadlinesForm(Merging, ReasonForm):
    """New deadlines of the stages of a running cycle; a field per enabled stage, named as its key."""

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        for key, stage in cycle.stage.items():
            self.fields[key] = forms.DateField(
                label=stage.title,
                initial=stage.due_on,
                widget=date_input(),
                help_text=about_deadline(stage.due_on),
            )
        self.order_fields([*cycle.stage, "reason"])

    def stored(self) -> dict:
        return {key: stage.due_on for key, stage in self.cycle.stage.items()}

    def clean(self):
        cleaned, last = super().clean(), None
        for key, stage in self.cycle.stage.items():
            due_on = cleaned.get(key)
            if due_on and last and due_on < last:
                self.add_error(key, _("This deadline is before that of the stage above."))
            elif due_on and due_on != stage.due_on and due_on < organisation_today():
                self.add_error(key, _("A deadline can't be moved into the past."))
            last = due_on or last
        if not self.errors and not self.dates:
            self.add_error(None, _("No deadline has been changed."))
        return cleaned

    @property
    def dates(self) -> dict:
        """The changed deadlines by stage key."""
        stages = self.cycle.stage
        return {key: self.cleaned_data[key] for key in stages if self.cleaned_data.get(key) != stages[key].due_on}


class BulkForm(forms.Form):
    """What an action on many reviews asks for; `key` makes a second click the same action."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = ReasonForm.base_fields["reason"]
    due_on = forms.DateField(label=_("New deadline"), widget=date_input())
    field_order = ["due_on", "reason", "key"]

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        if not action.needs_reason:
            del self.fields["reason"]
        if not action.needs_date:
            del self.fields["due_on"]

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < organisation_today():
            raise ValidationError(_("The new deadline is in the past."))
        if due_on > organisation_today() + LONGEST_EXTENSION:
            raise ValidationError(_("This is more than two years away. Check the year."))
        return due_on
