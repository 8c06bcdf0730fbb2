"""Error pages and sign-in pages."""

import uuid

import pytest
from django.template.loader import render_to_string
from django.test import Client

from foundation.outbox.models import Message
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.ui.urls")]


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "413", "429", "500", "507"])
def test_error_pages_need_no_context_and_say_what_to_do(name):
    html = render_to_string(f"{name}.html")
    assert "<h1" in html
    assert 'class="btn btn-primary align-self-start" href="/"' in html


def test_page_of_an_unexpected_fault_shows_its_reference_and_depends_on_nothing():
    html = render_to_string("500.html", {"reference": "A1B2C3D4"})
    assert "A1B2C3D4" in html
    assert "<script" not in html


def test_unknown_address_is_answered_in_our_look(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 302 or "Page not found" in answer.content.decode()


def test_forged_form_is_refused_with_advice(client):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@example.org"})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/accounts/login/", "Send me a code instead"),
        ("/accounts/login/code/", "Sign in with a code"),
        ("/accounts/password/reset/", "Reset your password"),
        ("/accounts/password/reset/done/", "Check your email"),
        ("/accounts/signup/", "HR creates accounts"),
        ("/accounts/inactive/", "This account is closed"),
    ],
)
def test_pages_before_sign_in_have_our_words(client, path, words):
    html = client.get(path).content.decode()
    assert words in html
    assert 'class="bare bare-narrow"' in html


def test_sign_in_page_offers_no_registration(client):
    assert "signup" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "path",
    ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/"],
)
def test_pages_of_the_own_account_have_our_look(client, path):
    client.force_login(make_user("Priya Raman", password="correct horse battery"))
    html = client.get(path).content.decode()
    assert 'class="navbar-brand brand"' in html or 'class="brand"' in html
    assert html.count("<h1") == 1
    assert "btn btn-primary" in html or "card" in html


def test_signed_in_person_finds_name_security_and_the_way_out(client):
    client.force_login(make_user("Priya Raman"))
    html = client.get("/accounts/password/change/", follow=True).content.decode()
    assert "Priya Raman" in html
    assert 'action="/accounts/logout/"' in html
    assert "Sign-in and security" in html


def test_code_can_be_asked_for_and_is_confirmed_on_our_page(client):
    make_user("Priya Raman", email="priya@example.org")
    answer = client.post("/accounts/login/code/", {"email": "priya@example.org"}, follow=True)
    assert "a code is on its way" in answer.content.decode()
    assert Message.objects.get().kind == "sign_in_code"


@pytest.mark.urls("config.urls")
def test_more_text_than_a_form_takes_is_refused_with_advice(client):
    client.force_login(make_user("Priya Raman"))
    for form in ({"text": "x" * 2_600_000}, {f"field{number}": "1" for number in range(1_100)}):
        answer = client.post("/feedback/praise/", form)
        assert answer.status_code == 413
        assert "This is too large" in answer.content.decode()


def test_address_that_only_takes_forms_shows_the_way_home(client):
    client.force_login(make_user("Priya Raman", is_hr=True))
    answer = client.get(f"/feedback/rounds/{uuid.uuid4()}/approve/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Page not found" in answer.content.decode()
