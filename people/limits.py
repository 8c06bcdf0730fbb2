"""Limits on guessing passwords, codes and second factors.

Only failures count. A browser in which the account has signed in before has a counter of its own, so that nobody can
lock an owner out from elsewhere; a passkey is never limited, and codes by mail only slowed down (NIST SP 800-63B 5.2.2,
OWASP ASVS 5.0, 6.3.1).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest

from foundation.clients import client_of, network_of
from foundation.counters.limits import Limit, forget, give_all_back, spend, spend_all
from people.known_browsers import is_known

HOUR = timedelta(hours=1)
FROM_BROWSER = Limit("sign-in.browser", 10, HOUR)
FROM_CLIENT_TO_ACCOUNT = Limit("sign-in.client+account", 10, HOUR)
FROM_CLIENT = Limit("sign-in.client", 100, HOUR)
TO_ACCOUNT = Limit("sign-in.account", 10, HOUR, longest=timedelta(minutes=15))
FACTOR = Limit("factor.account", 10, HOUR, longest=timedelta(minutes=15))
CODES_FROM_BROWSER = Limit("code.browser", 6, HOUR)
CODES_FROM_CLIENT_TO_ACCOUNT = Limit("code.client+account", 6, HOUR)
CODES_FROM_CLIENT = Limit("code.client", 60, HOUR)
CODES_TO_ACCOUNT = Limit("code.account", 6, HOUR, longest=timedelta(minutes=5))
RESETS_FROM_CLIENT_TO_ACCOUNT = Limit("reset.client+account", 5, HOUR)
RESETS_FROM_CLIENT = Limit("reset.client", 20, HOUR)
RESETS_TO_ACCOUNT = Limit("reset.account", 5, HOUR, longest=timedelta(minutes=5))

Tries = list[tuple[Limit, str]]


@dataclass(frozen=True)
class Counters:
    """Who is counted: a known browser by itself, all others by client and account together and by each alone."""

    pair: Limit
    client: Limit
    account: Limit
    browser: Limit | None = None

    def begin(self, request: HttpRequest, email: str) -> Tries | None:
        """Take one try; None when there is none left."""
        email, where = email.strip().lower(), network_of(client_of(request))
        known = is_known(request, email) if self.browser else ""
        if self.browser and known and spend(self.browser, f"{known} {email}"):
            return [(self.browser, f"{known} {email}")]
        tries = [(self.pair, f"{where} {email}"), (self.client, where), (self.account, email)]
        return tries if spend_all(tries) else None


PASSWORDS = Counters(FROM_CLIENT_TO_ACCOUNT, FROM_CLIENT, TO_ACCOUNT, FROM_BROWSER)
CODES = Counters(CODES_FROM_CLIENT_TO_ACCOUNT, CODES_FROM_CLIENT, CODES_TO_ACCOUNT, CODES_FROM_BROWSER)
RESETS = Counters(RESETS_FROM_CLIENT_TO_ACCOUNT, RESETS_FROM_CLIENT, RESETS_TO_ACCOUNT)


def begin_password(request: HttpRequest, email: str) -> Tries | None:
    """What one try of a password costs; None when it may not be made now. Good ones are given back."""
    return PASSWORDS.begin(request, email)


def may_ask_for_code(request: HttpRequest, email: str) -> bool:
    return CODES.begin(request, email) is not None


def may_ask_for_reset(request: HttpRequest, email: str) -> bool:
    return RESETS.begin(request, email) is not None


def end_password(tries: Tries) -> None:
    """The password was right."""
    give_all_back(tries)


def begin_factor(user) -> bool:
    """Whether a code of the second factor may be tried; whoever gets here knew the password."""
    return spend(FACTOR, str(user.pk))


def end_factor(user) -> None:
    forget(FACTOR, str(user.pk))
