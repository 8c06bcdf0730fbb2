"""Who handles whom for HR, and who stands in for whom, when."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from people import leaving, services
from people.importing import plan_import
from people.models import Delegation, Team, User
from people.policies import UserPolicy
from tests.factories import make_user

TODAY = timezone.localdate()


def handled(user) -> set:
    """The names of those whom `user` handles; lists and single checks must agree."""
    rows = set(UserPolicy.filter(User.objects, user, "handle"))
    assert rows == {each for each in User.objects.all() if UserPolicy.allows(user, each, "handle")}
    return {each.name for each in rows}


def everyone() -> set:
    return set(User.objects.values_list("name", flat=True))


def test_hr_handles_everyone_but_themselves_and_their_own_manager(cast):
    assert handled(cast.hr) == everyone() - {cast.hr.name}
    below = make_user("Below", is_hr=True, manager=cast.manager)
    assert handled(below) == everyone() - {"Below", cast.manager.name}


def test_a_partner_handles_their_teams_and_neither_themselves_nor_their_manager(cast):
    partner = make_user("Partner", team=cast.team, manager=cast.manager)
    assert handled(partner) == set()
    cast.team.hr_partners.add(partner)
    partner = User.objects.get(pk=partner.pk)
    assert handled(partner) == {cast.subject.name, cast.peer.name}


def test_a_partner_of_two_teams_meets_each_person_once(cast):
    partner, other = make_user("Partner"), Team.objects.create(name="Other")
    for team in (cast.team, other):
        team.hr_partners.add(partner, cast.hr)
    rows = UserPolicy.filter(User.objects, partner, "handle")
    assert rows.count() == rows.distinct().count() == 3


@pytest.mark.parametrize("role", ["head", "manager", "subject", "peer", "stranger", "auditor", "it"])
def test_others_handle_nobody(cast, role):
    assert handled(cast[role]) == set()


@pytest.mark.parametrize(
    ("start", "end", "is_on"), [(-3, -1, False), (-3, 0, True), (0, 0, True), (0, 3, True), (1, 3, False)]
)
def test_a_stand_in_has_the_dates_given_both_included(cast, start, end, is_on):
    dates = {"starts_on": TODAY + timedelta(start), "ends_on": TODAY + timedelta(end)}
    services.delegate(Delegation(principal=cast.manager, stand_in=cast.peer, **dates), by=cast.manager)
    peer = User.objects.get(pk=cast.peer.pk)
    assert (cast.manager.pk in peer.acts_for) is is_on
    assert (cast.manager in User.objects.acted_for_by(peer)) is is_on


def test_an_ended_stand_in_ends_at_once(cast):
    row = services.delegate(
        Delegation(principal=cast.manager, stand_in=cast.peer, starts_on=TODAY, ends_on=TODAY), by=cast.hr
    )
    services.end_delegation(row, by=cast.hr)
    assert User.objects.get(pk=cast.peer.pk).acts_for == {cast.peer.pk}


@pytest.mark.parametrize("role", ["manager", "subject", "it", "auditor"])
def test_only_hr_imports_and_invites(cast, role):
    plan = plan_import(b"email,name\nnew@example.org,New\n")
    with pytest.raises(PermissionDenied):
        services.apply_import(plan, by=cast[role])
    with pytest.raises(PermissionDenied):
        services.invite([cast.peer], by=cast[role])
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_invitation_goes_out_once_a_day_and_to_nobody_who_left(cast):
    from foundation.outbox.models import Message

    leaving.deactivate(cast.stranger, by=cast.hr)
    for _ in range(2):
        services.invite([cast.peer, User.objects.get(pk=cast.stranger.pk)], by=cast.hr)
    assert [each.address for each in Message.objects.filter(kind="invitation")] == [cast.peer.email]
