"""The messages about accounts, roles and stand-ins. Links and codes exist only here, while a message is sent."""

import zoneinfo
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.moments import day_in_words
from foundation.outbox.kinds import MessageKind, message_kind
from foundation.outbox.mails import Withdrawn, absolute, in_words
from foundation.outbox.states import URGENT
from people.models import Delegation, User
from people.roles import LABELS
from people.sign_in import code_of

SITE = "https://plumbline.example.org"


@message_kind
class Invitation(MessageKind):
    key = "invitation"
    name = _("Invitation to an account")
    audience = _("a person with a new or reactivated account")
    when = _("when HR adds, imports or invites them; once a day at most")
    placeholders = {"link": _("where to ask for a code to sign in")}
    sample = {"link": f"{SITE}/accounts/login/code/"}
    shows_recipient = True

    def build(self, message, found) -> dict:
        return {"link": absolute(reverse("account_request_login_code"))}


class CodeKind(MessageKind):
    """Withdrawn when the code has run out: whoever waited has asked for another one."""

    audience = _("the owner of the account")
    placeholders = {"code": _("the code, made while the message is sent"), "minutes": _("how long it is valid")}
    sample = {"code": "KFRT-WQNB", "minutes": 10}
    priority = URGENT
    shows_recipient = True

    def build(self, message, found) -> dict:
        minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
        if timezone.now() - message.created_at > timedelta(minutes=minutes):
            raise Withdrawn("the code ran out before it could be sent")
        return {"code": code_of(message.data["seed"]), "minutes": minutes}


@message_kind
class SignInCode(CodeKind):
    key = "sign_in_code"
    name = _("Code to sign in")
    when = _("when somebody asks for a code on the sign-in page")


@message_kind
class ConfirmationCode(CodeKind):
    key = "confirmation_code"
    name = _("Code to confirm")
    when = _("when somebody has to confirm that it is still them, and asks for a code")


@message_kind
class PasswordReset(MessageKind):
    """The token is made here and kept nowhere; it ends with the password it replaces, or after three days."""

    key = "password_reset"
    name = _("New password")
    audience = _("the owner of the account")
    when = _("when somebody asks for a new password")
    placeholders = {"link": _("where to choose it, made while the message is sent")}
    sample = {"link": f"{SITE}/accounts/password/reset/key/1-set/"}
    priority = URGENT
    shows_recipient = True

    def build(self, message, found) -> dict:
        person = User.objects.active().filter(pk=message.recipient_id).first()
        if person is None or person.email != message.address:
            raise Withdrawn("the account is closed or has another address now")
        words = [user_pk_to_url_str(person), default_token_generator.make_token(person)]
        return {"link": absolute(reverse("account_reset_password_from_key", args=words))}


@message_kind
class UnknownAccount(MessageKind):
    """Sent to an address that somebody typed and that belongs to no account."""

    key = "unknown_account"
    name = _("No account for this address")
    audience = _("an address that has no account")
    when = _("when somebody tries to sign in with it")
    placeholders = {}
    sample = {}
    priority = URGENT
    shows_recipient = False


class CredentialsChanged(MessageKind):
    """`when` is written in the time zone of the person."""

    audience = _("the owner of the account")
    placeholders = {
        "when": _("the moment, in the person's time zone"),
        "client": _("from which address on the network"),
        "by_name": _("who did it"),
    }
    sample = {"when": "9 Jan 2030, 09:12 (CET)", "client": "192.0.2.7", "by_name": "Ivo Technik"}
    shows_recipient = True

    def build(self, message, found) -> dict:
        zone = message.recipient.zone if message.recipient else zoneinfo.ZoneInfo(settings.ORGANISATION_TIME_ZONE)
        here = datetime.fromisoformat(message.data["at"]).astimezone(zone)
        moment = day_in_words(here, "j M Y, H:i") + f" ({here.tzname()})"
        return {"when": moment, "client": message.data.get("client", ""), "by_name": message.data.get("by_name", "")}


@message_kind
class PasswordChanged(CredentialsChanged):
    key = "password_changed"
    name = _("Password changed")
    when = _("when the password of an account changes")


@message_kind
class FactorAdded(CredentialsChanged):
    key = "factor_added"
    name = _("Second factor added")
    when = _("when an authenticator app or a passkey is added")


@message_kind
class FactorRemoved(CredentialsChanged):
    key = "factor_removed"
    name = _("Second factor removed")
    when = _("when an authenticator app or a passkey is removed")


@message_kind
class FactorReset(CredentialsChanged):
    key = "factor_reset"
    name = _("Second factor reset")
    when = _("when IT resets the second factor of an account")


@message_kind
class RecoveryCodesMade(CredentialsChanged):
    key = "recovery_codes_made"
    name = _("New recovery codes")
    when = _("when recovery codes are made")


@message_kind
class AddressChanged(CredentialsChanged):
    key = "address_changed"
    name = _("Address changed")
    audience = _("the owner of the account, at the address they had before")
    when = _("when HR changes the address of an account")


class RoleKind(MessageKind):
    audience = _("everybody in HR and IT, and the person")
    placeholders = {
        "person_name": _("whose role it is"),
        "actor_name": _("who changed it"),
        "role_name": _("the role"),
        "link": _("the list of roles"),
    }
    sample = {
        "person_name": "Marta Keller",
        "actor_name": "Hanna Riedel",
        "role_name": "HR",
        "link": f"{SITE}/people/roles/",
    }
    shows_recipient = True

    def build(self, message, found) -> dict:
        return {"role_name": LABELS[message.data["role"]], "link": absolute(reverse("people:role_list"))}


@message_kind
class RoleGiven(RoleKind):
    key = "role_given"
    name = _("Role given")
    when = _("when somebody gets the role HR or IT")


@message_kind
class RoleTaken(RoleKind):
    key = "role_taken"
    name = _("Role taken")
    when = _("when somebody loses the role HR or IT")


@message_kind
class StandIn(MessageKind):
    """Withdrawn when the delegation has ended meanwhile."""

    key = "stand_in"
    name = _("Stand-in")
    audience = _("whoever stands in")
    when = _("when somebody names them as stand-in")
    placeholders = {
        "principal_name": _("for whom they stand in"),
        "start_date": _("the first day"),
        "end_date": _("the last day"),
        "link": _("the team"),
    }
    sample = {
        "principal_name": "Marta Keller",
        "start_date": "2030-01-14",
        "end_date": "2030-01-25",
        "link": f"{SITE}/team/",
    }
    shows_recipient = True

    def build(self, message, found) -> dict:
        delegation = Delegation.objects.filter(pk=message.target_id).select_related("principal").first()
        if delegation is None:
            raise Withdrawn("the delegation has ended")
        return {
            "principal_name": delegation.principal.name,
            "start_date": in_words(delegation.starts_on),
            "end_date": in_words(delegation.ends_on),
            "link": absolute("/team/"),
        }
