"""What holds for every answer of the site; refusals and faults, each with what to do next and with what was typed."""

import errno
import logging
import secrets
import sys

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

from people import sign_in_log
from people.resend import database_busy, written_in

logger = logging.getLogger("plumbline.errors")
TECHNICAL = b"You\xe2\x80\x99re seeing this error because you have"  # Django's own page of development
WAITED_TOO_LONG = {"55P03", "57014", "40P01"}  # PostgreSQL: lock timeout, statement timeout, deadlock
DISK_FULL = "53100"  # PostgreSQL's number


def guarded_answers(get_response):
    """Middleware: no response is cached, and a refusal looks like a page that does not exist."""

    def answer(request):
        has_nul = "%00" in request.META["QUERY_STRING"]  # no text of a database may hold it
        response = bad_request(request, None) if has_nul else get_response(request)
        if response.status_code == 404:
            _note_refusal(request)
            if settings.DEBUG and TECHNICAL in response.content:  # the designed page, not Django's
                response = page_not_found(request, None)
        if response.status_code == 405:  # a page that only takes forms was opened by its address
            response.content = render(request, "404.html").content
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store"
        return response

    def on_exception(request, error):
        if is_disk_full(error):
            return disk_full(request)
        if is_busy(error):
            return database_busy(request)
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


def is_disk_full(error) -> bool:
    """Whether the disk is full, for a file or for the database."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return True
        is_database = isinstance(error, DatabaseError)
        if is_database and ("disk is full" in str(error) or "No space left" in str(error)):
            return True
        if getattr(error, "pgcode", None) == DISK_FULL:  # its words depend on the server's language
            return True
        error = error.__cause__
    return False


def is_busy(error) -> bool:
    """Whether the database refused because something else held what was to be written, or took too long."""
    return isinstance(error, OperationalError) and (
        getattr(error.__cause__, "pgcode", None) in WAITED_TOO_LONG or "database is locked" in str(error)
    )


def disk_full(request):
    """The page of a full disk (507). Nothing was changed: the transaction was rolled back."""
    logger.error("the data folder or the database is full, view %s", getattr(request.resolver_match, "view_name", "?"))
    return render(None, "507.html", status=507)


def is_unreachable(error) -> bool:
    """Whether the database was stopped, restarted, cut off or busy for too long; trying again later may do."""
    is_lost = isinstance(error, OperationalError | InterfaceError)
    return is_lost and "no such" not in str(error)  # SQLite says so of a missing table, which waiting does not mend


def unreachable(request):
    """The page of an unreachable database (503). The last step was not carried out."""
    logger.error("the database does not answer, view %s", getattr(request.resolver_match, "view_name", "?"))
    page = render(None, "503.html", {"texts": _texts_of(request)}, status=503)
    page["Retry-After"] = "30"  # seconds
    return page


def _texts_of(request) -> list[str]:
    try:
        return written_in(request)
    except Exception:  # the form itself may be what could not be read, and the page of the fault must come
        return []


def server_error(request):
    """The page of an unexpected fault: a reference for HR to pass on, nothing about the cause."""
    error = sys.exc_info()[1]
    if is_disk_full(error):  # before the view: a large upload is written down first
        return disk_full(request)
    if is_unreachable(error):
        return unreachable(request)
    reference = secrets.token_hex(4).upper()
    logger.error(
        "unexpected fault, reference %s, view %s", reference, getattr(request.resolver_match, "view_name", "?")
    )
    return render(None, "500.html", {"reference": reference, "texts": _texts_of(request)}, status=500)
