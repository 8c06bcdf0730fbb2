"""Writing a goal: empty or from a template, editing the draft, carrying over."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Q, Sum
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from foundation.ui.drafts import for_change, writing
from goals import services
from goals.forms import CarryOverForm, GoalForm, ShareForm, TemplateForm
from goals.models import Goal, GoalTemplate
from goals.policies import GoalPolicy
from goals.smart import advice
from goals.states import Measure
from people.models import User
from people.policies import UserPolicy


def templates(request):
    """Where a new goal begins: an empty form, or a template by group."""
    rows = GoalTemplate.objects.visible_to(request.user)
    words = request.GET.get("q", "").strip()
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(statement__icontains=word) | Q(metric__icontains=word))
    return render(request, "goals/templates.html", {"templates": rows, "words": words})


def advice_for(form) -> list[dict] | None:
    """SMART advice on what was typed; None while the form cannot be read."""
    if form.errors:
        return None
    goal = form.instance
    others = Goal.objects.of(goal.owner).running().exclude(pk=goal.pk)
    weight = others.aggregate(sum=Sum("weight"))["sum"] or 0
    return advice(goal, codes=form.cleaned_data["codes"], other_weight=weight)


def understood(form) -> list[tuple[str, str]]:
    """Baseline and target as they were read, each with its label; nothing of a form that cannot be read."""
    goal = form.instance
    if form.errors or goal.kind == Measure.YES_NO:
        return []
    return [(_("Baseline as understood"), goal.baseline_text), (_("Target as understood"), goal.target_text)]


def answer_check(request, form, context):
    """The advice alone for htmx, the whole page with what was typed otherwise; nothing is saved."""
    context |= {"form": form, "smart": advice_for(form), "is_checked": True, "understood": understood(form)}
    return render(request, "goals/_smart.html" if request.htmx else "goals/goal_form.html", context)


def create(request):
    """An empty form; the goal is a draft until its owner proposes it."""
    form = GoalForm(request.POST or None, instance=Goal(owner=request.user))
    if "check" in request.POST:
        return answer_check(request, form, {"goal": None})
    if request.method == "POST" and form.is_valid():
        return redirect(form.save_once(owner=request.user))
    return render(request, "goals/goal_form.html", {"form": form, "goal": None}, status=form.status)


@writing
def edit(request, pk):
    """The owner's draft; what another tab has changed too is answered with both texts."""
    rows = for_change(Goal.objects, request)
    goal = get_object_or_404(rows.filter(pk__in=Goal.objects.visible_to(request.user).filter(pk=pk)))
    if not GoalPolicy.allows(request.user, goal, "edit"):
        raise Http404
    form = GoalForm(request.POST or None, instance=goal)
    if "check" in request.POST:
        return answer_check(request, form, {"goal": goal})
    if request.method == "POST" and form.is_valid():
        form.instance.version, form.instance.proposed_by = goal.version + 1, None
        return redirect(form.save())
    return render(request, "goals/goal_form.html", {"form": form, "goal": goal}, status=form.status)


def from_template(request, pk):
    """Fill in a template for oneself, or for one or many of the people one leads."""
    template = get_object_or_404(GoalTemplate.objects.visible_to(request.user), pk=pk)
    owners = User.objects.filter(Q(pk=request.user.pk) | (Q(is_active=True) & UserPolicy.manage(request.user)))
    start = timezone.localdate()
    initial = {
        "owners": [request.user.pk],
        "baseline": template.example_baseline,
        "target": template.example_target,
        "starts_on": start,
        "due_on": start + timedelta(days=template.deadline_days),
    }
    form = TemplateForm(request.POST or None, template=template, owners=owners, initial=initial)
    if request.method == "POST" and form.is_valid():
        return assign(request, template, form.cleaned_data)
    return render(request, "goals/template_form.html", {"form": form, "template": template})


def assign(request, template, values):
    owners = values.pop("owners")
    made = services.from_template(template, owners, by=request.user, **values)
    if len(made) == 1 and made[0].owner == request.user:
        return redirect("goals:edit", made[0].pk)
    text = ngettext("%(count)d goal created. Its owner is asked to agree.", "%(count)d goals created.", len(made))
    messages.success(request, text % {"count": len(made)})
    return redirect("goals:team")


@require_POST
def delete(request, pk):
    """Delete a draft. What was proposed is withdrawn instead."""
    goal = get_object_or_404(Goal.objects.visible_to(request.user), pk=pk)
    if not GoalPolicy.allows(request.user, goal, "edit"):
        raise Http404
    goal.delete()
    messages.success(request, _("Draft deleted."))
    return redirect("goals:list")


@writing
def share(request, pk):
    """Who reads the goal and what it serves: the owner's to say at any time."""
    rows = for_change(Goal.objects, request)
    goal = get_object_or_404(rows.filter(pk__in=Goal.objects.visible_to(request.user).filter(pk=pk)))
    if not GoalPolicy.allows(request.user, goal, "share"):
        raise Http404
    form = ShareForm(request.POST or None, instance=goal)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect(goal)
    return render(request, "goals/share.html", {"form": form, "goal": goal}, status=form.status)


def carry_over(request):
    """Take own goals that did not end well, or have not ended, into the next period as drafts."""
    mine = Goal.objects.visible_to(request.user).of(request.user)
    goals = mine.filter(carried_to=None).exclude(status__in=["draft", "proposed", "withdrawn", "reached"]).by_deadline()
    form = CarryOverForm(request.POST or None, goals=goals)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = services.carry_over(values["goals"], by=request.user, start=values["start"], end=values["end"])
        text = ngettext("%(count)d draft for the next period.", "%(count)d drafts for the next period.", len(made))
        messages.success(request, text % {"count": len(made)})
        return redirect("goals:list")
    return render(request, "goals/carry_over.html", {"form": form, "goals": goals})
