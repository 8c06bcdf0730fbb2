"""What is written in a review: self-assessment, evaluation, overall result, summary."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.ui.drafts import DraftText, posted_base, why_too_long
from reviews.cycles.forms import EXTREMES, MANY
from reviews.forms import KnownChoices


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
            self.add_error(spec.name, _("Explain your choice above."))
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
