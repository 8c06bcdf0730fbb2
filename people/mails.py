"""What the mails about accounts, roles and stand-ins say; links and codes exist only here, while a mail is sent."""

import zoneinfo
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from foundation.moments import day_in_words
from foundation.outbox.mails import Withdrawn, absolute, in_words, mail_context
from people.models import Delegation, User
from people.roles import LABELS
from people.sign_in import code_of


@mail_context("invitation")
def invitation(message) -> dict:
    return {"link": absolute(reverse("account_request_login_code"))}


@mail_context("sign_in_code")
@mail_context("confirmation_code")
def code(message) -> dict:
    """Raises Withdrawn when the code has run out: whoever waited has asked for another one."""
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    if timezone.now() - message.created_at > timedelta(minutes=minutes):
        raise Withdrawn("the code ran out before it could be sent")
    return {"code": code_of(message.data["seed"]), "minutes": minutes}


@mail_context("password_reset")
def password_reset(message) -> dict:
    """The token is made here and kept nowhere; it ends with the password it replaces, or after three days."""
    person = User.objects.active().filter(pk=message.recipient_id).first()
    if person is None or person.email != message.address:
        raise Withdrawn("the account is closed or has another address now")
    words = [user_pk_to_url_str(person), default_token_generator.make_token(person)]
    return {"link": absolute(reverse("account_reset_password_from_key", args=words))}


def credentials_changed(message) -> dict:
    """When it was, where the person is."""
    zone = message.recipient.zone if message.recipient else zoneinfo.ZoneInfo(settings.ORGANISATION_TIME_ZONE)
    here = datetime.fromisoformat(message.data["at"]).astimezone(zone)
    moment = day_in_words(here, "j M Y, H:i") + f" ({here.tzname()})"
    return {"when": moment, "client": message.data.get("client", ""), "by_name": message.data.get("by_name", "")}


for kind in (
    "password_changed",
    "factor_added",
    "factor_removed",
    "factor_reset",
    "recovery_codes_made",
    "address_changed",
):
    mail_context(kind)(credentials_changed)


@mail_context("role_given")
@mail_context("role_taken")
def role(message) -> dict:
    return {"role_name": LABELS[message.data["role"]], "link": absolute(reverse("people:role_list"))}


@mail_context("stand_in")
def stand_in(message) -> dict:
    """Raises Withdrawn when the delegation has ended meanwhile."""
    delegation = Delegation.objects.filter(pk=message.target_id).select_related("principal").first()
    if delegation is None:
        raise Withdrawn("the delegation has ended")
    return {
        "principal_name": delegation.principal.name,
        "start_date": in_words(delegation.starts_on),
        "end_date": in_words(delegation.ends_on),
        "link": absolute("/team/"),
    }
