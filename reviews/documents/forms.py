"""A file to compare with what was issued."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """A PDF whose fingerprint is compared; the file is not kept."""

    MAX_BYTES = 20_000_000
    document = forms.FileField(label=_("PDF file"))

    def clean_document(self):
        document = self.cleaned_data["document"]
        if document.size > self.MAX_BYTES:
            raise ValidationError(_("This file is too large to be one of our documents."))
        return document


class ExportForm(forms.Form):
    """What HR takes out of a cycle."""

    kind = forms.ChoiceField(
        label=_("What to export"),
        choices=[
            ("zip", _("A PDF summary of each delivered review (ZIP)")),
            ("xlsx", _("A table of results (XLSX)")),
            ("csv", _("A table of results (CSV)")),
        ],
        initial="zip",
        widget=forms.RadioSelect,
    )
