"""Nothing typed is lost when its writer was signed out meanwhile, by the clock or in another tab."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from feedback.models import Praise
from tests.factories import make_user

TEXT = "Thank you for the <night> in May,\nwhen the feature store was down."
OURS = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def token_in(answer) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.content.decode())[1]


def filled(browser, cast) -> dict:
    """The form of thanks as it was opened, then filled in."""
    token = token_in(browser.get("/feedback/praise/"))
    return {"csrfmiddlewaretoken": token, "receiver": cast.peer.email, "text": TEXT, "happened_on": "2026-05-04"}


def kept(answer) -> dict:
    """What the page will send: the hidden texts with a token of now."""
    html = answer.content.decode()
    fields = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', html, re.DOTALL)
    unescaped = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in fields}
    return unescaped | {"csrfmiddlewaretoken": token_in(answer)}


def test_a_form_sent_after_signing_out_elsewhere_waits_until_its_writer_is_back(cast, browser):
    browser.force_login(cast.subject)
    form = filled(browser, cast)
    browser.cookies.pop("sessionid", None)
    browser.cookies.pop("plumbline_session")
    refused = browser.post("/feedback/praise/", form, **OURS)
    assert refused.status_code == 401
    assert "You were signed out" in refused.content.decode()
    browser.force_login(cast.subject)
    done = browser.post("/feedback/praise/", kept(refused), **OURS)
    assert done.status_code == 302
    assert Praise.objects.get().text.splitlines() == TEXT.splitlines()


def test_a_token_from_before_signing_in_again_costs_one_click(cast, browser):
    browser.force_login(cast.subject)
    form = filled(browser, cast) | {"csrfmiddlewaretoken": "x" * 64}
    refused = browser.post("/feedback/praise/", form, **OURS)
    assert refused.status_code == 403
    assert "One more click" in refused.content.decode()
    assert not Praise.objects.exists()
    browser.post("/feedback/praise/", kept(refused), **OURS)
    assert Praise.objects.count() == 1


def test_somebody_without_an_account_is_not_asked_to_sign_in(db, browser):
    answer = browser.post("/accounts/login/code/", {"email": "somebody@example.org"}, **OURS)
    html = answer.content.decode()
    assert (answer.status_code, "One more click" in html, "Sign in in a new tab" in html) == (403, True, False)


def test_an_idle_person_keeps_the_text_and_others_the_address(cast, client):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client.force_login(cast.hr)
        client.get("/")
        clock.move_to(start + timedelta(minutes=31))
        answer = client.post("/feedback/praise/", {"text": TEXT}, **OURS)
        assert (answer.status_code, "in May" in answer.content.decode()) == (401, True)
        client.force_login(cast.hr)
        client.get("/")
        clock.move_to(start + timedelta(minutes=63))
        assert client.get("/people/?q=a").url == "/accounts/login/?next=/people/%3Fq%3Da"


@pytest.mark.parametrize("origin", [{}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}])
def test_a_form_of_somebody_else_is_not_kept(cast, browser, origin):
    browser.force_login(cast.subject)
    answer = browser.post("/feedback/praise/", {"text": TEXT}, **origin)
    assert answer.status_code == 403
    assert "in May" not in answer.content.decode()


def test_a_password_is_never_written_into_a_page(db, browser):
    make_user("Priya Raman", email="priya@example.org", password="correct horse battery")
    form = {"login": "priya@example.org", "password": "correct horse battery"}
    answer = browser.post("/accounts/login/", form, **OURS)
    assert answer.status_code == 403
    assert "correct horse" not in answer.content.decode()
