"""What follows from who is signed in: their time zone, and when the session ends."""

import time
import zoneinfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from people import factors
from people.confirmation import ask_to_confirm, is_fresh
from people.resend import sign_in_first

TOUCH_SECONDS = 60  # the session is written at most once a minute
# Pages of allauth on which people would change their own address; HR owns it.
CLOSED = {"account_email", "account_confirm_email", "account_email_verification_sent"}
# Pages that change how somebody signs in, and what is downloaded in bulk.
CONFIRMED = {
    "audit:log_csv",
    "outbox:job_file",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


def personal_time(get_response):
    """Dates and hours are shown in the person's own time zone."""

    def answer(request):
        zone = getattr(request.user, "zone", None) or zoneinfo.ZoneInfo(settings.ORGANISATION_TIME_ZONE)
        with timezone.override(zone):
            return get_response(request)

    return answer


def session_limits(get_response):
    """Sessions end after a day, idle ones after 8 hours, those of HR and IT after 30 minutes (ASVS 5.0, 7.3)."""

    def answer(request):
        if request.user.is_authenticated and (_is_too_old(request) or _is_idle_too_long(request)):
            logout(request)
            return sign_in_first(request)
        return get_response(request)

    def on_view(request, _view, _args, _words):
        name = request.resolver_match.view_name
        if name in CLOSED:
            raise Http404
        if factors.must_set_up(request, name):
            return redirect("people:second_factor")
        if name in CONFIRMED and request.user.is_authenticated and not is_fresh(request):
            return ask_to_confirm(request)
        return None

    answer.process_view = on_view  # type: ignore[attr-defined]
    return answer


def _is_too_old(request) -> bool:
    """Whether the session began more than a day ago; every save renews the cookie, so its age says nothing."""
    begun = request.session.setdefault("begun", time.time())
    return time.time() - begun > settings.SESSION_COOKIE_AGE


def _is_idle_too_long(request) -> bool:
    """Whether the session was idle for too long; notes this visit otherwise."""
    now, seen = time.time(), request.session.get("seen")
    is_privileged = request.user.is_hr or request.user.is_it
    limit = settings.SESSION_IDLE_SECONDS_HR if is_privileged else settings.SESSION_IDLE_SECONDS
    if seen and now - seen > limit:
        return True
    if not seen or now - seen > TOUCH_SECONDS:
        request.session["seen"] = now
    return False
