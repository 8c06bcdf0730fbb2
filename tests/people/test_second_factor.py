"""HR and IT have a second factor, sensitive steps ask again, and what changes about a sign-in is told."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.audit.models import Event
from foundation.outbox.models import Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from people.factors import FactorAdapter
from tests.factories import make_user

PASSWORD = "a long enough password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def required(db, settings):
    load_mail_texts()
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def hr():
    return make_user("Hanna Riedel", password=PASSWORD, is_hr=True)


def with_app(person):
    """`person`, with an authenticator app."""
    Authenticator.objects.create(user=person, type="totp", data={"secret": FactorAdapter().encrypt(SECRET)})
    return person


def code_now(secret=SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


@pytest.mark.parametrize("role", ["is_hr", "is_it"])
def test_hr_and_it_are_led_to_set_one_up_before_anything_else(client, role):
    """cases G4: required by default for both."""
    client.force_login(make_user(**{role: True}))
    for path in ("/", "/people/", "/feedback/"):
        assert client.get(path).url == "/people/second-factor/"
    page = client.get("/people/second-factor/").content.decode()
    assert reverse("mfa_activate_totp") in page


@pytest.mark.parametrize("roles", [{}, {"is_auditor": True}])
def test_others_may_but_need_not(client, roles):
    client.force_login(make_user(**roles))
    assert client.get("/feedback/").status_code == 200


def test_the_setting_relaxes_it(client, hr, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(hr)
    assert client.get("/people/").status_code == 200


def test_setting_up_an_app_opens_everything_and_shows_recovery_codes(client, hr, mailoutbox):
    sign_in(client, hr)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200  # they signed in a moment ago and are not asked again
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    assert client.get("/people/").status_code == 200
    with_commit = Authenticator.objects.get(user=hr, type="totp")
    assert secret not in str(with_commit.data)  # a copy of the database shows no secret
    assert TOTP(with_commit).validate_code(code_now(secret))


def test_an_app_added_is_told_by_mail_and_in_the_log(client, hr, mailoutbox, django_capture_on_commit_callbacks):
    """cases G4: a mail for each change of credentials."""
    sign_in(client, hr)
    client.get(reverse("mfa_activate_totp"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_now(client.session["mfa.totp.secret"])})
    send_owed()
    assert [message.subject for message in mailoutbox] == ["A second factor was added to your account"]
    assert Event.objects.filter(verb="user.factor_added", actor=hr).count() == 1


def test_the_password_alone_no_longer_gets_in_and_each_code_works_once(client, hr):
    with_app(hr)
    assert sign_in(client, hr).url == reverse("mfa_authenticate")
    assert client.get("/people/").status_code == 302
    code = code_now()
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.get("/people/").status_code == 200
    again = Client()
    sign_in(again, hr)
    again.post(reverse("mfa_authenticate"), {"code": code})
    assert again.get("/people/").status_code == 302


def test_codes_of_the_second_factor_cannot_be_guessed(client, hr):
    with_app(hr)
    sign_in(client, hr)
    for number in range(12):
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert client.get("/people/").status_code == 302


def test_it_resets_a_lost_factor_which_is_told_logged_and_ends_sessions(client, hr, mailoutbox):
    """cases G4: a lost phone is no dead end."""
    with_app(hr)
    other = Client()
    sign_in(other, hr)
    other.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert UserSession.objects.filter(user=hr).count() == 1
    it = with_app(make_user("Ivo Technik", is_it=True))
    client.force_login(it)
    assert client.post(reverse("people:factor_reset", args=[hr.pk])).status_code == 302
    assert not Authenticator.objects.filter(user=hr).exists()
    assert other.get("/people/").status_code == 302
    event = Event.objects.get(verb="user.factor_reset")
    assert (event.actor, event.target_id) == (it, str(hr.pk))
    send_owed()
    assert mailoutbox[-1].to == [hr.email]
    assert "Ivo Technik" in mailoutbox[-1].body


def test_nobody_but_it_resets_a_factor_and_it_not_its_own(client, hr):
    it = with_app(make_user("Ivo Technik", is_it=True))
    client.force_login(it)
    assert client.post(reverse("people:factor_reset", args=[it.pk])).status_code == 404
    client.force_login(with_app(hr))
    assert client.post(reverse("people:factor_reset", args=[it.pk])).status_code == 404
    assert Authenticator.objects.filter(user=it).exists()


# --- confirming again ------------------------------------------------------------------------------------------------
@pytest.fixture
def stale(client, hr):
    """A session of HR that began 20 minutes ago."""
    with_app(hr)
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(hr)
        clock.shift(timedelta(minutes=20))
        yield client


def test_exports_and_releases_ask_for_a_fresh_confirmation(stale):
    """cases G4: within 15 minutes, else first the password, a factor or a code by mail."""
    pk = "00000000-0000-4000-8000-000000000000"
    asked = [
        stale.post(f"/cycles/{pk}/export/"),
        stale.get(f"/feedback/rounds/{pk}/results.csv"),
        stale.get(f"/reviews/{pk}/moves/move_on_to_evaluation/"),
        stale.post(f"/cycles/{pk}/bulk/", {"verb": "move_on_to_evaluation"}),
        stale.get(reverse("mfa_deactivate_totp")),
    ]
    assert {answer.url.partition("?")[0] for answer in asked} == {"/accounts/reauthenticate/"}


def test_roles_ask_for_a_fresh_confirmation_and_go_on_where_they_were(client):
    it = make_user("Ivo Technik", password=PASSWORD, is_it=True)
    with_app(it)
    person = make_user("Priya Raman")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(it)
        clock.shift(timedelta(minutes=16))
        form = {"is_auditor": "on"}
        asked = client.post(reverse("people:roles", args=[person.pk]), form)
        assert asked.url.startswith("/accounts/reauthenticate/")
        person.refresh_from_db()
        assert not person.is_auditor
        done = client.post(asked.url, {"password": PASSWORD, "next": reverse("people:roles", args=[person.pk])})
        person.refresh_from_db()
        assert (done.status_code, person.is_auditor) == (302, True)


def test_a_second_factor_confirms_too(stale):
    asked = stale.get(reverse("mfa_deactivate_totp"))
    url = reverse("mfa_reauthenticate") + "?" + asked.url.partition("?")[2]
    assert stale.post(url, {"code": code_now()}).status_code == 302
    assert stale.get(reverse("mfa_deactivate_totp")).status_code == 200


def test_a_code_by_mail_confirms_whoever_has_no_password(client, mailoutbox):
    """cases G4: also for an account that signs in with codes only."""
    person = make_user("Priya Raman")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(person)
        clock.shift(timedelta(minutes=16))
        asked = client.get(reverse("mfa_activate_totp"))
        assert asked.url.startswith("/people/confirm/")
        client.post(asked.url, {"send": "1"})
        send_owed()
        code = mailoutbox[-1].body.split("\n\n")[2]
        wrong = client.post(asked.url, {"code": "AAAA-AAAA"})
        assert wrong.status_code == 400
        assert client.post(asked.url, {"code": code, "next": reverse("mfa_activate_totp")}).status_code == 302
        assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_five_wrong_codes_end_the_one_that_was_sent(client, mailoutbox):
    client.force_login(make_user("Priya Raman"))
    client.post("/people/confirm/", {"send": "1"})
    send_owed()
    for _try in range(5):
        client.post("/people/confirm/", {"code": "AAAA-AAAA"})
    code = mailoutbox[-1].body.split("\n\n")[2]
    answer = client.post("/people/confirm/", {"code": code})
    assert answer.status_code == 400
    assert Message.objects.filter(kind="confirmation_code").count() == 1
