"""The hop from a mail to a form, and the one page for every link that does not open."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from feedback.access_links import services as links
from foundation.clients import client_of, network_of
from people.resend import LONG

PUNCTUATION = ".,;:!?)>]}'\"*»”’…"


def unknown(request: HttpRequest) -> HttpResponse:
    """Unknown, used up, revoked, expired, somebody else's: one page, one status."""
    if request.headers.get("X-Autosave") and not request.user.is_authenticated:
        return JsonResponse({}, status=401)  # perhaps signed out: the page keeps trying
    return bare(request, "feedback/link_unknown.html", {"texts": typed(request)}, status=404)


def typed(request: HttpRequest) -> list[str]:
    """What was written on a page whose right ended meanwhile: back to its writer, who has it nowhere else."""
    named = [values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return [text for values in named for text in values if len(text) > LONG]


def bare(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """A page for somebody with a link: no search engine keeps it."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@require_safe
def open_link(request: HttpRequest, token: str = "", rest: str = "") -> HttpResponse:
    """From the address with the token to one without; nothing is written.

    Mail programs take the full stop or bracket behind an address for a part of it: such signs are ignored.
    """
    is_ours = not rest.strip(PUNCTUATION)
    link = links.find(token.rstrip(PUNCTUATION), network_of(client_of(request))) if is_ours else None
    if link is None:
        return unknown(request)
    response = redirect(links.path_of(link))
    links.give_right(response, link)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
