"""The forms of signing in, with our limits, and codes that no table tells.

What a session and an owed mail hold is a random seed; the code in the mail is derived from it with the secret key, by
the worker that sends and by the form that checks. A copy of the database holds no code and no way to one.
"""

import secrets
from collections.abc import Callable

from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from people import limits

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, hence no words (RFC 8628, 6.1)
LENGTH = 8  # of 20 letters: 34 bits for five tries within ten minutes


def new_seed() -> str:
    return secrets.token_urlsafe(24)


def code_of(seed: str) -> str:
    """The code that a mail shows for `seed`: "BCDF-GHJK"."""
    number = int.from_bytes(salted_hmac("people.sign_in_code", seed, algorithm="sha256").digest())
    letters = ""
    for _place in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return f"{letters[:4]}-{letters[4:]}"


def too_many() -> ValidationError:
    return ValidationError(_("Too many attempts. Please wait a few minutes, then try again."), code="too_many")


class RequestCode(RequestLoginCodeForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        if not limits.may_ask_for_code(context.request, email):
            raise too_many()
        return email


class ConfirmCode(ConfirmLoginCodeForm):
    def __init__(self, *args, code: str | None = None, **kwargs):
        super().__init__(*args, code=code_of(code) if code else "", **kwargs)


class RequestReset(ResetPasswordForm):
    def clean_email(self) -> str:
        email = super().clean_email()
        if not limits.may_ask_for_reset(context.request, email):
            raise too_many()
        return email


class _Named:
    """The labels of the password forms, in the words of all our forms."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("New password again"),
        }
        for name in names.keys() & self.fields.keys():  # type: ignore[attr-defined]
            self.fields[name].label = names[name]  # type: ignore[attr-defined]
            self.fields[name].widget.attrs.pop("placeholder", None)  # type: ignore[attr-defined]


class ChangePassword(_Named, ChangePasswordForm):
    pass


class SetPassword(_Named, SetPasswordForm):
    pass


class NewPassword(_Named, ResetPasswordKeyForm):
    pass


def limited(user, check: Callable[[], str]) -> str:
    """The code of a second factor, when `check` finds it right; wrong ones are counted."""
    if not limits.begin_factor(user):
        raise too_many()
    code = check()
    limits.end_factor(user)
    return code


class NewApp(ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from your app")
        del self.fields["code"].widget.attrs["placeholder"]


class NewPasskey(AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["passwordless"].label = _("Sign in with this passkey alone, without a password")
        self.fields["passwordless"].help_text = _("Your device then asks for your PIN, fingerprint or face.")


class Factor(AuthenticateForm):
    def clean_code(self) -> str:
        return limited(self.user, super().clean_code)


class FactorAgain(ReauthenticateForm):
    def clean_code(self) -> str:
        return limited(self.user, super().clean_code)
