"""Persons and teams are typed; what several are called, or nobody, is told, and no page lists everybody."""

import pytest
from django import forms

from people import fields
from people.fields import PersonField, TeamField, TeamsField
from people.models import User
from tests.factories import make_team, make_user
from tests.opened import opened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["Marta Keller", "keller", " MARTA.KELLER@example.org ", "marta example.org"])
def test_a_person_is_found_by_address_or_by_a_part_of_a_name_that_only_one_has(cast, typed):
    assert PersonField().clean(typed) == cast.manager
    assert PersonField().clean(str(cast.manager.pk)) == cast.manager


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("weber", "More than one person has this name: Jonas Weber (jonas.weber@example.org), Nora Weber"),
        ("nobody", "No one with this name or address was found."),
        ("Gone Person", "No one with this name or address was found."),
        ("00000000-0000-4000-8000-000000000000", "Select a valid choice."),
        ("", "This field is required."),
    ],
)
def test_a_name_of_several_or_of_nobody_is_told(cast, typed, why):
    make_user("Nora Weber")
    make_user("Gone Person", is_active=False)
    with pytest.raises(forms.ValidationError) as refused:
        PersonField().clean(typed)
    assert refused.value.messages[0].startswith(why)


def test_an_exact_name_of_a_team_wins_over_longer_ones_and_an_exact_address_over_names():
    serving, _more = make_team("Serving"), make_team("Serving and monitoring")
    assert TeamField().clean("serving") == serving
    with pytest.raises(forms.ValidationError, match="More than one team"):
        TeamField().clean("serv")
    first = make_user("Ada ada@example.org", email="other@example.org")
    second = make_user("Ada", email="ada@example.org")
    assert PersonField().clean("ada@example.org") == second != first


def test_the_same_person_typed_otherwise_is_no_change(cast):
    field = PersonField(required=False)
    assert not field.has_changed(cast.manager, "keller")
    assert not field.has_changed(None, "")
    assert field.has_changed(cast.manager, "weber")
    assert field.has_changed(cast.manager, "")
    assert field.has_changed(cast.manager, "no such person")


def test_all_are_offered_only_where_they_are_few(cast, monkeypatch, django_assert_num_queries):
    everybody = set(User.objects.active())
    with django_assert_num_queries(1):
        assert set(PersonField().offered()) == everybody
    monkeypatch.setattr(fields, "MOST_OFFERED", len(everybody) - 1)
    with django_assert_num_queries(1):
        assert PersonField().offered() == []


class Teams(forms.Form):
    teams = TeamsField(required=False, help_text="None chosen: all.")

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["teams"].settle()


def test_few_teams_are_ticked():
    chosen, _other = make_team("Serving"), make_team("Platform")
    assert 'type="checkbox"' in str(Teams()["teams"])
    form = Teams({"teams": [str(chosen.pk)]})
    assert form.is_valid()
    assert list(form.cleaned_data["teams"]) == [chosen]


def test_many_teams_are_typed_one_a_line(monkeypatch):
    monkeypatch.setattr(fields, "MOST_TICKED", 1)
    serving, platform, _other = make_team("Serving"), make_team("Platform"), make_team("Data")
    page = str(Teams(initial={"teams": [serving, platform]})["teams"])
    assert "checkbox" not in page
    assert "Serving\nPlatform</textarea>" in page
    form = Teams({"teams": "serving\r\n\r\n Plat \r\n"})
    assert form.is_valid()
    assert set(form.cleaned_data["teams"]) == {serving, platform}
    assert Teams({"teams": ""}).is_valid()
    refused = Teams({"teams": "Serving\nNowhere"})
    assert refused.errors["teams"] == ["“Nowhere”: No team of this name was found."]
    assert "Serving\nNowhere</textarea>" in str(refused["teams"])


@pytest.mark.parametrize("page", ["/people/new/", "/people/{person}/", "/people/{person}/stand-in/"])
def test_no_page_about_a_person_lists_everybody(cast, as_, monkeypatch, page):
    monkeypatch.setattr(fields, "MOST_OFFERED", 3)
    text = as_(cast.hr).get(page.format(person=cast.subject.pk)).content.decode()
    assert "sten.fremd@example.org" not in text
    assert 'list="people"' in text


def test_hr_types_team_and_manager_of_a_person(cast, as_):
    page = as_(cast.hr).get(f"/people/{cast.subject.pk}/").content.decode()
    assert 'value="marta.keller@example.org"' in page
    assert 'value="Model serving"' in page
    fields_of = {
        "name": "Priya Raman",
        "email": cast.subject.email,
        "profession": "data_scientist",
        "grade": "MLO3",
        "joined_on": "2024-01-01",
    }
    client, url = as_(cast.hr), f"/people/{cast.subject.pk}/"
    fields_of |= opened(client, url)
    refused = client.post(url, fields_of | {"manager": "Nobody", "team": "else"})
    assert "No one with this name or address" in refused.content.decode()
    client.post(url, fields_of | {"manager": "falk", "team": "else"})
    moved = User.objects.get(pk=cast.subject.pk)
    assert (moved.manager, moved.team) == (cast.head, cast.stranger.team)
