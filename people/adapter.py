"""How allauth behaves here: accounts, counters, codes and mails."""

from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from foundation.clients import client_of
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import Message
from people import credentials, limits, sign_in, sign_in_log
from people.confirmation import is_fresh
from people.models import User

OWED = {
    "account/email/login_code": "sign_in_code",
    "account/email/password_reset_key": "password_reset",
    "account/email/unknown_account": "unknown_account",
}
CHANGES = {
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_changed",
    "account/email/password_reset": "password_changed",
    "mfa/email/totp_activated": "factor_added",
    "mfa/email/webauthn_added": "factor_added",
    "mfa/email/totp_deactivated": "factor_removed",
    "mfa/email/webauthn_removed": "factor_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes_made",
}


def blocked_message() -> str:
    return _("Too many failed attempts. Use “Send me a code instead”, or wait a few minutes and try again.")


class ClosedRegistration(DefaultAccountAdapter):
    """HR creates accounts; mails of allauth are owed like all others; guessing is limited by our own counters."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": lazy(blocked_message, str)(),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "incorrect_code": gettext_lazy("This code is not right, or it has expired."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_client_ip(self, request) -> str:
        return client_of(request)

    def pre_authenticate(self, request, **credentials) -> None:
        email = credentials.get("email", "")
        self._tries = limits.begin_password(request, email)
        if self._tries is None:
            sign_in_log.blocked(request, email)
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request, **credentials) -> None:
        sign_in_log.failed(request, credentials.get("email", ""), "password")

    def _rollback_login_failed_rl_usage(self) -> None:
        """Called by allauth when the password was right."""
        limits.end_password(self._tries or [])

    def generate_login_code(self) -> str:
        """What the session keeps of the code; see `people.sign_in`."""
        return sign_in.new_seed()

    def send_mail(self, template_prefix, email, context) -> None:
        """Enqueue the mail. The worker sends it before all others, and makes its link or code only then."""
        kind = OWED[template_prefix]
        person = User.objects.active().filter(email__iexact=email).first()
        data = {"seed": context["code"]} if kind == "sign_in_code" else {}
        enqueue([self._message(kind, person, email, data)])

    def _message(self, kind: str, person: User | None, email: str, data: dict) -> Message:
        if person is not None:
            return message_for(person, kind, to=person, key=str(uuid4()), **data)
        language = get_language() or "en"
        stranger = message_for(User(), kind, address=email, language=language, key=str(uuid4()))
        stranger.target_id = ""
        return stranger

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        client = client_of(self.request)
        credentials.tell_of_change(user, CHANGES[template_prefix], by=user, client=client)

    def is_reauthentication_required(self, *, app: str) -> bool:
        return not is_fresh(self.request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        """The password or a factor, and for everybody a code by mail."""
        ways = super().get_reauthentication_methods(user)
        words = {"mfa_reauthenticate:webauthn": _("Use passkey"), "mfa_reauthenticate": _("Use app or recovery code")}
        by_mail = {"id": "code", "description": _("Send me a code"), "url": reverse("people:confirm")}
        return [*(way | {"description": words.get(way["id"], way["description"])} for way in ways), by_mail]
