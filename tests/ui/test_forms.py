"""What stands beside and above fields is text, whoever wrote it."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from crispy_forms.utils import render_crispy_form
from django import forms

MARKUP = "<script>alert(1)</script>"


class Sample(forms.Form):
    name = forms.CharField(label=MARKUP, help_text=MARKUP)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(Fieldset(MARKUP, "name"))


def test_markup_in_labels_help_texts_and_legends_stays_text():
    page = render_crispy_form(Sample(initial={"name": MARKUP}))
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_the_fields_of_a_fieldset_are_still_fields():
    assert '<input type="text" name="name"' in render_crispy_form(Sample())
