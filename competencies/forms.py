"""What HR enters into the next version of the catalogue."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.models import Catalogue, Code, Point, Scale
from competencies.states import LEVELS
from competencies.uploaded import MOST_BYTES
from foundation.ui.drafts import MergingForm
from people.models import Grade

KEY = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def sentence_name(level) -> str:
    return f"level_{level}"


def grade_name(grade) -> str:
    return f"expected_{grade.key}"


class VersionForm(forms.ModelForm):
    class Meta:
        model = Catalogue
        fields = ["note"]
        widgets = {"note": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.helper = FormHelper()
        self.helper.form_tag = False


class VersionFileForm(forms.Form):
    """A version of the catalogue that was exported, here or elsewhere."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("YAML, up to 2 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
        allow_empty_file=True,  # told as a file that is no version
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."))
        return file


class PerformanceCodeForm(MergingForm):
    """A code with its five sentences and the level expected of each grade."""

    class Meta:
        model = Code
        fields = ["key", "category", "title", "description", "is_core", "sfia"]
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.grades = list(Grade.objects.all())
        is_new = self.instance._state.adding
        code = None if is_new else Code.objects.with_levels().get(pk=self.instance.pk)
        for level in LEVELS:
            self.fields[sentence_name(level)] = self._sentence(level, code)
        for grade in self.grades:
            self.fields[grade_name(grade)] = self._expectation(grade, code)
        self._lay_out()

    def _sentence(self, level, code):
        return forms.CharField(
            label=_("Level %(level)s") % {"level": level},
            max_length=1000,
            widget=forms.Textarea({"rows": 2}),
            initial=code.sentence(level) if code else "",
        )

    def _expectation(self, grade, code):
        return forms.TypedChoiceField(
            label=str(grade),
            choices=[("", _("not expected")), *((level, level) for level in LEVELS)],
            coerce=int,
            empty_value=None,
            required=False,
            initial=code.expected_at(grade.key) if code else None,
        )

    def _lay_out(self):
        expectations = [Div(Field(grade_name(grade)), css_class="col-sm-6 col-lg-4") for grade in self.grades]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "base",
            Fieldset(_("The code"), "key", "category", "title", "description", "is_core", "sfia"),
            Fieldset(_("What a colleague could have seen"), *map(sentence_name, LEVELS)),
            Fieldset(_("The level expected of each grade"), Div(*expectations, css_class="row")),
        )

    def clean_key(self):
        key = self.cleaned_data["key"].upper()
        if not KEY.fullmatch(key):
            raise forms.ValidationError(_("Use letters, digits and hyphens only, such as TEC-CICD."))
        others = Code.objects.filter(catalogue=self.instance.catalogue_id, key=key).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("This catalogue has another code with this key."))
        return key

    def sentences(self) -> dict:
        return {level: self.cleaned_data[sentence_name(level)] for level in LEVELS}

    def expectations(self) -> dict:
        return {grade.key: self.cleaned_data[grade_name(grade)] for grade in self.grades}


class CatalogueForm(MergingForm):
    """The title of a draft, and what is new in it; without a note it is kept, but not published."""

    class Meta:
        model = Catalogue
        fields = ["title", "note"]
        widgets = {"note": forms.Textarea({"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class ScaleForm(MergingForm):
    class Meta:
        model = Scale
        fields = ["title", "hint", "example_at_or_below"]
        widgets = {"hint": forms.Textarea({"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class PointForm(MergingForm):
    class Meta:
        model = Point
        fields = ["label", "definition"]
        widgets = {"definition": forms.Textarea({"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class NewPointForm(forms.ModelForm):
    """One more answer of a scale; its place follows from its score."""

    class Meta:
        model = Point
        fields = ["label", "definition", "score"]
        labels = {"label": _("Label"), "definition": _("Sentence")}
        widgets = {"definition": forms.Textarea({"rows": 2})}

    score = forms.IntegerField(
        label=_("Score"),
        required=False,
        min_value=1,
        max_value=5,
        help_text=_("1 to 5. Leave empty for an answer such as “Not observed”, which enters no average."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_label(self):
        label = self.cleaned_data["label"]
        if self.instance.scale.points.filter(label__iexact=label).exists():
            raise forms.ValidationError(_("This scale has another answer with this label."))
        return label

    def clean_score(self):
        score = self.cleaned_data["score"]
        if score is not None and self.instance.scale.points.filter(score=score).exists():
            raise forms.ValidationError(_("This scale has another answer with this score."))
        return score


# The score of an answer stays: it means the same in every version of a scale.
PointFormSet = forms.modelformset_factory(Point, form=PointForm, extra=0, can_delete=False)
