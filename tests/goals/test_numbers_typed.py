"""Numbers as people type them, repeated as understood; progress as it is (cases E7, cases H6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from goals.forms.fields import Amount, AmountField
from goals.models import Goal
from tests.factories import make_goal

GOAL = {
    "title": "Shorter builds",
    "unit": "",
    "starts_on": timezone.localdate().isoformat(),
    "due_on": (timezone.localdate() + timedelta(days=60)).isoformat(),
    "weight": "0",
    "visibility": "private",
    "key": "0b3b8c1e-5a6e-4a7e-9f0a-7f3d2a1b4c5d",
}


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "1.000", "1"),
        ("en", "1,000", "1000"),
        ("en", "1,000.5", "1000.5"),
        ("en", "1,234,567", "1234567"),
        ("en", "1,5", "1.5"),
        ("en", "-2.5", "-2.5"),
        ("en", "1 000", "1000"),
        ("de", "1.000", "1000"),
        ("de", "1.000,5", "1000.5"),
        ("de", "1,5", "1.5"),
        ("de", "1.5", "1.5"),
        ("de", "1,000", "1"),
        ("de", "−2,5", "-2.5"),
    ],
)
def test_a_number_is_read_in_the_readers_language(language, text, number):
    """cases E7"""
    with translation.override(language):
        assert AmountField().clean(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,00,0.5.5", "abc", "1.000.5,5", "NaN", "1e99999"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        AmountField().clean(text)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_shown_number_is_read_back_as_itself(language):
    with translation.override(language):
        for number in ("1000", "0.1234", "12345.6", "-7.5", "1.234"):
            shown = Amount().format_value(Decimal(number))
            assert AmountField().clean(shown) == Decimal(number)


def test_the_goal_page_repeats_the_target_as_understood(cast, as_):
    """cases E7: beside Check, and on the page of the goal before it is agreed."""
    data = GOAL | {"kind": "percent", "baseline": "0", "target": "1.000", "direction": "increase"}
    page = as_(cast.subject).post(reverse("goals:create"), data | {"check": "1"}).content.decode()
    assert "Target as understood" in page
    assert "<dd>1 %</dd>" in page
    page = as_(cast.subject).post(reverse("goals:create"), data, follow=True).content.decode()
    assert Goal.objects.get().target == 1
    assert "Target as understood" in page
    assert "<dd>1 %</dd>" in page


def test_a_check_in_says_that_it_is_saved_and_how_it_was_read(cast, as_):
    """cases E7, cases H10: as a page, and as the part that htmx replaces."""
    goal = make_goal(owner=cast.subject, status="agreed", baseline=0, target=2000, unit="builds")
    url = reverse("goals:check_in", args=[goal.pk])
    data = {"value": "1,000", "confidence": "on_track", "comment": ""}
    assert "Check-in saved: 1,000 builds." in as_(cast.subject).post(url, data, follow=True).content.decode()
    data["value"] = "1,200"
    answer = as_(cast.subject).post(url, data, headers={"HX-Request": "true"})
    assert "Check-in saved: 1,200 builds." in answer.content.decode()
    assert Goal.objects.get().current == 1200


@pytest.mark.parametrize(
    ("current", "shown"), [("12", "(12 − 0) ÷ (10 − 0) = 120"), ("-3", "(-3 − 0) ÷ (10 − 0) = -30")]
)
def test_progress_is_shown_as_it_is_with_its_arithmetic(cast, as_, current, shown):
    """cases H6"""
    goal = make_goal(owner=cast.subject, status="agreed", baseline=0, target=10, current=Decimal(current))
    page = as_(cast.subject).get(goal.get_absolute_url()).content.decode()
    assert shown in page


def test_a_list_says_when_weights_do_not_count(cast, as_):
    """cases H6: one weight among goals without one is not "weighted progress 0 %"."""
    make_goal(owner=cast.subject, status="agreed", baseline=0, target=10, current=0, weight=30)
    make_goal(owner=cast.subject, status="agreed", baseline=0, target=10, current=10)
    page = " ".join(as_(cast.subject).get(reverse("goals:list")).content.decode().split())
    assert "mean progress 50 % (each goal counts the same, as not all have a weight)" in page
    assert "weighted progress" not in page


def test_a_change_repeats_its_target_as_understood_before_it_is_agreed(cast, as_):
    """cases E7: beside Check, after asking, and to the other side who agrees; in the reader's language."""
    goal = make_goal(owner=cast.subject, status="agreed", baseline=0, target=2000, unit="builds")
    url = reverse("goals:change", args=[goal.pk])
    data = {"target": "1.000", "due_on": "", "note": "Fewer builds."}
    page = as_(cast.subject).post(url, data | {"check": "1"}).content.decode()
    assert "New target as understood" in page
    assert "<dd>1 builds</dd>" in page
    assert not goal.changes.exists()
    page = as_(cast.subject).post(url, data, follow=True).content.decode()
    assert "New target as understood: 1 builds." in page
    assert "1 builds" in as_(cast.manager).get(goal.get_absolute_url()).content.decode()
    assert Goal.objects.get().target == 2000
