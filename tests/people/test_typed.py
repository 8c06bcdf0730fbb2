"""What people type and paste into search boxes and person fields is found, on SQLite and PostgreSQL alike."""

from pathlib import Path

import pytest
from django import forms
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from people.fields import AddressField, PersonField, TeamField
from people.models import User
from people.typed import folded, is_address, searchable, tidy, typed_address, untagged
from tests.factories import make_team, make_user

LINES = (Path(__file__).parents[1] / "cases" / "addresses.txt").read_text().splitlines()
ADDRESSES = [line for line in LINES[1:] if "partner.example" in line]
SEARCHES = LINES[LINES.index("# typed into a people search / person field") + 1 :]


@pytest.fixture
def people(db):
    return {
        "Arjun Kapoor": make_user("Arjun Kapoor", email="arjun.kapoor@demo.example"),
        "Jürg Ümläut": make_user("Jürg Ümläut", email="ju@demo.example"),
        "Antonín Dvořák": make_user("Antonín Dvořák", email="ad@demo.example"),
        "王小明": make_user("王小明", email="wxm@demo.example"),
        "Other": make_user("Other Person", email="other@demo.example"),
    }


FOUND = [
    ("Kapoor, Arjun", "Arjun Kapoor"),
    ("Arjun Kapoor <arjun.kapoor@demo.example>", "Arjun Kapoor"),
    ("arjun.kapoor@demo.example;", "Arjun Kapoor"),
    ("mailto:Arjun.Kapoor@demo.example", "Arjun Kapoor"),
    ("arjun.kap", "Arjun Kapoor"),
    ("Dvořák", "Antonín Dvořák"),
    ("Dvorak", "Antonín Dvořák"),
    ("DVOŘÁK", "Antonín Dvořák"),
    ("Dvor\u030ca\u0301k", "Antonín Dvořák"),  # decomposed, as macOS writes it
    ("Jurg", "Jürg Ümläut"),
    ("JÜRG", "Jürg Ümläut"),
    ("jürg", "Jürg Ümläut"),
    ("Juerg", "Jürg Ümläut"),
    ("王小明", "王小明"),
    ("小明", "王小明"),
]


def test_every_line_of_the_cases_is_among_those_tried():
    assert set(SEARCHES) <= {typed for typed, _name in FOUND}


@pytest.mark.parametrize(("typed", "name"), FOUND)
def test_somebody_is_found_however_they_are_typed(people, as_, typed, name):
    """cases E5: by the search of people, by the field a person is typed into, and in HR's list."""
    assert list(User.objects.named_like(typed)) == [people[name]]
    assert PersonField().clean(typed) == people[name]
    hr = make_user("Hanna Riedel", is_hr=True)
    page = as_(hr).get(reverse("people:list"), {"q": typed}).context["page"]
    assert [person.name for person in page] == [name]


def test_a_renamed_person_is_found_under_the_new_name(people):
    """cases E5: the search column is written with the name."""
    arjun = people["Arjun Kapoor"]
    arjun.name = "Arjun Müller"
    arjun.save()
    assert list(User.objects.named_like("Mueller")) == [arjun]
    assert "arjun kapoor" not in arjun.search


@pytest.mark.parametrize("typed", ["münchen", "MÜNCHEN", "Munchen", "Muenchen", "  München\u00a0"])
def test_a_team_is_found_however_it_is_typed(db, typed):
    """cases E5."""
    team = make_team("München")
    assert TeamField().clean(typed) == team


@pytest.mark.parametrize(
    "typed", [*ADDRESSES, "<lena@partner.example>,", "LENA@partner.example", "'lena@partner.example'"]
)
def test_an_address_is_taken_as_mail_programs_copy_it(typed):
    """cases E5."""
    assert AddressField().clean(typed) == "lena@partner.example"


@pytest.mark.parametrize(
    "typed", ["lena", "lena@", "lena@partner", "a b@partner.example", "l\x00a@partner.example@x.y"]
)
def test_what_is_no_address_is_still_refused(typed):
    with pytest.raises(forms.ValidationError):
        AddressField().clean(typed)


@given(text=st.text(max_size=80))
def test_tidying_and_folding_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)
    assert folded(folded(text)) == folded(text)
    assert "\x00" not in searchable(text)
    assert isinstance(is_address(typed_address(text)), bool)


def test_a_mailbox_is_the_same_with_and_without_a_tag():
    """cases E6."""
    assert untagged("Priya.Raman+peer@Demo.example") == "priya.raman@demo.example"
    assert untagged("+odd@demo.example") == "+odd@demo.example"
