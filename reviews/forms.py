"""What people fill in. A form never checks a right and never sends anything."""

import uuid
from datetime import timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from foundation.moments import day_in_words
from foundation.ui.drafts import Deciding, DraftText, Merging, MergingForm, posted_base, why_too_long
from foundation.ui.idempotency import OnceForm
from foundation.workdays import organisation_today, warning_about
from people.fields import PersonField, TeamsField
from people.models import User
from reviews.models import ActionItem, CalibrationGroup, Cycle, PrivateNote, Rebuttal, Review, ReviewTemplate, Stage
from reviews.services.cycles import CANCEL, RELEASE

EXTREMES = {1, 5}
LONGEST_EXTENSION = timedelta(days=731)
MANY = ("checks", "evidence")  # kinds of fields with several boxes


def date_input(**attrs):
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


def about_deadline(day) -> str:
    """Beside a deadline: its weekday, or why people will not be at work on it; nothing for nothing."""
    return (warning_about(day, get_language() or "en") or day_in_words(day, "D j M Y")) if day else ""


class KnownChoices(forms.MultipleChoiceField):
    """Several boxes; one that is no longer offered, because its row is gone or somebody else's, counts as empty."""

    def to_python(self, value):
        return [each for each in super().to_python(value) if self.valid_value(each)]


class WritingForm(forms.Form):
    """The questions of some sections. A draft may be empty or too long; what is sent has to be complete and fit.

    As a draft the only errors are of what cannot be stored. `extra` are fields beside the sections.
    """

    def __init__(self, sections, *args, codes=(), extra=(), is_final=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.sections, self.is_final = sections, is_final
        self.drafted: dict = {}
        asked = [spec for section in sections for spec in section.fields]
        self.specs = {spec.name: spec for spec in [*asked, *extra]}
        for spec in self.specs.values():
            self.fields[spec.name] = self.build(spec, codes)

    @staticmethod
    def build(spec, codes):
        common = {"label": spec.full_label, "help_text": spec.help, "required": False}
        options = [(choice.key, choice.label) for choice in spec.choices]
        if spec.kind == "rating":
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
        if spec.kind in MANY:
            return KnownChoices(choices=options, widget=forms.CheckboxSelectMultiple, **common)
        if spec.kind == "code":
            options = [("", _("Performance code")), *((code.key, str(code)) for code in codes)]
            return forms.ChoiceField(choices=options, widget=forms.Select(attrs={"class": "form-select"}), **common)
        area = forms.Textarea(attrs={"rows": 3, "class": "form-control"})
        return DraftText(most=spec.max_length, widget=area, **common)

    def clean(self):
        cleaned = super().clean() or {}
        self.drafted = dict(cleaned)  # an error takes a value out of the cleaned ones, but not out of the draft
        if self.is_final:
            for spec in self.specs.values():
                self.check_final(spec, self.drafted)
        return cleaned

    def check_final(self, spec, cleaned) -> None:
        value = cleaned.get(spec.name)
        if spec.name in self.errors:
            return
        if spec.must_check_all and len(value or []) < len(spec.choices):
            self.add_error(spec.name, _("Confirm every point before you submit."))
        elif spec.is_required and not value:
            self.add_error(spec.name, _("Answer this question."))
        elif spec.needed_if and cleaned.get(spec.needed_if) and not value:
            self.add_error(spec.name, _("Add this to your choice above."))
        elif spec.kind == "text" and (problem := why_too_long(value, spec.max_length)):
            self.add_error(spec.name, problem)
        elif spec.example and value and not cleaned.get(spec.example) and self.needs_example(spec, value):
            self.add_error(spec.example, _("Add an example for this rating."))

    def needs_example(self, spec, value) -> bool:
        """Ratings at the ends of the scale rest on an example."""
        return next(choice.score for choice in spec.choices if choice.key == value) in EXTREMES

    def rows(self):
        """Sections with groups with bound fields, for the template."""
        for section in self.sections:
            groups = [
                {"group": group, "fields": [self.bound(spec) for spec in group.fields]} for group in section.groups
            ]
            yield {"section": section, "groups": groups}

    def bound(self, spec) -> dict:
        """A field with its specification; of a rating also its choices with what is chosen."""
        bound = self[spec.name]
        value = bound.value()
        chosen = value if isinstance(value, list) else [value]
        choices = [{"choice": each, "is_chosen": each.key in chosen} for each in spec.choices]
        return {"field": bound, "spec": spec, "choices": choices}

    def changed(self, data, *, is_whole=False) -> dict:
        """The cleaned values of the fields that were sent and can be stored.

        Of a form that `is_whole`, boxes that were all left empty count as sent: browsers do not mention them.
        """
        shown = posted_base(data) if is_whole else {}
        sent = [name for name in self.fields if name in data or (name in shown and self.specs[name].kind in MANY)]
        return {name: self.drafted[name] for name in sent if name in self.drafted}


class EvaluationForm(WritingForm):
    """The manager's: every rating that is not "not observed" rests on an example."""

    def needs_example(self, spec, value) -> bool:
        return value != "not_observed"


class CycleForm(MergingForm):
    teams = TeamsField(label=_("Teams"), required=False, help_text=_("None chosen: all."))

    class Meta:
        model = Cycle
        fields = [
            "name", "template", "period_start", "period_end", "teams", "joined_before", "includes_people_on_leave",
            "promise", "k_scores", "k_texts", "min_asked", "max_asked", "max_per_giver", "skip_level_reads",
        ]  # fmt: skip
        widgets = {
            "period_start": date_input(),
            "period_end": date_input(),
            "joined_before": date_input(),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = ReviewTemplate.objects.order_by("title")
        self.fields["template"].empty_label = None
        self.fields["teams"].settle()
        if self.instance.template_id is None:
            self.initial["template"] = ReviewTemplate.objects.order_by("pk").first()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "base",
            Fieldset(_("The cycle"), "name", "template", Div("period_start", "period_end", css_class="pair")),
            Fieldset(_("Who is reviewed"), "teams", "joined_before", "includes_people_on_leave"),
            Fieldset(
                _("Feedback from collaborators"),
                "promise",
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
        if cleaned.get("promise") == "anonymous" and (cleaned.get("min_asked") or 0) < (cleaned.get("k_scores") or 3):
            self.add_error("min_asked", _("Ask at least as many people as one group needs, or nothing could be shown."))
        return cleaned


class PromiseForm(MergingForm):
    """What givers are told, for a cycle that runs already."""

    class Meta:
        model = Cycle
        fields = ["promise", "k_scores", "k_texts"]

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


class ReasonForm(forms.Form):
    """Why a step is taken; kept with it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"})
    )


class DeadlineForm(ReasonForm):
    """A new deadline of one stage, and why; `confirmed` holds the date whose consequences were shown."""

    due_on = forms.DateField(label=_("New deadline"), widget=date_input())
    confirmed = forms.DateField(required=False, widget=forms.HiddenInput)
    field_order = ["due_on", "reason", "confirmed"]

    def __init__(self, *args, after, **kwargs):
        super().__init__(*args, **kwargs)
        self.after = after

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on <= self.after:
            day = day_in_words(self.after, "D j M Y")
            raise ValidationError(_("The new deadline must be later than %(day)s."), params={"day": day})
        if due_on > self.after + LONGEST_EXTENSION:
            raise ValidationError(_("This is more than two years away. Check the year."))
        return due_on

    @property
    def is_confirmed(self) -> bool:
        """Whether the person has seen what else moves with this date."""
        return self.cleaned_data["confirmed"] == self.cleaned_data["due_on"]


class ExtensionForm(Deciding, DeadlineForm):
    """A later deadline for the stage a review is in."""

    def __init__(self, *args, review, **kwargs):
        self.review = review
        super().__init__(*args, after=review.current_due_on, **kwargs)

    def stored(self) -> dict:
        return {"due_on": self.review.current_due_on}

    def clean(self):
        cleaned = super().clean()
        if self.conflicts:  # what else moves with the date is another question now
            self.data["confirmed"] = ""
        return cleaned


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
    """What an action on many reviews still has to know; `key` makes a second click the same deed."""

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


class ManagerForm(Deciding, ReasonForm):
    """A new manager of record for one review."""

    manager = PersonField(label=_("New manager"))
    contribution = forms.CharField(
        label=_("What the new manager should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    field_order = ["manager", "contribution", "reason"]

    def __init__(self, *args, review, **kwargs):
        super().__init__(*args, **kwargs)
        self.review = review
        others = User.objects.active().exclude(pk__in=[review.subject_id, review.manager_id])
        self.fields["manager"].queryset = others
        self.people = self.fields["manager"].offered()

    def stored(self) -> dict:
        return {"manager": self.review.manager}


class ActionItemForm(MergingForm, OnceForm):
    class Meta:
        model = ActionItem
        fields = ["action", "purpose", "code", "goal", "owner", "due_on", "success_sign", "support"]
        widgets = {"due_on": date_input()}

    def __init__(self, *args, review, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.fields["code"].queryset = review.cycle.catalogue.codes.all()
        self.fields["goal"].queryset = self.fields["goal"].queryset.filter(owner=review.subject).exclude(status="draft")
        self.fields["owner"].queryset = User.objects.filter(pk__in=[review.subject_id, review.manager_id])
        if self.instance.owner_id is None:
            self.initial["owner"] = review.subject_id


class ConversationForm(MergingForm):
    class Meta:
        model = Review
        fields = ["conversation_on"]
        widgets = {"conversation_on": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["conversation_on"].required = True
        self.fields["conversation_on"].error_messages["required"] = _("Please give a date for the conversation.")


class NoteForm(MergingForm):
    class Meta:
        model = PrivateNote
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "class": "form-control"})}

    def stored(self) -> dict:
        """The text of the row; of a page that only knows the text, that."""
        return {"text": self.initial.get("text", "")}


class RebuttalForm(forms.ModelForm):
    class Meta:
        model = Rebuttal
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "class": "form-control"})}


class GroupForm(forms.ModelForm):
    """A calibration group; to tick are the reviews that were `found`, and their managers."""

    facilitator = PersonField(label=_("Facilitator"))

    class Meta:
        model = CalibrationGroup
        fields = ["name", "facilitator", "members", "reviews"]
        widgets = {"members": forms.CheckboxSelectMultiple, "reviews": forms.CheckboxSelectMultiple}

    def __init__(self, *args, cycle, found, **kwargs):
        super().__init__(*args, **kwargs)
        members, reviews = self.fields["members"], self.fields["reviews"]
        members.queryset = User.objects.filter(managed_reviews__cycle=cycle).distinct()
        members.choices = sorted(
            {(review.manager.pk, review.manager.name) for review in found}, key=lambda each: each[1]
        )
        reviews.queryset = Review.objects.filter(cycle=cycle, groups=None)
        reviews.choices = [(review.pk, f"{review.subject} – {review.manager}") for review in found]
        self.people = self.fields["facilitator"].offered()


class CalibrationForm(Deciding, ReasonForm):
    """Another overall result for one review of the group."""

    overall = forms.ModelChoiceField(label=_("Overall result"), queryset=None)
    field_order = ["overall", "reason"]

    def __init__(self, *args, points, evaluation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["overall"].queryset = points
        self.evaluation = evaluation

    def stored(self) -> dict:
        return {"overall": self.evaluation.overall}


class VerifyForm(forms.Form):
    """A PDF whose fingerprint is compared; the file is not kept."""

    MAX_BYTES = 20_000_000
    document = forms.FileField(label=_("PDF file"))

    def clean_document(self):
        document = self.cleaned_data["document"]
        if document.size > self.MAX_BYTES:
            raise ValidationError(_("This file is larger than any document of ours."))
        return document
