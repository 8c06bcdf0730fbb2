"""Second factors: who needs one, setting one up, how secrets are kept, and what IT does when one is lost."""

import base64
import ipaddress
from hashlib import sha256
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.clients import client_of
from people import credentials, known_browsers
from people.confirmation import confirmed
from people.models import User
from people.policies import UserPolicy

USED = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
HAS_FACTOR = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=USED))
# What somebody may open who still has to set one up.
WITHOUT = {
    "people:second_factor",
    "people:confirm",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "healthz",
    "readyz",
}


def host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def can_use_passkeys() -> bool:
    """Browsers bind passkeys to a name; an installation reached by number has none."""
    try:
        ipaddress.ip_address(host())
    except ValueError:
        return True
    return False


def passkeys(request) -> dict:
    """For all pages: whether to offer them."""
    return {"can_use_passkeys": can_use_passkeys()}


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted with the secret key; passkeys belong to the configured address, not to a request's Host."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is not right. Codes of an app change every 30 seconds."),
    }

    def generate_authenticator_name(self, user, type) -> str:
        """What a new passkey is called until its owner names it."""
        n = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("My passkey") if n == 0 else _("Passkey %(n)d") % {"n": n + 1}

    def _boxes(self) -> MultiFernet:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = [sha256(f"people.factors:{key}".encode()).digest() for key in keys]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def encrypt(self, text: str) -> str:
        return self._boxes().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken when it was kept under a key that is gone."""
        return self._boxes().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": host(), "name": settings.ORGANISATION_NAME}


def must_set_up(request, view_name: str) -> bool:
    """Whether this page waits until a second factor is set up: for HR and IT, unless the setting relaxes it."""
    person = request.user
    if not settings.REQUIRE_SECOND_FACTOR or not person.is_authenticated or view_name in WITHOUT:
        return False
    return (person.is_hr or person.is_it) and not has_factor(person)


def has_factor(person: User) -> bool:
    """Known from the session's own query, asked for anybody else."""
    known = getattr(person, "has_factor", None)
    return Authenticator.objects.filter(user=person, type__in=USED).exists() if known is None else known


def set_up(request):
    """Guides through the set-up: an app or a passkey, then recovery codes."""
    if has_factor(request.user):
        return redirect("mfa_index")
    is_required = settings.REQUIRE_SECOND_FACTOR and (request.user.is_hr or request.user.is_it)
    return render(request, "people/second_factor.html", {"is_required": is_required})


@confirmed
def reset(request, pk):
    """Remove a lost factor (IT). The person is emailed, signed out, and sets up a new one."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    if not UserPolicy.allows(request.user, person, "reset_factor"):
        raise Http404
    factors = Authenticator.objects.filter(user=person)
    if request.method == "POST" and factors:
        take_away(person, by=request.user, client=client_of(request))
        messages.success(request, _("Second factor of %(name)s reset.") % {"name": person.name})
        return redirect("people:factor_reset", person.pk)
    return render(
        request, "people/factor_reset.html", {"person": person, "factors": factors.exclude(type="recovery_codes")}
    )


@transaction.atomic
def take_away(person: User, *, by: User, client: str) -> None:
    Authenticator.objects.filter(user=person).delete()
    known_browsers.forget_all(person)
    for session in UserSession.objects.filter(user=person):
        session.end()
    credentials.tell_of_change(person, "factor_reset", by=by, client=client)
