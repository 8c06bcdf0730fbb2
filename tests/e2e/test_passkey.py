"""A passkey in a real browser: set up where HR is led to, then signing in with it, under the strict CSP."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browser import browser, open_page  # noqa: F401
from tests.factories import make_user

PASSWORD = "a long enough password"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.mark.django_db(transaction=True)
def test_hr_sets_up_a_passkey_and_signs_in_with_it(live_server, settings, open_page):  # noqa: F811
    """cases G4: required at the first sign-in, and a passkey alone gets in afterwards."""
    settings.REQUIRE_SECOND_FACTOR = True
    settings.BASE_URL = live_server.url
    hr = make_user("Hanna Riedel", password=PASSWORD, is_hr=True)
    page = open_page()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(hr.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/people/second-factor/")
    page.get_by_role("link", name="Add passkey").click()
    page.wait_for_url("**/webauthn/add/")
    page.get_by_label("Sign in with this passkey alone, without a password").check()
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.filter(user=hr, type="webauthn").count() == 1
    page.goto(f"{live_server.url}/people/")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Sign in with passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    assert page.trouble == []
