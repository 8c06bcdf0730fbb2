"""The one form of everything that is written: the fields of some parts of a questionnaire."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.ui.drafts import DraftText, posted_base
from questionnaires.checks import Wording, problems
from questionnaires.fields import BOXES, CODE, RATING, Field, Part, fields_of


class KnownChoices(forms.MultipleChoiceField):
    """Several boxes; one that is no longer offered, because its row is gone or somebody else's, counts as empty."""

    def to_python(self, value):
        return [each for each in super().to_python(value) if self.valid_value(each)]


class QuestionForm(forms.Form):
    """A draft may be empty or too long; what is sent (`is_final`) has to be complete and fit.

    As a draft the only errors are of what cannot be stored. `extra` are fields beside the parts.
    """

    def __init__(
        self,
        parts: Iterable[Part],
        *args,
        extra: Iterable[Field] = (),
        is_final: bool = False,
        wording: type[Wording] = Wording,
        **options,
    ):
        super().__init__(*args, **options)
        self.parts, self.is_final, self.wording = list(parts), is_final, wording
        self.drafted: dict = {}
        self.asked = fields_of(self.parts) | {each.name: each for each in extra}
        for each in self.asked.values():
            self.fields[each.name] = built(each)

    def clean(self):
        cleaned = super().clean() or {}
        self.drafted = dict(cleaned)  # an error takes a value out of the cleaned ones, but not out of the draft
        if self.is_final:
            for name, problem in problems(self.asked.values(), self.drafted, self.wording).items():
                if name not in self.errors:
                    self.add_error(name, problem)
        return cleaned

    def changed(self, data, *, is_whole: bool = False) -> dict:
        """The cleaned values of the fields that were sent and can be stored.

        Of a form that `is_whole`, boxes that were all left empty count as sent: browsers do not mention them.
        """
        shown = posted_base(data) if is_whole else {}
        boxes = {name for name, each in self.asked.items() if each.kind == BOXES}
        sent = [name for name in self.fields if name in data or (name in shown and name in boxes)]
        return {name: self.drafted[name] for name in sent if name in self.drafted}

    def rows(self) -> Iterator[dict]:
        """Parts with groups with bound fields, for the template."""
        for part in self.parts:
            groups = [{"group": group, "fields": [self.bound(each) for each in group.fields]} for group in part.groups]
            yield {"part": part, "groups": groups}

    def bound(self, each: Field) -> dict:
        """A field with what is asked in it."""
        return {"field": self[each.name], "asked": each}


def built(each: Field) -> forms.Field:
    common: dict[str, Any] = {"label": each.full_label, "help_text": each.help, "required": False}
    options: list[tuple[str, Any]] = [(choice.key, choice) for choice in each.choices]
    if each.kind == RATING:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if each.kind == BOXES:
        return KnownChoices(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    if each.kind == CODE:
        options.insert(0, ("", _("Performance code")))
        return forms.ChoiceField(choices=options, widget=forms.Select(attrs={"class": "form-select"}), **common)
    area = forms.Textarea(attrs={"rows": each.rows, "class": "form-control"})
    return DraftText(most=each.max_length, widget=area, **common)
