"""What HR enters about the questionnaires and templates of a draft."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.checks import UNSCORED_SCALE
from foundation.ui.drafts import MergingForm, plain_breaks, storable
from questionnaires.models import Question, Questionnaire, ReviewTemplate, Section, TemplateStage
from questionnaires.states import (
    BOXED,
    MEANINGS_OF,
    OPTIONAL_STAGES,
    PLACEHOLDERS,
    RATED,
    TYPED,
    Kind,
    Meaning,
    Purpose,
)

MOST_MINUTES = 120
MOST_CHARACTERS = 20_000
MOST_ITEMS = 10
MOST_DAYS = 365
MOST_BOXES = 30
LONGEST_LABEL = 200
SUB_STATES = {
    "not_started": _("Not started"),
    "in_progress": _("In progress"),
    "submitted": _("Submitted"),
    "returned": _("Returned"),
    "overdue": _("Overdue"),
    "done": _("Done"),
    "skipped": _("Skipped"),
}


def area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def about_placeholders(purpose: str):
    """What may be used in a text, as help beside its field."""
    names = PLACEHOLDERS[purpose]
    return _("Filled in for the reader: %(names)s") % {"names": ", ".join(f"{{{{ {name} }}}}" for name in names)}


class DraftForm(MergingForm):
    """A form of one row of a draft; its template has the form tag."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.helper = FormHelper()
        self.helper.form_tag = False
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(storable)

    def keep(self, *names: str) -> None:
        """Leave only these fields, and what the form needs itself."""
        for name in [each for each in self.fields if each not in (*names, "base")]:
            del self.fields[name]


class QuestionnaireForm(DraftForm):
    class Meta:
        model = Questionnaire
        fields = ["title", "audience", "intro", "minutes", "is_pooled"]
        labels = {
            "title": _("Title"),
            "audience": _("Who is asked"),
            "intro": _("Introduction"),
            "minutes": _("Minutes it takes"),
            "is_pooled": _("Small groups may be pooled with other relations"),
        }
        help_texts = {
            "audience": _("For HR; collaborators do not see it."),
            "minutes": _("Told in the invitation and before the first question."),
            "is_pooled": _("Without it, their answers are shown only when enough of this relation have answered."),
        }
        widgets = {"audience": area(2), "intro": area(3)}

    minutes = forms.IntegerField(label=_("Minutes it takes"), min_value=1, max_value=MOST_MINUTES)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.purpose != Purpose.FEEDBACK:
            self.keep("title")
            return
        self.fields["minutes"].help_text = self.Meta.help_texts["minutes"]
        self.fields["intro"].help_text = about_placeholders(self.instance.purpose)


class SectionForm(DraftForm):
    class Meta:
        model = Section
        fields = ["title", "help", "repeat_for"]
        labels = {"title": _("Title"), "help": _("Help"), "repeat_for": _("Asked of")}
        widgets = {"help": area(2)}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["title"].required = True
        self.fields["help"].help_text = about_placeholders(self.instance.questionnaire.purpose)
        repeat_for: Any = self.fields["repeat_for"]
        repeat_for.choices = [("", _("The review as a whole, once")), *list(repeat_for.choices)[1:]]


class DraftQuestionForm(DraftForm):
    """A question of one kind. Its kind and key stay: an answer of another kind would be another question."""

    class Meta:
        model = Question
        fields = [
            "text", "help", "is_required", "scale", "code", "example", "example_text", "max_length",
            "min_items", "max_items", "required_if", "meaning",
        ]  # fmt: skip
        labels = {
            "text": _("Question"),
            "help": _("Help"),
            "is_required": _("Required"),
            "scale": _("Scale"),
            "code": _("Performance code"),
            "example": _("An example is asked for"),
            "example_text": _("Words of the example"),
            "required_if": _("Required once this is answered"),
            "meaning": _("Read as"),
        }
        help_texts = {
            "code": _("Answers to all questions about a code are counted together."),
            "example_text": _("Asked before the rating. Empty: “One example”, after it."),
            "required_if": _("Another question of the same section."),
            "meaning": _("Where summaries, results and exports show the answer."),
        }
        widgets = {"text": area(3), "help": area(2), "example_text": area(2)}

    max_length = forms.IntegerField(label=_("Characters at most"), min_value=50, max_value=MOST_CHARACTERS)
    min_items = forms.IntegerField(label=_("Texts that are required"), min_value=0, max_value=MOST_ITEMS)
    max_items = forms.IntegerField(label=_("Texts there is room for"), min_value=1, max_value=MOST_ITEMS)
    boxes = forms.CharField(label=_("Boxes"), widget=area(5), help_text=_("One a line."))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        question, section = self.instance, self.instance.section
        questionnaire = section.questionnaire
        self.keep(*self._names(question, section))
        self.fields["text"].help_text = about_placeholders(questionnaire.purpose)
        if "scale" in self.fields:
            scales = questionnaire.catalogue.scales.all()
            is_contact = question.kind == Kind.CONTACT
            fitting = scales.filter(used_for=UNSCORED_SCALE) if is_contact else scales.exclude(used_for=UNSCORED_SCALE)
            self._choose("scale", fitting, required=True)
        if "code" in self.fields:
            self._choose("code", questionnaire.catalogue.codes.all())
        if "required_if" in self.fields:
            self._choose("required_if", section.questions.exclude(pk=question.pk))
        if "meaning" in self.fields:
            meanings = MEANINGS_OF[questionnaire.purpose]
            meaning: Any = self.fields["meaning"]
            meaning.choices = [("", _("Nothing in particular"))] + [
                (each.value, each.label) for each in Meaning if each in meanings
            ]
        if "boxes" in self.fields:
            self.fields["boxes"].initial = (
                "" if question._state.adding else "\n".join(option.label for option in question.options.all())
            )

    @staticmethod
    def _names(question, section) -> list[str]:
        purpose = section.questionnaire.purpose
        # Of a checklist all boxes have to be ticked.
        names = ["text", "help"] if question.kind == Kind.CHECKLIST else ["text", "help", "is_required"]
        has_meaning = bool(MEANINGS_OF[purpose]) and question.kind in (Kind.RATING, *TYPED)
        if question.kind in RATED:
            names.append("scale")
        if question.kind == Kind.RATING:
            names += ["example", "example_text", "max_length"]
            names += [] if section.repeat_for else ["code"]
        if question.kind in TYPED:
            names.append("max_length")
        if question.is_list:
            names += ["min_items", "max_items"]
        if question.kind == Kind.TEXT and purpose != Purpose.FEEDBACK:
            names.append("required_if")
        if question.kind in BOXED:
            names.append("boxes")
        rated = purpose == Purpose.EVALUATION
        if has_meaning and not section.repeat_for and (question.kind == Kind.RATING) == rated:
            names.append("meaning")
        return names

    def _choose(self, name, rows, *, required=False) -> None:
        field: Any = self.fields[name]
        field.queryset, field.required = rows, required
        if not required:
            field.empty_label = str(_("None"))

    def clean_boxes(self):
        labels = self.labels_of(self.cleaned_data["boxes"])
        if len(labels) > MOST_BOXES:
            raise forms.ValidationError(_("Add at most %(most)d boxes.") % {"most": MOST_BOXES})
        if any(len(label) > LONGEST_LABEL for label in labels):
            raise forms.ValidationError(_("Shorten the boxes to %(most)d characters each.") % {"most": LONGEST_LABEL})
        if len({label.casefold() for label in labels}) < len(labels):
            raise forms.ValidationError(_("Two boxes have the same label."))
        return "\n".join(labels)

    @staticmethod
    def labels_of(boxes: str) -> list[str]:
        return [line.strip() for line in plain_breaks(boxes).split("\n") if line.strip()]

    @property
    def labels(self) -> list[str] | None:
        """Of the boxes, in order; None for a question without."""
        return self.labels_of(self.cleaned_data["boxes"]) if "boxes" in self.fields else None

    def clean(self):
        cleaned = super().clean()
        least, most = cleaned.get("min_items"), cleaned.get("max_items")
        if least is not None and most is not None and least > most:
            self.add_error("max_items", _("Make room for as many texts as are required."))
        return cleaned


class TemplateForm(DraftForm):
    class Meta:
        model = ReviewTemplate
        fields = ["title", "overall_scale", "code_scale", "goal_scale"]
        labels = {
            "title": _("Title"),
            "overall_scale": _("Scale of the overall result"),
            "code_scale": _("Scale of performance codes"),
            "goal_scale": _("Scale of goals"),
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in ("overall_scale", "code_scale", "goal_scale"):
            field: Any = self.fields[name]
            field.queryset = self.instance.catalogue.scales.exclude(used_for=UNSCORED_SCALE)


class TemplateStageForm(DraftForm):
    """A stage as a new cycle begins with it."""

    class Meta:
        model = TemplateStage
        fields = ["title", "purpose", "is_enabled", "starts_with_previous"]
        labels = {
            "title": _("Title"),
            "purpose": _("Purpose"),
            "is_enabled": _("Part of a new cycle"),
            "starts_with_previous": _("Starts together with the stage before it"),
        }
        help_texts = {"starts_with_previous": _("Otherwise it starts when that one ends.")}
        widgets = {"purpose": area(2)}

    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=MOST_DAYS, help_text=_("From its start to its deadline.")
    )
    reminders = forms.CharField(
        label=_("Reminders"), required=False, max_length=60, help_text=_("Days before the deadline, such as 5, 2.")
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        stage = self.instance
        if stage.key not in OPTIONAL_STAGES:
            del self.fields["is_enabled"]
        self.fields["days"].initial = stage.days
        self.fields["reminders"].initial = ", ".join(map(str, stage.reminder_days))
        for key, label in SUB_STATES.items():
            self.fields[f"text_{key}"] = forms.CharField(
                label=_("Label while “%(state)s”") % {"state": label},
                max_length=80,
                required=False,
                initial=stage.texts.get(key, ""),
                validators=[storable],
            )

    def clean_reminders(self):
        given = [each.strip() for each in self.cleaned_data["reminders"].split(",") if each.strip()]
        if not all(each.isascii() and each.isdecimal() and len(each) <= 3 for each in given):
            raise forms.ValidationError(_("Write numbers of days, separated by commas, such as 5, 2."))
        return ", ".join(str(day) for day in sorted({int(each) for each in given}, reverse=True))

    def save(self, commit=True):
        stage, cleaned = self.instance, self.cleaned_data
        stage.days = cleaned["days"]
        stage.reminder_days = [int(day) for day in cleaned["reminders"].split(",") if day.strip()]
        stage.texts = stage.texts | {key: cleaned[f"text_{key}"] for key in SUB_STATES}
        return super().save(commit)
