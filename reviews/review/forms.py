"""What is asked about one review: deadline, manager, meeting, private note, statement."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.moments import day_in_words
from foundation.ui.drafts import Deciding, MergingForm
from foundation.ui.forms import ReasonForm
from people.fields import PersonField
from people.models import User
from reviews.cycles.forms import LONGEST_EXTENSION
from reviews.forms import date_input
from reviews.models import PrivateNote, Rebuttal, Review


class DeadlineForm(ReasonForm):
    """A new deadline of one stage, and why; `confirmed` holds the date whose consequences were shown."""

    due_on = forms.DateField(label=_("New deadline"), widget=date_input())
    confirmed = forms.DateField(required=False, widget=forms.HiddenInput)
    field_order = ["due_on", "reason", "confirmed"]

    def __init__(self, *args, after, **kwargs):
        super().__init__(*args, **kwargs)
        self.after = after

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on <= self.after:
            day = day_in_words(self.after, "D j M Y")
            raise ValidationError(_("The new deadline must be later than %(day)s."), params={"day": day})
        if due_on > self.after + LONGEST_EXTENSION:
            raise ValidationError(_("This is more than two years away. Check the year."))
        return due_on

    @property
    def is_confirmed(self) -> bool:
        """Whether the person has seen what else moves with this date."""
        return self.cleaned_data["confirmed"] == self.cleaned_data["due_on"]


class ExtensionForm(Deciding, DeadlineForm):
    """A later deadline for the stage a review is in."""

    def __init__(self, *args, review, **kwargs):
        self.review = review
        super().__init__(*args, after=review.current_due_on, **kwargs)

    def stored(self) -> dict:
        return {"due_on": self.review.current_due_on}

    def clean(self):
        cleaned = super().clean()
        if self.conflicts:  # what else moves with the date is another question now
            self.data["confirmed"] = ""  # type: ignore[index]  # a copy, see Merging
        return cleaned


class ManagerForm(Deciding, ReasonForm):
    """A new manager of record for one review."""

    manager = PersonField(label=_("New manager"))
    contribution = forms.CharField(
        label=_("What the new manager should know"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    field_order = ["manager", "contribution", "reason"]

    def __init__(self, *args, review, **kwargs):
        super().__init__(*args, **kwargs)
        self.review = review
        others = User.objects.active().exclude(pk__in=[review.subject_id, review.manager_id])
        self.fields["manager"].queryset = others
        self.people = self.fields["manager"].offered()

    def stored(self) -> dict:
        return {"manager": self.review.manager}


class MeetingForm(MergingForm):
    """Day, hour and place of the review meeting; the hour is that of the clock of whoever types it."""

    at = forms.TimeField(
        label=_("Begins at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    class Meta:
        model = Review
        fields = ["conversation_on", "conversation_place"]
        widgets = {"conversation_on": date_input()}
        help_texts = {"conversation_place": _("A room, or the address of a video call.")}

    field_order = ["conversation_on", "at", "conversation_place"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["conversation_on"].required = True
        self.fields["conversation_on"].error_messages["required"] = _("Choose a date for the meeting.")
        self.fields["at"].help_text = _("Your time zone: %(zone)s") % {"zone": timezone.get_current_timezone_name()}
        begins = self.instance.conversation_at
        self.initial["at"] = timezone.localtime(begins).time().replace(second=0, microsecond=0) if begins else None


class NoteForm(MergingForm):
    class Meta:
        model = PrivateNote
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "class": "form-control"})}

    def stored(self) -> dict:
        """The text of the row; of a page that only knows the text, that."""
        return {"text": self.initial.get("text", "")}


class RebuttalForm(forms.ModelForm):
    class Meta:
        model = Rebuttal
        fields = ["text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 5, "class": "form-control"})}
