"""Pages of jobs and messages."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from foundation.audit.events import record
from foundation.outbox import jobs as services
from foundation.outbox.messages import send_again
from foundation.outbox.models import Job, Message
from foundation.outbox.policies import JobPolicy
from foundation.outbox.presenters import lines_for
from foundation.outbox.querysets import MessageQuerySet
from foundation.outbox.states import WorkStatus
from foundation.ui.downloads import disposition
from foundation.ui.paging import slice_of
from foundation.ui.requests import SignedInRequest

PER_PAGE = 50


@require_safe
def jobs(request: SignedInRequest) -> HttpResponse:
    """Work in the background: one's own; HR and IT see all of it and can start again what failed."""
    rows = Job.objects.visible_to(request.user)
    if not request.user.may("see_jobs") and not rows.exists():
        raise Http404
    page = slice_of(rows.select_related("owner"), ("created_at", "pk"), request.GET, PER_PAGE, newest_first=True)
    return render(request, "outbox/jobs.html", {"page": page, "sees_messages": request.user.may("see_messages")})


@require_safe
def message_list(request: SignedInRequest) -> HttpResponse:
    """Messages that were refused, or with ?status=waiting those still to be sent."""
    if not request.user.may("see_messages"):
        raise Http404
    here = "waiting" if request.GET.get("status") == "waiting" else "refused"
    rows = Message.objects.visible_to(request.user)
    rows = rows.unfinished() if here == "waiting" else rows.failed()
    page = slice_of(rows, ("created_at", "pk"), request.GET, PER_PAGE, newest_first=True)
    context = {
        "here": here,
        "page": page,
        "lines": lines_for(page, request.user),
        "shows_recipients": request.user.may("see_recipients"),
    }
    return render(request, "outbox/messages.html", context)


@require_POST
def message_retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    rows = Message.objects.visible_to(request.user).filter(pk=pk)
    if not rows.exists():
        raise Http404
    return _send_again(request, rows)


@require_POST
def messages_retry(request: SignedInRequest) -> HttpResponse:
    """All that were refused and that this reader sees."""
    if not request.user.may("see_messages"):
        raise Http404
    return _send_again(request, Message.objects.visible_to(request.user))


def _send_again(request: SignedInRequest, rows: MessageQuerySet) -> HttpResponse:
    count = send_again(rows, by=request.user)
    if count:
        text = ngettext("%(n)d email will be sent again.", "%(n)d emails will be sent again.", count)
        messages.success(request, text % {"n": count})
    else:
        messages.info(request, _("No email is refused any more."))
    return redirect("outbox:messages")


@require_safe
def job(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One job; htmx asks every second for the fragment while it runs."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("owner"), pk=pk)
    context = {
        "job": job,
        "is_running": job.is_waiting,
        "may_fetch": bool(job.file) and JobPolicy.allows(request.user, job, "fetch_file"),
    }
    return render(request, "outbox/_job.html" if request.htmx else "outbox/job.html", context)


@require_POST
def job_retry(request: SignedInRequest, pk: UUID) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if services.restart(job.pk, by=request.user) is None:
        messages.info(request, _("This job is not stopped."))
    return redirect(job)


@require_safe
def job_file(request: SignedInRequest, pk: UUID) -> FileResponse:
    """What was made, for its owner only, as long as the right to it lasts; each download is an event."""
    found = Job.objects.visible_to(request.user).select_related("owner")
    job = get_object_or_404(found, pk=pk, status=WorkStatus.DONE)
    if not job.file or not JobPolicy.allows(request.user, job, "fetch_file"):
        raise Http404
    if not services.owner_may(job):
        services.remove_file(job, reason="right ended")
        raise Http404
    if not job.file.storage.exists(job.file.name):
        raise Http404
    record(job, "downloaded", by=request.user, kind=job.kind)
    name, _dot, kind = job.data.get("filename", "export.zip").rpartition(".")
    answer = FileResponse(job.file.open("rb"))
    answer["Content-Disposition"] = disposition(
        name, kind=kind
    )  # set last, because FileResponse would name the file on disk
    return answer
