"""What HR and managers fill in about people: every refusal beside its field."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.forms import DelegationForm, PersonForm, ProfileForm
from people.models import Delegation
from tests.factories import make_user

TODAY = timezone.localdate()


def person_form(instance=None, **values):
    data = {"name": "Nora Neu", "email": "nora@example.org", "profession": "data_scientist", "joined_on": "2022-01-01"}
    data |= {"base": PersonForm(instance=instance)["base"].value()} if instance else {}
    return PersonForm(data | values, instance=instance)


def test_a_complete_form_is_valid_and_the_address_is_kept_in_small_letters(cast):
    form = person_form(email="Nora@Example.org")
    assert form.is_valid()
    assert form.cleaned_data["email"] == "nora@example.org"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nora"}, "email"),
        ({"email": "PRIYA.RAMAN@example.org"}, "email"),
        ({"email": "nora@example.org\nBcc: x@example.com"}, "email"),
        ({"profession": "wizard"}, "profession"),
        ({"joined_on": "31.13.2025"}, "joined_on"),
        ({"leave_from": "2026-01-01"}, "leave_until"),
        ({"leave_until": "2026-01-01"}, "leave_from"),
        ({"leave_from": "2026-01-02", "leave_until": "2026-01-01"}, "leave_until"),
        ({"manager": "00000000-0000-4000-8000-000000000000"}, "manager"),
    ],
)
def test_each_fault_stands_beside_its_field(cast, values, field):
    assert set(person_form(**values).errors) == {field}


def test_nobody_reports_to_themselves_however_far_round(cast):
    below = make_user("Below", manager=cast.subject)
    for manager in (cast.manager, cast.subject, below):
        form = person_form(cast.manager, email=cast.manager.email, manager=manager.pk)
        assert set(form.errors) == {"manager"}
    assert person_form(cast.manager, email=cast.manager.email, manager=cast.stranger.pk).is_valid()


def test_somebody_who_left_is_nobody_s_manager_and_stands_in_for_nobody(cast):
    cast.stranger.is_active = False
    cast.stranger.save()
    assert set(person_form(manager=cast.stranger.pk).errors) == {"manager"}
    assert "stand_in" in stand_in_form(cast, stand_in=cast.stranger.pk).errors


def stand_in_form(cast, **values):
    data = {"stand_in": cast.peer.pk, "starts_on": TODAY, "ends_on": TODAY + timedelta(3)} | values
    return DelegationForm(data, instance=Delegation(principal=cast.manager))


def test_a_stand_in_is_somebody_else_for_days_in_order(cast):
    assert stand_in_form(cast).is_valid()
    assert set(stand_in_form(cast, stand_in=cast.manager.pk).errors) == {"stand_in"}
    assert set(stand_in_form(cast, ends_on=TODAY - timedelta(1)).errors) == {"ends_on"}
    assert set(stand_in_form(cast, starts_on="").errors) == {"starts_on"}


def test_a_time_zone_is_one_of_the_world_s(cast):
    base = ProfileForm(instance=cast.peer)["base"].value()
    assert ProfileForm({"base": base, "language": "en", "time_zone": "Asia/Kathmandu"}, instance=cast.peer).is_valid()
    assert set(ProfileForm({"language": "xx", "time_zone": "Mars/Base"}, instance=cast.peer).errors) == {
        "language",
        "time_zone",
    }
