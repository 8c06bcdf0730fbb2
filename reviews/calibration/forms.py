"""A calibration group, and another result for one of its reviews."""

from django import forms
from django.utils.translation import gettext_lazy as _

from competencies.models import Point
from foundation.ui.drafts import Deciding
from foundation.ui.forms import ReasonForm
from people.fields import PersonField
from people.models import User
from reviews.models import CalibrationGroup, Review


class GroupForm(forms.ModelForm):
    """A calibration group; to tick are the reviews that were `found`, and their managers."""

    facilitator = PersonField(label=_("Facilitator"))

    class Meta:
        model = CalibrationGroup
        fields = ["name", "facilitator", "members", "reviews"]
        widgets = {"members": forms.CheckboxSelectMultiple, "reviews": forms.CheckboxSelectMultiple}

    def __init__(self, *args, cycle, found, **kwargs):
        super().__init__(*args, **kwargs)
        members, reviews = self.fields["members"], self.fields["reviews"]
        members.queryset = User.objects.filter(managed_reviews__cycle=cycle).distinct()
        members.choices = sorted(
            {(review.manager.pk, review.manager.name) for review in found}, key=lambda each: each[1]
        )
        reviews.queryset = Review.objects.filter(cycle=cycle, groups=None)
        reviews.choices = [(review.pk, f"{review.subject} – {review.manager}") for review in found]
        self.people = self.fields["facilitator"].offered()


class CalibrationForm(Deciding, ReasonForm):
    """Another overall result for one review of the group."""

    overall = forms.ModelChoiceField(Point.objects.none(), label=_("Overall result"))
    field_order = ["overall", "reason"]

    def __init__(self, *args, points, evaluation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["overall"].queryset = points
        self.evaluation = evaluation

    def stored(self) -> dict:
        return {"overall": self.evaluation.overall}
