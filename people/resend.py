"""Forms whose writer was signed out meanwhile: a page shows what they typed, to be sent again."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render

LONG = 20  # characters; what is longer was written rather than chosen


class SignInFirst(LoginRequiredMiddleware):
    """Signing in is the rule; pages without it say so with `login_not_required`."""

    def handle_no_permission(self, request, view_func):
        return sign_in_first(request)


def sign_in_first(request):
    """The way to sign in, and back to where one was; a form stays on the page meanwhile."""
    return _kept(request, 401) if _may_be_kept(request) else redirect_to_login(request.get_full_path())


def csrf_failure(request, reason=""):
    """Signing in gives a new token, so that a form from before is sent once more, by hand; others are refused."""
    return _kept(request, 403) if _may_be_kept(request) else render(request, "403_csrf.html", status=403)


def database_busy(request):
    """Nothing was stored, as another change held the database for too long; a form waits to be sent once more."""
    if not _may_be_kept(request):
        return None
    page = _kept(request, 503)
    page["Retry-After"] = "30"  # seconds
    return page


def _may_be_kept(request) -> bool:
    """Whether the browser says that a page of ours sent the form, and it holds no password."""
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    is_ours = request.method == "POST" and request.headers.get("Origin") in ours
    return is_ours and not any("password" in name for name in request.POST)


def written_in(request) -> list[str]:
    """What was written in the form of a request that failed: back to its writer, who has it nowhere else."""
    if request.method != "POST" or not _may_be_kept(request):
        return []
    named = [values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return [text for values in named for text in values if len(text) > LONG]


def _kept(request, status):
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    context = {
        "sent": sent,
        "texts": [value for _, value in sent if len(value) > LONG],
        "has_files": request.FILES,
        "is_signed_out": status == 401,
        "is_busy": status == 503,
    }
    return render(request, "kept.html", context, status=status)
