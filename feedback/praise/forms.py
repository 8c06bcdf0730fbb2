"""Feedback between cycles."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import FeedbackAsk, Praise, Reply
from feedback.rounds.forms import not_to_come
from foundation.ui.idempotency import IdempotentForm
from people.fields import PersonField


class PraiseForm(IdempotentForm):
    receiver = PersonField(label=_("Whom you thank"))

    def clean_happened_on(self):
        return not_to_come(self.cleaned_data["happened_on"])

    class Meta:
        model = Praise
        fields = ["receiver", "text", "happened_on", "is_shared_with_manager"]
        widgets = {"happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class AskForm(IdempotentForm):
    giver = PersonField(label=_("Whom you ask"))

    def clean_happened_on(self):
        return not_to_come(self.cleaned_data["happened_on"])

    class Meta:
        model = FeedbackAsk
        fields = ["giver", "about", "question", "happened_on"]
        widgets = {"happened_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class ReplyForm(forms.ModelForm):
    def __init__(self, asker, *args, **options):
        super().__init__(*args, **options)
        self.fields["is_shared_with_manager"].label = _("The manager of %(name)s may read it too") % {"name": asker}

    class Meta:
        model = Reply
        fields = ["text", "is_shared_with_manager"]
