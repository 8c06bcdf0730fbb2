"""What every answer carries, whatever kind of page it is."""

import logging

import pytest

from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.urls")]

# A page of each kind: open, redirect to sign-in, link of a stranger, unknown, fault, refusal, health, signed in.
OPEN = [("/accounts/login/", 200), ("/goals/", 302), ("/f/unknown/", 404), ("/nowhere/", 404), ("/fail/", 500)]
REFUSED = [("/refuse/", 404)]
OWN = [("/", 200), ("/goals/", 200), ("/feedback/", 200), ("/catalogue/", 200), ("/accounts/2fa/", 200)]
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
SELF_ONLY = ("script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action")
NOTHING = ("default-src", "frame-ancestors", "base-uri", "object-src")


def policy_of(answer) -> dict[str, str]:
    directives = answer["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def assert_guarded(answer) -> None:
    assert {name: answer[name] for name in HEADERS} == HEADERS
    allowed = dict.fromkeys(SELF_ONLY, "'self'") | dict.fromkeys(NOTHING, "'none'")
    assert policy_of(answer) == allowed | {"img-src": "'self' data:"}
    assert "Server" not in answer
    assert "X-Powered-By" not in answer


@pytest.mark.parametrize(("path", "status"), OPEN + REFUSED)
def test_a_stranger_s_page_is_guarded(client, path, status):
    client.raise_request_exception = False
    answer = client.get(path)
    assert answer.status_code == status
    assert_guarded(answer)


@pytest.mark.parametrize(("path", "status"), OWN)
def test_a_page_behind_sign_in_is_guarded(cast, catalogue, as_, path, status):
    answer = as_(cast.subject).get(path)
    assert answer.status_code == status
    assert_guarded(answer)


def test_a_static_file_may_be_kept_by_the_browser(client, settings):
    settings.WHITENOISE_USE_FINDERS = True
    answer = client.get("/static/css/base.css")
    assert answer.status_code == 200
    assert "no-store" not in answer.get("Cache-Control", "")
    answer.close()


def test_a_refusal_is_the_page_of_what_does_not_exist(as_, cast):
    refused, unknown = as_(cast.subject).get("/refuse/"), as_(cast.subject).get("/nowhere/")
    assert refused.status_code == unknown.status_code == 404
    assert b"secret inside" not in refused.content
    assert b"Page not found" in refused.content
    assert b"Page not found" in unknown.content


def test_a_fault_shows_a_reference_that_the_log_has_too(client, caplog):
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "plumbline.errors"):
        page = client.get("/fail/").content.decode()
    reference = next(record.args[0] for record in caplog.records if record.name == "plumbline.errors")
    assert reference in page
    assert "secret inside" not in page
    assert "Traceback" not in page


@pytest.mark.parametrize("header", [{"HTTP_HOST": "evil.example"}, {"HTTP_X_FORWARDED_HOST": "evil.example"}])
def test_a_foreign_host_is_refused_or_ignored(client, header):
    answer = client.get("/accounts/login/", **header)
    assert answer.status_code in (200, 400)
    assert b"evil.example" not in answer.content


@pytest.fixture
def sign_in(client):
    user = make_user("Priya Raman", password="correct horse battery")
    form = {"login": user.email, "password": "correct horse battery", "next": "https://evil.example/"}
    return lambda: client.post("/accounts/login/", form)


def test_a_foreign_next_leads_nowhere_else(sign_in):
    answer = sign_in()
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_cookies_are_out_of_reach_of_scripts(client, sign_in):
    client.get("/accounts/login/")
    sign_in()
    assert {"plumbline_session", "plumbline_csrf"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
