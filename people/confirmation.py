"""Fresh confirmation of identity before exports, releases, roles and changes of sign-in (ASVS 5.0, 7.5).

Signing in confirms for 15 minutes; so do the password, a second factor, a passkey or a code by mail afterwards.
"""

import time
from collections.abc import Callable
from functools import wraps
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import resume_request, suspend_request
from allauth.core.internal.cryptokit import compare_user_code
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.outbox.messages import enqueue, message_for
from people import limits, sign_in_log
from people.sign_in import code_of, new_seed, too_many

TRIES = 5
KEPT = "confirmation_code"  # in the session: seed, when, how many tries are left


def is_fresh(request: HttpRequest) -> bool:
    """Whether they signed in or confirmed within the last 15 minutes."""
    return time.time() - request.session.get("confirmed_at", 0) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask_to_confirm(request: HttpRequest) -> HttpResponse:
    """Redirect to confirm, and back to what they were about to do; a form they sent is sent again then."""
    return suspend_request(request, get_adapter().get_reauthentication_methods(request.user)[0]["url"])


def confirmed(view: Callable | None = None, *, when: Callable[..., bool] | None = None):
    """Decorator of a view that asks for a fresh confirmation first; with `when` only where that returns true."""

    def wrap(inner):
        @wraps(inner)
        def answer(request, *args, **words):
            is_asked = when is None or when(request, **words)
            return inner(request, *args, **words) if is_fresh(request) or not is_asked else ask_to_confirm(request)

        return answer

    return wrap(view) if view else wrap


class SecondFactorForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def __init__(self, data, request):
        super().__init__(data)
        self.request = request

    def clean_code(self) -> str:
        """Each try is counted before the code is compared."""
        kept = waiting_code(self.request)
        if kept is None:
            raise forms.ValidationError(_("This code has expired. Send a new one."))
        kept["tries"] -= 1
        self.request.session[KEPT] = kept
        code = self.cleaned_data["code"]
        if not compare_user_code(actual=code, expected=code_of(kept["seed"])):
            sign_in_log.failed(self.request, self.request.user.email, "code")
            raise forms.ValidationError(_("This is not the code we sent. Check the newest message."))
        return code


def waiting_code(request: HttpRequest) -> dict | None:
    """The code that was sent for this session and can still be entered."""
    kept = request.session.get(KEPT)
    is_usable = kept and kept["tries"] > 0 and time.time() - kept["at"] < settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    return kept if is_usable else None


def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm by a code sent by mail, without password or second factor."""
    if request.method == "POST" and "send" in request.POST:
        return send_code(request)
    form = SecondFactorForm(request.POST if request.method == "POST" else None, request)
    if request.method == "POST" and form.is_valid():
        del request.session[KEPT]
        record_authentication(request, request.user, method="code", reauthenticated=True)
        return resume_request(request) or redirect("/")
    context = {
        "form": form,
        "is_sent": waiting_code(request) is not None,
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "people/confirm.html", context, status=400 if form.errors else 200)


def send_code(request: HttpRequest) -> HttpResponse:
    if request.user.is_anonymous or not limits.may_ask_for_code(request, request.user.email):
        messages.warning(request, too_many().message)
        return redirect(request.get_full_path())
    seed = new_seed()
    request.session[KEPT] = {"seed": seed, "at": time.time(), "tries": TRIES}
    person = request.user
    enqueue([message_for(person, "confirmation_code", to=person, key=str(uuid4()), seed=seed)])
    return redirect(request.get_full_path())
