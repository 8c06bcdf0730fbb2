"""Mails about accounts: owed like all others, codes first, nothing in the tables that opens anything."""

import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from people.sign_in import code_of
from tests.factories import make_user
from tests.foundation.post_office import opened

PASSWORD = "a long enough password"
CODE = re.compile(r"^[A-Z]{4}-[A-Z]{4}$", re.MULTILINE)


@pytest.fixture
def person(db):
    load_mail_texts()
    return make_user("Priya Raman", password=PASSWORD)


def ask_code(client, email):
    return client.post(reverse("account_request_login_code"), {"email": email})


def ask_reset(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


@pytest.mark.parametrize("ask", [ask_code, ask_reset])
def test_no_request_talks_to_the_mail_server(person, client, settings, ask):
    """cases G8: a server that takes ten seconds for each answer delays nobody; nothing is sent in the request."""
    with opened(settings, pause=3.0) as office:
        began = time.monotonic()
        assert ask(client, person.email).status_code == 302
        assert time.monotonic() - began < 2
        assert not office.taken
        assert Message.objects.get().status == "queued"
        send_owed()
        assert sum(office.taken.values()) == 1


@pytest.mark.parametrize("ask", [ask_code, ask_reset])
def test_a_server_that_closes_for_a_moment_loses_nothing(person, client, settings, ask):
    """cases G8: 421 means later, once."""
    with opened(settings) as office:
        office.is_closing = True
        assert ask(client, person.email).status_code == 302
        send_owed()
        message = Message.objects.get()
        assert (message.status, bool(office.taken)) == ("queued", False)
        assert (message.next_at - timezone.now()).total_seconds() < 60  # somebody waits for it
        office.is_closing = False
        Message.objects.update(next_at=timezone.now())
        send_owed()
        send_owed()
        assert list(office.taken.values()) == [1]


def test_codes_go_before_everything_that_waits(person, client):
    """cases G8: a launch of thousands does not keep anybody from signing in."""
    enqueue(message_for(person, "audit_anchor", to=person, key=str(number)) for number in range(80))
    ask_code(client, person.email)
    assert Message.objects.claim(1)[0].kind == "sign_in_code"


def test_neither_session_nor_outbox_tells_the_code(person, client, mailoutbox, settings):
    """cases G8: a copy of the database opens nothing; with another secret key its seeds give other codes."""
    ask_code(client, person.email)
    send_owed()
    code = CODE.search(mailoutbox[0].body)[0]
    seed = Message.objects.get().data["seed"]
    sessions = repr([each.get_decoded() for each in Session.objects.all()])
    assert seed in sessions
    assert code not in sessions
    assert code not in repr(list(Message.objects.values()))
    assert code_of(seed) == code
    settings.SECRET_KEY = "the key of somebody who has only the database"
    assert code_of(seed) != code


def test_no_reset_link_is_kept_anywhere(person, client, mailoutbox):
    ask_reset(client, person.email)
    assert "reset/key" not in repr(list(Message.objects.values()))
    send_owed()
    link = re.search(r"https?://\S+/accounts/password/reset/key/\S+", mailoutbox[0].body)[0]
    token = link.rstrip("/").rpartition("-")[2]
    assert token not in repr(list(Message.objects.values()))
    opened_page = client.get(urlsplit(link).path, follow=True)
    assert "Choose a new password" in opened_page.content.decode()


def test_a_code_that_ran_out_while_the_server_was_away_is_not_sent(person, client, mailoutbox, time_machine):
    ask_code(client, person.email)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    send_owed()
    assert mailoutbox == []
    assert Message.objects.get().status == "done"


@pytest.mark.parametrize(
    ("language", "subject", "reason"),
    [
        ("en", "Your sign-in code", "because you have an account at"),
        ("de", "Ihr Code zum Anmelden", "weil Sie ein Konto bei"),
    ],
)
def test_account_mails_speak_the_reader_s_language_and_give_the_right_reason(
    person, client, mailoutbox, language, subject, reason
):
    """cases F2: our own words, and not "because of the review cycle"."""
    person.language = language
    person.save()
    ask_code(client, person.email)
    send_owed()
    assert mailoutbox[0].subject == subject
    assert reason in mailoutbox[0].body
    assert "review cycle" not in mailoutbox[0].body


def test_an_address_without_account_gets_a_friendly_answer_and_no_code(db, client, mailoutbox):
    load_mail_texts()
    ask_code(client, "nobody@example.org")
    send_owed()
    assert mailoutbox[0].to == ["nobody@example.org"]
    assert "no account" in mailoutbox[0].body
    assert CODE.search(mailoutbox[0].body) is None


def test_a_new_password_is_told_by_mail(person, mailoutbox):
    """cases G4: a mail for each change of credentials."""
    client = Client(REMOTE_ADDR="192.0.2.44")
    client.force_login(person)
    new = "another long password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), form).status_code == 302
    send_owed()
    assert mailoutbox[0].subject == "Your password was changed"
    assert "192.0.2.44" in mailoutbox[0].body
    assert new not in mailoutbox[0].body
