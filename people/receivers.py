"""What follows when allauth says that somebody signed in, failed or showed a second factor."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed, login_code_rejected, user_logged_in
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in as session_began
from django.dispatch import receiver

from people import known_browsers, sign_in_log


@receiver(session_began)
def begin_session(sender, request, user, **_more):
    """Signing in is a confirmation that it is them."""
    request.session["confirmed_at"] = time.time()


@receiver(authentication_step_completed)
def confirm_again(sender, request, user, method, reauthenticated=False, **_more):
    if reauthenticated:
        request.session["confirmed_at"] = time.time()


@receiver(user_logged_in)
def complete_sign_in(sender, request, response, user, **_more):
    methods = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
    sign_in_log.signed_in(request, user, " + ".join(dict.fromkeys(methods)))
    known_browsers.remember(request, response, user)


@receiver(authentication_failed)
def note_wrong_factor(sender, request, user, authenticator, **_more):
    sign_in_log.failed(request, user.email, str(authenticator.type))


@receiver(login_code_rejected)
def note_wrong_code(sender, request, user, **_more):
    sign_in_log.failed(request, user.email, "code")
