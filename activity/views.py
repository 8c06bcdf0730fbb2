"""The event log for auditors, and work in the background for whom it concerns."""

from collections.abc import Iterator
from itertools import chain
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity import jobs as services
from activity.downloads import disposition, streamed_csv, table
from activity.forms import LogForm
from activity.models import ChainHead, Event, Job, SealCheck
from activity.outbox import record
from activity.paging import slice_of
from activity.policies import can_audit, can_fetch_file, has_jobs
from activity.states import WorkStatus
from activity.wording import Line, lines_for

PER_PAGE = 50
MOST_IN_WORKBOOK = 50_000  # a workbook is made in memory, a CSV while it is sent
BATCH = 1000  # events of a download that are put into words at once
COLUMNS = ["number", "at", "actor", "on behalf of", "what", "about", "details", "verb", "type", "id", "mac"]


def events_for(request) -> tuple[LogForm, object]:
    """The filter, and what it leaves of the log. Raises Http404 for everybody but auditors."""
    if not can_audit(request.user):
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
    return render(request, "activity/log.html", context, status=400 if form.errors else 200)


@require_safe
def log_table(request, kind):
    """The same as CSV or XLSX, with number and seal of each event, so that it can be compared with the log later."""
    form, events = events_for(request)
    if form.errors:
        raise Http404
    if kind == "xlsx" and events.count() > MOST_IN_WORKBOOK:
        words = _("An XLSX file holds at most %(n)d events. Filter the events, or download CSV.")
        messages.warning(request, words % {"n": MOST_IN_WORKBOOK})
        return redirect(f"{reverse('activity:log')}?{request.GET.urlencode()}")
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


def _row(line: Line) -> list[str]:
    event = line.event
    words = [line.who, line.for_whom, line.deed, line.about, line.details, event.verb, event.target_type]
    return [str(event.number), event.at.isoformat(), *words, event.target_id, event.mac]


@require_POST
def check_seal(request):
    """Compare the whole log with its seals and anchors, in the background."""
    if not can_audit(request.user):
        raise Http404
    return redirect(services.start("seal_check", by=request.user, key=str(uuid4())))


@require_safe
def jobs(request):
    """Work in the background: one's own; HR and IT see all of it and can start again what failed."""
    rows = Job.objects.visible_to(request.user)
    if not has_jobs(request.user) and not rows.exists():
        raise Http404
    page = slice_of(rows.select_related("owner"), ("created_at", "pk"), request.GET, PER_PAGE, newest_first=True)
    return render(request, "activity/jobs.html", {"page": page})


@require_safe
def job(request, pk):
    """One job; htmx asks every second for the fragment while it runs."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("owner"), pk=pk)
    context = {
        "job": job,
        "is_running": job.is_waiting,
        "may_fetch": bool(job.file) and can_fetch_file(request.user, job),
        "has_lost_right": job.error == services.NO_LONGER,
    }
    return render(request, "activity/_job.html" if request.htmx else "activity/job.html", context)


@require_POST
def job_retry(request, pk):
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if services.restart(job.pk, by=request.user) is None:
        messages.info(request, _("This job is not stopped."))
    return redirect(job)


@require_safe
def job_file(request, pk):
    """What was made, for its owner only, as long as the right to it lasts; each download is an event."""
    found = Job.objects.visible_to(request.user).select_related("owner")
    job = get_object_or_404(found, pk=pk, status=WorkStatus.DONE)
    if not job.file or not can_fetch_file(request.user, job):
        raise Http404
    if not services.owner_may(job):
        services.remove_file(job, reason="right ended")
        raise Http404
    if not job.file.storage.exists(job.file.name):
        raise Http404
    record(job, "downloaded", by=request.user, kind=job.kind)
    name, _dot, kind = job.data.get("filename", "export.zip").rpartition(".")
    answer = FileResponse(job.file.open("rb"))
    answer["Content-Disposition"] = disposition(name, kind=kind)  # afterwards: it would put the name on disk there
    return answer
