"""Feedback between cycles: thanks, questions about a piece of work, and their answers."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback import services
from feedback.answers.forms import posted
from feedback.models import FeedbackAsk, Praise
from feedback.policies import AskPolicy
from feedback.praise.forms import AskForm, PraiseForm, ReplyForm
from feedback.states import AskStatus
from foundation.workflow.declaration import moves_of
from foundation.workflow.moves import MoveRefused, perform
from people.models import User

MOST_OFFERED = 50


def praise(request):
    """Thank somebody."""
    form = PraiseForm(posted(request))
    if request.method == "POST" and valid_for(form, "receiver", request.user):
        thanks = services.thank(form.save(commit=False), by=request.user)
        messages.success(request, _("Sent to %(name)s.") % {"name": thanks.receiver})
        return redirect(thanks)
    context = {"form": form, "near": near(request.user)}
    return render(request, "feedback/praise_form.html", context, status=400 if form.errors else 200)


def ask(request):
    """Ask a colleague for feedback on a piece of work. It appears here."""
    form = AskForm(posted(request))
    if request.method == "POST" and valid_for(form, "giver", request.user):
        asked = services.ask_colleague(form.save(commit=False), by=request.user)
        messages.success(request, _("%(name)s has been asked.") % {"name": asked.giver})
        return redirect(asked)
    context = {"form": form, "near": near(request.user)}
    return render(request, "feedback/ask_form.html", context, status=400 if form.errors else 200)


def near(user):
    """Who is offered while a name is typed: the team, the manager and the reports; all others are found by name."""
    is_near = Q(manager=user.pk) | Q(pk=user.manager_id) | (Q(team=user.team_id) if user.team_id else Q(pk__in=[]))
    return User.objects.active().filter(is_near).exclude(pk=user.pk)[:MOST_OFFERED]


def valid_for(form, name, user) -> bool:
    """Valid, and not about oneself."""
    if form.is_valid() and form.cleaned_data[name] == user:
        form.add_error(name, _("Choose someone other than yourself."))
    return form.is_valid()


@require_safe
def praise_detail(request, pk):
    rows = Praise.objects.visible_to(request.user).select_related("giver", "receiver")
    thanks = get_object_or_404(rows, pk=pk)
    return render(
        request, "feedback/praise_detail.html", {"praise": thanks, "is_mine": thanks.receiver_id == request.user.pk}
    )


def ask_detail(request, pk):
    """The question, and its answer once there is one; the colleague who was asked writes it here."""
    rows = FeedbackAsk.objects.visible_to(request.user).select_related("asker", "giver", "reply")
    asked = get_object_or_404(rows, pk=pk)
    can_reply = AskPolicy.allows(request.user, asked, "reply") and asked.status == AskStatus.OPEN
    form = ReplyForm(asked.asker, posted(request)) if can_reply else None
    if request.method == "POST" and form is not None and form.is_valid():
        return _reply(request, asked, form)
    context = {"ask": asked, "form": form, "is_mine": asked.asker_id == request.user.pk}
    context["sentences"] = [
        _("%(name)s can read your answer, with your name.") % {"name": asked.asker},
        _("No one else can, unless you allow the manager of %(name)s below.") % {"name": asked.asker},
    ]
    return render(request, "feedback/ask_detail.html", context, status=400 if form and form.errors else 200)


def _reply(request, asked, form):
    try:
        services.reply(asked, form.save(commit=False), by=request.user)
        messages.success(request, _("Sent to %(name)s.") % {"name": asked.asker})
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(asked)


@require_POST
def ask_decline(request, pk):
    asked = get_object_or_404(FeedbackAsk.objects.filter(giver=request.user), pk=pk)
    try:
        perform(asked, "decline", by=request.user)
        messages.success(request, f"{moves_of(FeedbackAsk)['decline'].done}.")
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("feedback:list")
