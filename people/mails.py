"""What the mails about accounts say; links and codes exist only in what is made here, while a mail is sent."""

import zoneinfo
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone

from activity.mails import Withdrawn, absolute, mail_context
from people.models import User
from people.sign_in import code_of


@mail_context("invitation")
def invitation(notice) -> dict:
    return {"link": absolute(reverse("account_request_login_code"))}


@mail_context("sign_in_code")
@mail_context("confirmation_code")
def code(notice) -> dict:
    """Raises Withdrawn when the code has run out: whoever waited has asked for another one."""
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    if timezone.now() - notice.created_at > timedelta(minutes=minutes):
        raise Withdrawn("the code ran out before it could be sent")
    return {"code": code_of(notice.data["seed"]), "minutes": minutes}


@mail_context("password_reset")
def password_reset(notice) -> dict:
    """The token is made here and kept nowhere; it ends with the password it replaces, or after three days."""
    person = User.objects.active().filter(pk=notice.recipient_id).first()
    if person is None or person.email != notice.address:
        raise Withdrawn("the account is closed or has another address now")
    words = [user_pk_to_url_str(person), default_token_generator.make_token(person)]
    return {"link": absolute(reverse("account_reset_password_from_key", args=words))}


def credentials_changed(notice) -> dict:
    """When it was, where the person is."""
    zone = notice.recipient.time_zone if notice.recipient else settings.ORGANISATION_TIME_ZONE
    here = datetime.fromisoformat(notice.data["at"]).astimezone(zone_of(zone))
    moment = formats.date_format(here, "j F Y, H:i") + f" ({here.tzname()})"
    return {"when": moment, "client": notice.data.get("client", ""), "by_name": notice.data.get("by_name", "")}


for kind in (
    "password_changed",
    "factor_added",
    "factor_removed",
    "factor_reset",
    "recovery_codes_made",
    "address_changed",
):
    mail_context(kind)(credentials_changed)


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone of `name`, the organisation's where there is none of that name."""
    known = name if name in zoneinfo.available_timezones() else settings.ORGANISATION_TIME_ZONE
    return zoneinfo.ZoneInfo(known)
