"""What follows from who is signed in: their time zone, and when the session ends."""

import time
import zoneinfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404
from django.utils import timezone

from people.resend import sign_in_first

TOUCH_SECONDS = 60  # the session is written at most once a minute
# Pages of allauth on which people would change their own address; HR owns it.
CLOSED = {"account_email", "account_confirm_email", "account_email_verification_sent"}


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
        if request.resolver_match.view_name in CLOSED:
            raise Http404

    answer.process_view = on_view  # type: ignore[attr-defined]
    return answer


def _is_too_old(request) -> bool:
    """Whether the session began more than a day ago; every save renews the cookie, so its age says nothing."""
    begun = request.session.setdefault("begun", time.time())
    return time.time() - begun > settings.SESSION_COOKIE_AGE


def _is_idle_too_long(request) -> bool:
    """Whether the session went cold; notes this visit otherwise."""
    now, seen = time.time(), request.session.get("seen")
    is_privileged = request.user.is_hr or request.user.is_it
    limit = settings.SESSION_IDLE_SECONDS_HR if is_privileged else settings.SESSION_IDLE_SECONDS
    if seen and now - seen > limit:
        return True
    if not seen or now - seen > TOUCH_SECONDS:
        request.session["seen"] = now
    return False
