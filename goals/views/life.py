"""The life of one goal: its page, moves, check-ins, and changes by agreement."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.audit.models import Event
from foundation.ui.forms import ReasonForm
from foundation.workflow.declaration import moves_of
from foundation.workflow.moves import MoveRefused, open_moves, perform
from goals import services
from goals.forms import ChangeForm, CheckInForm
from goals.measures import in_words
from goals.models import Change, Evidence, Goal
from goals.policies import ChangePolicy, GoalPolicy
from goals.smart import advice
from goals.states import GoalStatus


def visible_goal(request, pk):
    return get_object_or_404(Goal.objects.visible_to(request.user).with_history(), pk=pk)


def detail(request, pk):
    goal = visible_goal(request, pk)
    user = request.user
    moves = open_moves(goal, user)
    is_early = goal.status in (GoalStatus.DRAFT, GoalStatus.PROPOSED)
    context = progress_context(goal, user) | {
        "moves": moves,
        "refusals": {move["refusal"] for move in moves if move["refusal"]},
        "change": open_change(goal, user),
        "evidence": Evidence.objects.visible_to(user).filter(goals=goal).with_links(user),
        "smart": advice(goal, codes=goal.codes.all()) if is_early else None,
        "can_edit": GoalPolicy.allows(user, goal, "edit"),
        "can_share": GoalPolicy.allows(user, goal, "share"),
        "can_change": GoalPolicy.allows(user, goal, "ask_change"),
        "history": history_of(goal, user),
    }
    if context["change"]:
        context["answers"] = open_moves(context["change"], user)
    return render(request, "goals/goal_detail.html", context)


def progress_context(goal, user, form=None) -> dict:
    """What the part of the page that htmx replaces after a check-in needs."""
    can_check_in = GoalPolicy.allows(user, goal, "check_in")
    form = form or (CheckInForm(goal=goal) if can_check_in else None)
    return {"goal": goal, "form": form, "check_ins": goal.check_ins.all()}


def open_change(goal, user):
    """The change that waits for an answer, for the two sides and HR."""
    if goal.status != GoalStatus.AGREED or not GoalPolicy.allows(user, goal, "read_history"):
        return None
    return goal.changes.open().select_related("asked_by", "goal__owner").first()


def history_of(goal, user):
    """Who moved the goal and why, newest first; check-ins have a list of their own."""
    if not GoalPolicy.allows(user, goal, "read_history"):
        return []
    events = Event.objects.about(goal).exclude(verb="goal.checked_in").select_related("actor", "on_behalf_of")
    words = {f"goal.{verb}": move.done for verb, move in moves_of(Goal).items()}
    words |= {"goal.created": _("Created"), "goal.change_asked": _("Change proposed")}
    return [{"event": event, "label": words.get(event.verb, event.verb)} for event in events[:50]]


def step(request, pk, verb):
    """Take a move of the goal; those that need a reason have a page for it."""
    goal = visible_goal(request, pk)
    move = moves_of(Goal).get(verb)
    if move is None or not move.label or (request.method != "POST" and not move.needs_reason):
        raise Http404
    form = ReasonForm(request.POST or None)
    if move.needs_reason and not (request.method == "POST" and form.is_valid()):
        return reason_page(request, goal, verb, form)
    reason = form.cleaned_data["reason"] if move.needs_reason else ""
    try:
        goal = perform(goal, verb, by=request.user, reason=reason)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect(goal if goal.status != GoalStatus.DRAFT or goal.owner == request.user else "goals:team")


def reason_page(request, goal, verb, form):
    """Ask why; a move that is not open to this person now has no page."""
    move = next((move for move in open_moves(goal, request.user) if move["name"] == verb), None)
    if move is None:
        raise Http404
    return render(request, "goals/reason.html", {"goal": goal, "move": move, "form": form})


def check_in(request, pk):
    """Note progress; htmx gets the part of the page that shows it."""
    goal = visible_goal(request, pk)
    if not GoalPolicy.allows(request.user, goal, "check_in"):
        raise Http404
    form = CheckInForm(request.POST or None, goal=goal)
    if request.method == "POST" and form.is_valid():
        services.check_in(goal, by=request.user, **form.cleaned_data)
        goal = visible_goal(request, pk)
        saved = saved_words(goal, form.cleaned_data["value"])
        if not request.htmx:
            messages.success(request, saved)
            return redirect(goal)
        return render(request, "goals/_progress.html", progress_context(goal, request.user) | {"saved": saved})
    template = "goals/_progress.html" if request.htmx else "goals/check_in.html"
    return render(request, template, progress_context(goal, request.user, form))


def saved_words(goal, value) -> str:
    """That a check-in is stored, with the value as it was understood."""
    if value is None:
        return _("Check-in saved.")
    return _("Check-in saved: %(value)s.") % {"value": in_words(value, goal.kind, goal.unit)}


def ask_change(request, pk):
    """Ask the other side for another target or deadline, or to drop the goal."""
    goal = visible_goal(request, pk)
    if not GoalPolicy.allows(request.user, goal, "ask_change"):
        raise Http404
    form = ChangeForm(request.POST or None, goal=goal)
    understood = ""
    if request.method == "POST" and form.is_valid():
        understood = target_as_understood(goal, form.cleaned_data.get("target"))
        if "check" not in request.POST and is_sent(request, goal, form, understood):
            return redirect(goal)
    return render(request, "goals/change.html", {"form": form, "goal": goal, "understood": understood})


def is_sent(request, goal, form, understood) -> bool:
    """Whether the change was asked for; where the other side was faster what was typed stays in the form."""
    try:
        services.ask_change(goal, by=request.user, **form.cleaned_data)
    except MoveRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    words = _("Change proposed. New target as understood: %(target)s.") if understood else _("Change proposed.")
    messages.success(request, words % {"target": understood})
    return True


def target_as_understood(goal, target) -> str:
    """A new target as it was read; empty when the agreed one stays."""
    return "" if target is None else in_words(target, goal.kind, goal.unit)


@require_POST
def answer_change(request, pk, verb):
    """Accept or decline what the other side asks, or take one's own wish back."""
    visible = ChangePolicy.filter(Change.objects.all(), request.user)
    change = get_object_or_404(visible.select_related("goal"), pk=pk)
    if verb not in moves_of(Change):
        raise Http404
    try:
        services.answer_change(change, verb, by=request.user)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect(change.goal)
