"""One form, one row: the id of a row is made with its form, so that a second click finds what the first one stored."""

import uuid

from django import forms
from django.db import IntegrityError, transaction


class IdempotentForm(forms.ModelForm):
    """Carries the id of the row it will make; a row that is already there keeps its own."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)

    def clean_key(self):
        return self.cleaned_data["key"] or uuid.uuid4()

    def save(self, commit=True):
        if self.instance._state.adding:
            self.instance.pk = self.cleaned_data["key"]
        return super().save(commit)

    @transaction.atomic
    def save_once(self, **whose):
        """Save with all that was chosen, or return what the first click on the same form stored for `whose`."""
        if not self.instance._state.adding:
            return self.save()
        row, is_stored = insert_once(self.save(commit=False), **whose)
        if is_stored:
            self.save_m2m()
        return row


def insert_once(row, **whose):
    """`row` and True, or what the first click stored for `whose` and False. An id that is not theirs is given up."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        earlier = type(row).objects.filter(pk=row.pk, **whose).first()
        if earlier is not None:
            return earlier, False
        row.pk = uuid.uuid4()
        row.save(force_insert=True)
    return row, True
