"""HR vouches for the address of everybody who is made; nobody changes the own one."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from people import services
from people.importing import plan_import
from people.models import User
from tests.factories import make_user


def confirmed(user):
    return list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary"))


def test_a_person_made_in_any_way_has_one_confirmed_address(cast):
    added = services.add_person(User(email="added@example.org", name="Added"), by=cast.hr)
    services.apply_import(plan_import(b"email,name\nimported@example.org,Imported\n"), by=cast.hr)
    for user in (make_user("Made"), added, User.objects.get(name="Imported")):
        assert confirmed(user) == [(user.email, True, True)]


def test_an_address_changed_by_hr_takes_the_place_of_the_old_one(cast):
    cast.peer.email = "jonas.new@example.org"
    services.change_person(cast.peer, ["email"], by=cast.hr)
    assert confirmed(cast.peer) == [("jonas.new@example.org", True, True)]


def test_an_import_confirms_addresses_in_a_fixed_number_of_queries(cast, django_assert_num_queries):
    counts = set()
    services.invite([cast.peer], by=cast.hr)  # the event log has begun
    for start, size in ((0, 1), (10, 3), (100, 30)):
        lines = [f"p{start + n}@example.org,Person {n}" for n in range(size)]
        plan = plan_import("\n".join(["email,name", *lines]).encode())
        with django_assert_num_queries(10):
            services.apply_import(plan, by=cast.hr)
        counts.add(EmailAddress.objects.filter(email__startswith="p", user__name__startswith="Person").count())
    assert counts == {1, 4, 34}


@pytest.mark.parametrize("name", ["account_email", "account_email_verification_sent"])
def test_nobody_changes_the_own_address(cast, as_, name):
    answer = as_(cast.subject).post(reverse(name), {"action_add": "", "email": "mine@example.com"})
    assert answer.status_code == 404
    assert confirmed(cast.subject) == [(cast.subject.email, True, True)]


def test_a_second_factor_may_be_set_up_by_everybody(cast, as_):
    assert as_(cast.hr).get(reverse("mfa_activate_totp")).status_code == 200
    assert EmailAddress.objects.filter(user=cast.hr, verified=False).count() == 0
