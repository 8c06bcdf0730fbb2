"""Whether somebody from outside exists: a colleague who is no party to the round is asked, and answers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback import services
from feedback.answers.forms import posted
from feedback.models import FeedbackRequest
from feedback.nominations.forms import ConfirmerForm
from feedback.policies import RequestPolicy
from feedback.states import RUNNING
from foundation.workflow.moves import MoveRefused


@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_confirm(request, pk):
    """Who leads the round, or HR, names the colleague; a refusal stands beside the field."""
    led = RequestPolicy.filter(FeedbackRequest.objects.all(), request.user, "lead")
    rows = led.filter(giver=None, round__status__in=RUNNING)
    asked = get_object_or_404(rows.select_related("round__subject", "round__manager"), pk=pk)
    form = ConfirmerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        colleague = form.cleaned_data["colleague"]
        try:
            services.ask_to_confirm(asked, colleague, by=request.user)
        except MoveRefused as refusal:
            form.add_error("colleague", str(refusal))
        else:
            words = _("%(colleague)s has been asked to confirm %(name)s.")
            messages.success(request, words % {"colleague": colleague.name, "name": asked.name})
            return redirect(asked.round)
    status = 400 if form.errors else 200
    return render(request, "feedback/ask_to_confirm.html", {"asked": asked, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request, pk):
    """The colleague sees the name and the address, and nothing of the round."""
    asked = get_object_or_404(FeedbackRequest.objects.to_confirm_by(request.user), pk=pk)
    if not RequestPolicy.allows(request.user, asked, "vouch"):
        raise Http404
    if request.method == "POST" and "confirm" in request.POST:
        services.confirm(asked, by=request.user)
        messages.success(request, _("%(name)s is confirmed.") % {"name": asked.name})
        return redirect("feedback:list")
    if request.method == "POST":
        services.decline_to_confirm(asked, by=request.user)
        messages.success(request, _("Thank you. Someone else will be asked."))
        return redirect("feedback:list")
    return render(request, "feedback/vouch.html", {"asked": asked})
