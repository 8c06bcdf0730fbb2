"""Forms of evidence."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.ui.drafts import MergingForm
from foundation.ui.idempotency import IdempotentForm
from goals.forms.fields import CodesField, Day, Ticks, laid_out, side_by_side
from goals.models import Evidence, Goal


class EvidenceForm(MergingForm, IdempotentForm):
    codes = CodesField(label=_("Performance codes it shows"))

    class Meta:
        model = Evidence
        fields = ["note", "happened_on", "link", "codes", "goals"]
        widgets = {
            "note": forms.Textarea({"rows": 3}),
            "happened_on": Day,
            "link": forms.URLInput,
            "goals": Ticks,
        }
        help_texts = {
            "note": _("What happened, and what changed because of it."),
            "link": _("A pull request, dashboard, incident or document."),
            "goals": _("Anyone who can see the goal can see its evidence. Unattached evidence is private."),
        }

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["codes"].offer(self.instance)
        choices["goals"].queryset = Goal.objects.of(owner).by_deadline()
        laid_out(self, "key", "note", side_by_side("happened_on", "link"))

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("Evidence is about what has already happened. Choose a day that isn't in the future.")
            )
        return day
