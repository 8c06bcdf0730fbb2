"""Signing in: password or mail code, closed registration, equal answers, limits, and when a session ends."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import settings as product
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from people.models import User
from tests.factories import make_user

PASSWORD = "a long enough password"


@pytest.fixture
def person(db):
    load_mail_texts()
    return make_user("Priya Raman", password=PASSWORD)


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **more)


def mailed_code(mailoutbox) -> str:
    """The code in the newest mail, once the worker has sent what is owed."""
    send_owed()
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", mailoutbox[-1].body, re.MULTILINE)[0]


def is_in(client) -> bool:
    return client.get("/").status_code == 200


def test_a_password_opens_the_house_and_gives_a_new_session(person, client):
    client.get(reverse("account_login"))
    client.session.save()
    before = client.session.session_key
    assert sign_in(client, "PRIYA.raman@example.org").status_code == 302
    assert is_in(client)
    assert client.session.session_key != before


def test_signing_out_ends_the_session_on_the_server(person, client):
    sign_in(client, person.email)
    stolen = Client()
    stolen.cookies = client.cookies.copy()
    client.post(reverse("account_logout"))
    assert not is_in(stolen)


def test_a_mail_code_opens_the_house_once(person, client, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": person.email})
    code = mailed_code(mailoutbox)
    wrong = client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    assert wrong.status_code == 200
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_in(client)
    again = Client()
    again.post(reverse("account_confirm_login_code"), {"code": code})
    assert not is_in(again)


def test_nobody_registers(client, db):
    page = client.post(
        reverse("account_signup"), {"email": "me@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.filter(email="me@example.com").exists()
    assert not is_in(client)
    assert page.status_code in (200, 403)


def spoken(answer) -> str:
    """What a page says, without what differs at every request."""
    return re.sub(r'value="[^"]*"|nobody@example\.org|priya\.raman@example\.org', "", answer.content.decode())


@pytest.mark.parametrize("name", ["account_login", "account_request_login_code", "account_reset_password"])
def test_known_and_unknown_addresses_get_equal_answers(person, name):
    answers = []
    for email in (person.email, "nobody@example.org"):
        data = {"login": email, "email": email, "password": "not the password"}
        answer = Client().post(reverse(name), data)
        answers.append((answer.status_code, answer.headers.get("Location"), spoken(answer)))
    assert answers[0] == answers[1]


def test_guessing_a_password_is_stopped_after_ten_and_for_that_account_only(person, client):
    other = make_user("Other", password=PASSWORD)
    for _ in range(10):
        sign_in(client, person.email, "wrong")
    assert sign_in(client, person.email).status_code == 200
    assert not is_in(client)
    assert sign_in(Client(), other.email).status_code == 302


def test_codes_for_one_address_are_limited(person, mailoutbox):
    for _ in range(12):
        Client().post(reverse("account_request_login_code"), {"email": person.email})
    send_owed()
    assert len(mailoutbox) == 6


@pytest.mark.parametrize("target", ["https://evil.example.com/", "//evil.example.com", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_after_signing_in(person, client, target):
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": target})
    assert answer.url == "/"


def test_a_deactivated_person_does_not_get_in(person, client):
    User.objects.update(is_active=False)
    sign_in(client, person.email)
    assert not is_in(client)


@pytest.mark.parametrize("password", ["short", "elevenchars", "q1w2e3r4t5y6", "qwertyuiop123"])
def test_short_and_common_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_any_composition_of_twelve_characters_is_taken():
    validate_password("zwölf zeichen")


def test_passwords_are_kept_with_argon2(settings):
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    assert identify_hasher(make_password(PASSWORD)).algorithm == "argon2"


@pytest.mark.parametrize(
    ("roles", "idle"),
    [({}, timedelta(hours=8)), ({"is_hr": True}, timedelta(minutes=30)), ({"is_it": True}, timedelta(minutes=30))],
)
def test_an_idle_session_ends(roles, idle, client, db):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(make_user(**roles))
        assert is_in(client)
        clock.move_to(start + idle - timedelta(minutes=1))
        assert is_in(client)
        clock.move_to(start + 2 * idle + timedelta(minutes=2))
        assert not is_in(client)


def test_every_session_ends_after_a_day_however_busy(person, client):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(person)
        for hour in range(0, 24, 4):
            clock.move_to(start + timedelta(hours=hour))
            assert is_in(client)
        clock.move_to(start + timedelta(hours=24, minutes=1))
        assert not is_in(client)


def test_a_new_password_ends_the_other_sessions(person, client):
    other = Client()
    sign_in(other, person.email)
    sign_in(client, person.email)
    new = "another long password"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not is_in(other)


def test_answers_behind_the_sign_in_are_never_kept(person, client):
    client.force_login(person)
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused(person):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, person.email).status_code == 403
    strict.force_login(person)
    assert strict.post(reverse("people:profile"), {"language": "en", "time_zone": "UTC"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:9999", "127.0.0.1:1", "localhost"])
def test_links_in_mails_come_from_the_settings_and_not_from_the_host_header(cast, client, mailoutbox, host):
    load_mail_texts()
    for name in ("account_reset_password", "account_request_login_code"):
        client.post(reverse(name), {"email": cast.subject.email}, headers={"host": host})
        send_owed()
    assert len(mailoutbox) == 2
    for message in mailoutbox:
        assert host not in message.body
    assert f"{product.BASE_URL}/accounts/password/reset/key/" in mailoutbox[0].body


def test_a_new_password_is_asked_for_and_refused_in_our_words(client, person):
    client.force_login(person)
    path = reverse("account_change_password")
    page = client.get(path).content.decode()
    assert all(label in page for label in ("Current password", "New password", "New password again"))
    refused = client.post(path, {"oldpassword": "not mine", "password1": "x" * 14, "password2": "x" * 14})
    assert "This is not your current password." in refused.content.decode()
