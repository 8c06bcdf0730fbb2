"""An item of the action plan."""

from crispy_forms.helper import FormHelper

from foundation.ui.drafts import MergingForm
from foundation.ui.idempotency import IdempotentForm
from people.models import User
from reviews.forms import date_input
from reviews.models import ActionItem


class ActionItemForm(MergingForm, IdempotentForm):
    class Meta:
        model = ActionItem
        fields = ["action", "purpose", "code", "goal", "owner", "due_on", "success_sign", "support"]
        widgets = {"due_on": date_input()}

    def __init__(self, *args, review, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.fields["code"].queryset = review.cycle.catalogue.codes.all()
        self.fields["goal"].queryset = self.fields["goal"].queryset.filter(owner=review.subject).exclude(status="draft")
        self.fields["owner"].queryset = User.objects.filter(pk__in=[review.subject_id, review.manager_id])
        if self.instance.owner_id is None:
            self.initial["owner"] = review.subject_id
