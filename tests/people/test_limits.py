"""Guessing is stopped, and its victims are not: who is counted, where, and who gets in all the same."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.audit.models import Event
from foundation.counters.limits import Limit, give_back, is_used_up, spend
from foundation.counters.models import Attempts
from foundation.outbox.models import Message
from foundation.outbox.services import load_mail_texts
from foundation.outbox.tasks import send_owed
from tests.factories import make_user

PASSWORD = "a long enough password"
SLOW = Limit("test.slow", 3, timedelta(hours=1), longest=timedelta(minutes=1))
HARD = Limit("test.hard", 3, timedelta(hours=1))


@pytest.fixture
def person(db):
    load_mail_texts()
    return make_user("Hanna Riedel", password=PASSWORD, is_hr=True)


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_in(client) -> bool:
    return client.get("/").status_code == 200


def attack(email, tries, first=1):
    """So many wrong passwords, each from another address."""
    for number in range(first, first + tries):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), email, "wrong")


def test_only_failures_count_for_an_office_behind_one_address(db):
    """cases G1: 150 good sign-ins from one address; a failing colleague there locks out nobody else."""
    people = [make_user(f"Person {number}", password=PASSWORD) for number in range(15)]
    for _round in range(10):
        for each in people:
            client = Client(REMOTE_ADDR="192.0.2.7")
            assert sign_in(client, each.email).status_code == 302
    for _guess in range(11):
        sign_in(Client(REMOTE_ADDR="192.0.2.7"), people[0].email, "wrong")
    client = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(client, people[1].email)
    assert is_in(client)


def test_a_client_that_fails_a_hundred_times_is_stopped_whichever_accounts_it_tries(db):
    for number in range(100):
        sign_in(Client(REMOTE_ADDR="203.0.113.5"), f"somebody{number}@example.org", "wrong")
    other = make_user("Other", password=PASSWORD)
    client = Client(REMOTE_ADDR="203.0.113.5")
    sign_in(client, other.email)
    assert not is_in(client)
    elsewhere = Client(REMOTE_ADDR="203.0.113.6")
    sign_in(elsewhere, other.email)
    assert is_in(elsewhere)


def test_strangers_cannot_lock_out_somebody_in_a_browser_they_have_used(person):
    """cases G2: the usual place always works."""
    usual = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(usual, person.email)
    usual.post(reverse("account_logout"))
    attack(person.email, 30)
    for _guess in range(11):  # from that very address too, in another browser
        sign_in(Client(REMOTE_ADDR="192.0.2.1"), person.email, "wrong")
    assert sign_in(usual, person.email).status_code == 302
    assert is_in(usual)


def test_the_mark_of_a_browser_helps_only_whoever_signed_in_there(person):
    other = make_user("Other", password=PASSWORD)
    browser = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(browser, other.email)
    browser.post(reverse("account_logout"))
    for _guess in range(11):
        sign_in(browser, person.email, "wrong")
    sign_in(browser, person.email)
    assert not is_in(browser)


def test_a_known_browser_is_no_place_to_guess_for_ever(person):
    browser = Client(REMOTE_ADDR="192.0.2.1")
    sign_in(browser, person.email)
    browser.post(reverse("account_logout"))
    for _guess in range(25):
        sign_in(browser, person.email, "wrong")
    sign_in(browser, person.email)
    assert not is_in(browser)


def test_a_new_browser_waits_minutes_not_an_hour_while_strangers_guess(person):
    """cases G2: the delay for an account grows and has an end."""
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        attack(person.email, 10)
        new = Client(REMOTE_ADDR="192.0.2.9")
        refused = sign_in(new, person.email)
        assert "Send me a code instead" in refused.content.decode()
        clock.move_to(start + timedelta(seconds=2))
        sign_in(new, person.email)
        assert is_in(new)


def test_the_delay_of_an_account_never_exceeds_a_quarter_of_an_hour(person):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for number in range(1, 40):
            attack(person.email, 1, first=number)
            clock.shift(timedelta(seconds=70))
        clock.shift(timedelta(minutes=15))
        new = Client(REMOTE_ADDR="192.0.2.9")
        sign_in(new, person.email)
        assert is_in(new)


def test_a_mail_code_gets_in_while_the_password_is_guessed(person, mailoutbox):
    """cases G2: the way by mail stays open."""
    attack(person.email, 30)
    client = Client(REMOTE_ADDR="192.0.2.9")
    client.post(reverse("account_request_login_code"), {"email": person.email})
    send_owed()
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mailoutbox[-1].body, re.MULTILINE)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_in(client)


def test_blocked_answers_are_equal_for_known_and_unknown_accounts(person):
    pages = []
    for email in (person.email, "nobody@example.org"):
        for _guess in range(11):
            answer = sign_in(Client(), email, "wrong")
        page = re.sub(r'value="[^"]*"', "", answer.content.decode().replace(email, ""))
        pages.append((answer.status_code, page))
    assert pages[0] == pages[1]


def test_an_emptied_cache_and_another_process_remember_every_failure(person):
    """cases G3: FLUSHALL forgets no limit."""
    for _guess in range(10):
        sign_in(Client(), person.email, "wrong")
    cache.clear()
    sign_in(Client(), person.email)
    client = Client()
    sign_in(client, person.email)
    assert not is_in(client)


def test_no_counter_tells_whose_it_is(person):
    sign_in(Client(REMOTE_ADDR="198.51.100.4"), person.email, "wrong")
    stored = repr(list(Attempts.objects.values()))
    assert Attempts.objects.count() == 3
    assert person.email not in stored
    assert "198.51.100.4" not in stored


def test_a_visitor_cannot_invent_an_address_in_front_of_the_proxy(person, settings):
    """cases G1: only what our own proxy wrote is believed."""
    settings.TRUSTED_PROXIES = 1
    for number in range(11):
        forged = Client(headers={"x-forwarded-for": f"203.0.113.{number}, 198.51.100.77"})
        sign_in(forged, person.email, "wrong")
    told = Event.objects.filter(verb="user.sign_in_failed").values_list("data__client", flat=True)
    assert set(told) == {"198.51.100.77"}


def test_many_tries_at_once_are_spent_before_they_are_looked_at(db):
    assert [spend(HARD, "a") for _try in range(5)] == [True, True, True, False, False]
    give_back(HARD, "a")
    assert not is_used_up(HARD, "a")
    assert spend(HARD, "a")
    assert is_used_up(HARD, "a")
    assert not is_used_up(HARD, "b")


def test_a_growing_pause_doubles_and_starts_again_with_the_next_window(db):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        pauses = []
        for _try in range(12):
            waited = 0
            while not spend(SLOW, "a"):
                clock.shift(timedelta(seconds=1))
                waited += 1
            pauses.append(waited)
        assert pauses == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
        clock.move_to(start + timedelta(hours=1))
        assert spend(SLOW, "a")
        assert not is_used_up(SLOW, "a")


def test_codes_for_one_account_are_only_slowed_down(person):
    """cases G2: whoever asks for codes in my name cannot keep me from getting one."""
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for number in range(1, 30):
            stranger = Client(REMOTE_ADDR=f"198.51.100.{number}")
            stranger.post(reverse("account_request_login_code"), {"email": person.email})
        assert Message.objects.filter(kind="sign_in_code").count() == 6
        clock.shift(timedelta(minutes=5))
        Client(REMOTE_ADDR="192.0.2.9").post(reverse("account_request_login_code"), {"email": person.email})
        assert Message.objects.filter(kind="sign_in_code").count() == 7
