"""The event log, for auditors."""

from collections.abc import Iterator
from itertools import chain
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.audit.events import record
from foundation.audit.forms import LogForm
from foundation.audit.models import ChainHead, Event, SealCheck
from foundation.audit.wording import LogLine, lines_for
from foundation.outbox import jobs as services
from foundation.ui.downloads import streamed_csv, table
from foundation.ui.paging import slice_of

PER_PAGE = 50
MOST_IN_WORKBOOK = 50_000  # a workbook is made in memory, a CSV while it is sent
BATCH = 1000  # events of a download that are put into words at once
COLUMNS = ["number", "at", "actor", "on behalf of", "what", "about", "details", "verb", "type", "id", "mac"]


def events_for(request) -> tuple[LogForm, object]:
    """The filter, and what it leaves of the log. Raises Http404 for everybody but auditors."""
    if not request.user.may("read_log"):
        raise Http404
    form = LogForm(request.GET)
    return form, form.among(Event.objects.visible_to(request.user)).select_related("actor", "on_behalf_of")


@require_safe
def log(request):
    """All events, newest first, in words, and whether the log is as it was written."""
    form, events = events_for(request)
    page = slice_of(events, ("number",), request.GET, PER_PAGE, newest_first=True)
    asked = request.GET.copy()
    for name in ("before", "after"):
        asked.pop(name, None)
    context = {
        "form": form,
        "page": page,
        "lines": lines_for(page),
        "seal": SealCheck.objects.filter(pk=1).first(),
        "asked": asked.urlencode(),
    }
    return render(request, "audit/log.html", context, status=400 if form.errors else 200)


@require_safe
def log_table(request, kind):
    """The same as CSV or XLSX, with number and seal of each event, so that it can be compared with the log later."""
    form, events = events_for(request)
    if form.errors:
        raise Http404
    if kind == "xlsx" and events.count() > MOST_IN_WORKBOOK:
        words = _("An XLSX file holds at most %(n)d events. Filter the events, or download CSV.")
        messages.warning(request, words % {"n": MOST_IN_WORKBOOK})
        return redirect(f"{reverse('audit:log')}?{request.GET.urlencode()}")
    with transaction.atomic():
        head, _made = ChainHead.objects.get_or_create(pk=1)
        record(head, "exported", by=request.user)
    lines = chain([COLUMNS], _rows(events.order_by("number")))
    name = ("event-log", timezone.localdate().isoformat())
    return streamed_csv(lines, *name) if kind == "csv" else table(lines, *name, kind=kind)


def _rows(events) -> Iterator[list[str]]:
    batch: list[Event] = []
    for event in events.iterator(chunk_size=BATCH):
        batch.append(event)
        if len(batch) == BATCH:
            yield from (_row(line) for line in lines_for(batch))
            batch = []
    yield from (_row(line) for line in lines_for(batch))


def _row(line: LogLine) -> list[str]:
    event = line.event
    words = [line.who, line.for_whom, line.action, line.about, line.details, event.verb, event.target_type]
    return [str(event.number), event.at.isoformat(), *words, event.target_id, event.mac]


@require_POST
def check_seal(request):
    """Compare the whole log with its seals and anchors, in the background."""
    if not request.user.may("read_log"):
        raise Http404
    return redirect(services.start("seal_check", by=request.user, key=str(uuid4())))
