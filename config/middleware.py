"""What holds for every answer of the site."""

import logging
import secrets

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from people import sign_in_log

logger = logging.getLogger("plumbline.errors")


def guarded_answers(get_response):
    """Never cached, and a refusal looks like a page that does not exist: its existence would be an answer."""

    def answer(request):
        has_nul = "%00" in request.META["QUERY_STRING"]  # no text of a database may hold it
        response = bad_request(request, None) if has_nul else get_response(request)
        if response.status_code == 404:
            _note_refusal(request)
        if response.status_code == 405:  # a page that only takes forms was opened by its address
            response.content = render(request, "404.html").content
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    def on_exception(request, error):
        return render(request, "404.html", status=404) if isinstance(error, PermissionDenied) else None

    answer.process_exception = on_exception  # type: ignore[attr-defined]
    return answer


def _note_refusal(request) -> None:
    """An address of ours that does not exist for whoever is signed in goes into the event log, once an hour."""
    person, match = getattr(request, "user", None), request.resolver_match
    if match is not None and person is not None and person.is_authenticated:
        object_id = str(match.kwargs.get("pk", ""))
        sign_in_log.refused(request, person, match.view_name, object_id)


def bad_request(request, exception):
    """A request that cannot be read; most often more text than a form takes."""
    is_too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent)
    return render(None, "413.html", status=413) if is_too_large else render(None, "400.html", status=400)


def server_error(request):
    """The page of an unexpected fault: a reference for HR to pass on, nothing about the inside."""
    reference = secrets.token_hex(4).upper()
    logger.error(
        "unexpected fault, reference %s, view %s", reference, getattr(request.resolver_match, "view_name", "?")
    )
    return render(None, "500.html", {"reference": reference}, status=500)
