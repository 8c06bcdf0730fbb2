"""What a list is narrowed by: one form for each list, read from the address of the page or of a download."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class FilterForm(forms.Form):
    """The filter of a list. Every field may stay empty; a value that is not understood filters nothing.

    `components/filters.html` shows it, with what is wrong beside the field. Its values stand in the address, so that
    links to other pages of the list keep them.
    """

    def __init__(self, asked: Mapping[str, Any]) -> None:
        super().__init__(asked)
        for field in self.fields.values():
            field.required = False
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def chosen(self) -> dict[str, Any]:
        """By field the value that was understood; for every other field what an empty one gives: "" or None."""
        self.is_valid()
        empty = {name: field.clean(None) for name, field in self.fields.items()}
        return empty | self.cleaned_data


def words_field(label: Any, **options: Any) -> forms.CharField:
    """A field to search by words, for a FilterForm."""
    return forms.CharField(label=label, required=False, widget=forms.SearchInput(), **options)
