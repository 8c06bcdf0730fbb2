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
