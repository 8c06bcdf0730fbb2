"""Pages on which people change how they sign in: our words, in any width and theme."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from people.factors import FactorAdapter
from tests.browser import assert_clean, browser, open_page, signed_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
THEIRS = ["Activate Auth", "Deactivate", "Are you sure", "Security Key", "this security key", "Passwordless"]
THEIRS += ["Generate", "Sign Out", "IP Address", "Started At", "invalidate", "Unspecified", "mfa"]


def with_everything(person):
    """`person` with an app, recovery codes and a passkey."""
    Authenticator.objects.create(user=person, type="totp", data={"secret": FactorAdapter().encrypt("JBSWY3DPEHPK3PXP")})
    RecoveryCodes.activate(person)
    data = {"name": "Work laptop", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    return Authenticator.objects.create(user=person, type="webauthn", data=data)


def addresses(passkey) -> dict[str, str]:
    plain = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
    plain += ["mfa_list_webauthn", "mfa_reauthenticate"]
    plain += ["usersessions_list", "account_change_password", "account_reauthenticate", "people:confirm"]
    named = {name: reverse(name) for name in plain}
    return named | {name: reverse(name, args=[passkey.pk]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")}


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_pages_of_the_account_speak_our_words(cast, client, live_server, open_page, width, theme):  # noqa: F811
    """cases F2: none of the framework's own English, and nothing that axe or the console finds."""
    cast.manager.set_password("a long enough password")
    cast.manager.save()
    passkey = with_everything(cast.manager)
    page = open_page(width=width, theme=theme, cookies=signed_in(live_server, client, cast.manager))
    fresh = open_page(width=width, theme=theme, cookies=signed_in(live_server, Client(), cast.peer))
    found = {}
    first = ["mfa_activate_totp", "mfa_add_webauthn", "account_set_password"]
    walk = [(page, *each) for each in addresses(passkey).items()] + [(fresh, name, reverse(name)) for name in first]
    for where, name, path in walk:
        where.goto(live_server.url + path)
        assert where.url == live_server.url + path, name
        assert_clean(where)
        text = where.locator("main").inner_text()
        found[name] = [each for each in THEIRS if each in text]
    assert {name: words for name, words in found.items() if words} == {}
