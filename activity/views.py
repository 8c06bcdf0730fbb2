"""The event log for auditors, and the progress of a job for its owner."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render

from activity.models import Event, Job
from activity.paging import slice_of
from activity.policies import can_audit
from activity.states import WorkStatus


def log(request):
    """All events, newest first, for auditors."""
    if not can_audit(request.user):
        raise Http404
    events = Event.objects.visible_to(request.user).select_related("actor", "on_behalf_of")
    page = slice_of(events, ("number",), request.GET, 50, newest_first=True)
    return render(request, "activity/log.html", {"page": page})


def job(request, pk):
    """One job; htmx asks every second for the fragment while it runs."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    is_running = job.status in (WorkStatus.QUEUED, WorkStatus.RUNNING)
    template = "activity/_job.html" if request.htmx else "activity/job.html"
    return render(request, template, {"job": job, "is_running": is_running})


def job_file(request, pk):
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk, status=WorkStatus.DONE)
    if not job.file:
        raise Http404
    return FileResponse(job.file.open("rb"), as_attachment=True, filename=job.data.get("filename", "export.zip"))
