"""Roles: who gives them, who hears of it, and that somebody always stays in HR."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from foundation.audit.models import Event
from foundation.outbox.models import Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from foundation.workflow.moves import MoveRefused
from people import leaving, role_changes
from people.models import Team, User
from people.roles import PERMISSIONS, ROLES
from tests.factories import make_team, make_user
from tests.opened import opened

NONE = {"is_hr": False, "is_it": False, "is_auditor": False}


def roles_page(user) -> str:
    return reverse("people:roles", args=[user.pk])


@pytest.mark.parametrize("giver", ["hr", "it"])
def test_hr_and_it_give_roles_and_make_hr_partners(cast, as_, giver):
    """cases B7: on one page, with the teams of a partner."""
    sent = {"is_auditor": "on", "partner_teams": [cast.team.pk]}
    answer = as_(cast[giver]).post(roles_page(cast.peer), sent)
    assert answer.url == reverse("people:role_list")
    peer = User.objects.get(pk=cast.peer.pk)
    assert (peer.is_auditor, list(peer.partner_teams.all())) == (True, [cast.team])
    page = as_(cast[giver]).get(reverse("people:role_list")).content.decode()
    assert [words for words in ("Jonas Weber", "Auditor", "Model serving") if words not in page] == []


def test_the_list_of_roles_is_reached_from_the_menu_by_those_who_may(cast, as_):
    """cases B7: IT has a People entry; from there one click leads to the roles."""
    for who in ("hr", "it"):
        assert f'href="{reverse("people:list")}"' in as_(cast[who]).get("/").content.decode()
        assert reverse("people:role_list") in as_(cast[who]).get(reverse("people:list")).content.decode()
    assert as_(cast.auditor).get(reverse("people:role_list")).status_code == 404


@pytest.mark.parametrize("role", ["hr", "it", "auditor", "manager", "subject"])
def test_every_role_lands_on_a_home_that_opens(cast, as_, role):
    """cases B7."""
    assert as_(cast[role]).get("/").status_code == 200


def test_an_event_says_which_way_a_role_went(cast):
    """cases B7, cases G6: given or taken, and which one."""
    role_changes.change_roles(cast.peer, NONE | {"is_it": True}, [cast.team], by=cast.hr)
    role_changes.change_roles(cast.peer, NONE, [], by=cast.it)
    events = Event.objects.filter(target_id=str(cast.peer.pk)).order_by("number")
    assert [(event.verb, event.data["role"], event.actor) for event in events] == [
        ("user.give_role", "it", cast.hr),
        ("user.give_role", "hr_partner", cast.hr),
        ("user.take_role", "it", cast.it),
        ("user.take_role", "hr_partner", cast.it),
    ]


@pytest.mark.parametrize(("field", "kind"), [("is_hr", "role_given"), ("is_it", "role_given")])
def test_giving_hr_or_it_is_mailed_to_all_hr_and_it(cast, field, kind):
    """cases G10: through the outbox, each once; an auditor's role is mailed to nobody."""
    load_mail_texts()
    role_changes.change_roles(cast.peer, NONE | {"is_auditor": True}, [], by=cast.hr)
    assert not Message.objects.filter(kind=kind).exists()
    role_changes.change_roles(cast.peer, NONE | {"is_auditor": True, field: True}, [], by=cast.hr)
    send_owed()
    told = sorted(each.to[0] for each in mail.outbox)
    assert told == sorted([cast.hr.email, cast.it.email, cast.peer.email])
    assert "Hanna Riedel gave Jonas Weber the role" in mail.outbox[0].body


def test_taking_hr_is_mailed_to_all_hr_and_it(cast):
    """cases G10: also to whoever lost it."""
    other = make_user("Helga Selbst", is_hr=True)
    role_changes.change_roles(other, NONE, [], by=cast.it)
    told = Message.objects.filter(kind="role_taken").values_list("recipient__name", flat=True)
    assert sorted(told) == ["Hanna Riedel", "Helga Selbst", "Ivo Technik"]


def test_the_last_person_in_hr_stays_in_hr(cast, as_):
    """cases G10: refused beside the field, with the reason; leaving is refused as well."""
    client, url = as_(cast.it), roles_page(cast.hr)
    answer = client.post(url, opened(client, url) | {"is_it": "on"})
    assert answer.status_code == 400
    assert "the only person in HR" in str(answer.context["form"].errors["is_hr"])
    assert User.objects.get(pk=cast.hr.pk).is_hr
    second = make_user("Helga Selbst", is_hr=True)
    leaving.deactivate(cast.hr, by=second)
    with pytest.raises(MoveRefused, match="only person in HR"):
        role_changes.change_roles(second, NONE, [], by=cast.it)


def test_whoever_leaves_loses_their_roles_and_comes_back_without(cast):
    """cases B3, cases G10: coming back gives nobody HR."""
    second = make_user("Helga Selbst", is_hr=True, is_auditor=True)
    cast.team.hr_partners.add(second)
    leaving.deactivate(second, by=cast.hr)
    leaving.reactivate([second], by=cast.hr)
    second = User.objects.get(pk=second.pk)
    assert (second.is_active, second.is_hr, second.is_auditor, second.is_hr_partner) == (True, False, False, False)


@pytest.mark.parametrize("field", ["is_hr", "is_it", "is_auditor"])
def test_nobody_gives_a_role_to_themselves(cast, as_, field):
    for who in ("hr", "it"):
        assert as_(cast[who]).post(roles_page(cast[who]), {field: "on"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_in_hr_cannot_take_it_from_each_other_at_once(on_postgres):
    """cases G10: two threads with connections of their own; one of them is refused."""
    first, second = make_user("First", is_hr=True), make_user("Second", is_hr=True)
    found: list = []

    def take(giver, user):
        try:
            found.append(role_changes.change_roles(user, NONE, [], by=giver))
        except MoveRefused:
            found.append("refused")
        finally:
            connection.close()

    if not on_postgres:  # SQLite has one writer, so that they come one after the other
        take(first, second)
        take(second, first)
    else:
        threads = [threading.Thread(target=take, args=pair) for pair in ((first, second), (second, first))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert sorted(map(str, found)) == ["['hr']", "refused"]
    assert User.objects.filter(is_hr=True).count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_roles_costs_the_same_for_any_number(cast, as_, django_assert_max_num_queries, count):
    for _number in range(count):
        make_team().hr_partners.add(make_user())
    client = as_(cast.hr)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("people:role_list")).context["page"]
    assert len(list(page)) == count + 3
    assert Team.objects.count() >= count


def test_the_page_of_permissions_tells_every_role_and_what_it_permits(cast, as_):
    page = as_(cast.auditor).get(reverse("people:role_permissions")).content.decode()
    words = [words for role in ROLES for words in (role.name, role.description, role.how_held, *role.by_relation)]
    words += [words for key, words in PERMISSIONS.items() if any(key in role.permissions for role in ROLES)]
    assert [each for each in words if str(escape(each)) not in page] == []


def test_a_role_permits_what_its_data_say_and_an_unknown_permission_is_an_error(cast):
    may = {name: {key for key in PERMISSIONS if cast[name].may(key)} for name in ("hr", "it", "auditor", "manager")}
    held = {role.key: set(role.permissions) for role in ROLES}
    assert may == {"hr": held["hr"], "it": held["it"], "auditor": held["auditor"], "manager": set()}
    cast.team.hr_partners.add(cast.peer)
    peer = User.objects.get(pk=cast.peer.pk)
    assert {key for key in PERMISSIONS if peer.may(key)} == held["hr_partner"]
    assert set(User.objects.who_may("follow_cycles")) == {cast.hr, peer}
    with pytest.raises(LookupError):
        peer.may("fly")
