"""What every filter of a list does with what stands in an address."""

import pytest
from django import forms

from foundation.filters import FilterForm, words_field


class Stages(FilterForm):
    q = words_field("Name")
    stage = forms.ChoiceField(choices=[("open", "Open"), ("done", "Done")])
    since = forms.DateField()


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ({}, {"q": "", "stage": "", "since": None}),
        ({"q": "  priya ", "stage": "open"}, {"q": "priya", "stage": "open", "since": None}),
        ({"q": "priya", "stage": "invented", "since": "soon"}, {"q": "priya", "stage": "", "since": None}),
        ({"q": "pri\0ya", "stage": "done"}, {"q": "", "stage": "done", "since": None}),
    ],
)
def test_what_is_not_understood_filters_nothing_and_the_rest_does(asked, chosen):
    assert Stages(asked).chosen == chosen


def test_what_is_wrong_is_said_beside_its_field():
    assert set(Stages({"stage": "invented", "since": "soon", "q": "priya"}).errors) == {"stage", "since"}
