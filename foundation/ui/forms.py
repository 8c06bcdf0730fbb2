"""What forms of several apps share."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

REASON_MAX = 1000  # characters; columns that keep a reason are as long


class ReasonForm(forms.Form):
    """Why a step is taken; kept with it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_MAX, widget=forms.Textarea({"rows": 3, "class": "form-control"})
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False  # the template owns <form> and its buttons
        return helper
