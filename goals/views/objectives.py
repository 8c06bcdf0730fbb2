"""Pages of objectives, of the goals that serve them, and of goals without an objective."""

from collections import Counter
from dataclasses import replace

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from foundation.counters.counters import counted
from foundation.ui.drafts import for_change, writing
from foundation.ui.paging import slice_of
from goals.forms import ObjectiveForm
from goals.models import Goal, Objective
from goals.policies import writes_for_others
from goals.states import CLOSED, GoalStatus
from goals.views.lists import PER_PAGE

BY_DEADLINE = ("due_on", "title", "pk")


def tree(request):
    """All objectives as a tree, with the number of running goals that the viewer reads and the viewer's own."""
    goals = Goal.objects.visible_to(request.user).running()
    served = served_for(request.user, goals)
    own = list(goals.of(request.user).by_deadline())
    rows = list(Objective.objects.visible_to(request.user).select_related("owner"))
    context = {
        "objectives": branches(rows, served, own),
        "orphans": served[None],
        "own_orphans": [goal for goal in own if goal.objective_id is None],
        "can_edit": request.user.may("edit_objectives"),
        "can_assign": writes_for_others(request.user),
    }
    return render(request, "goals/objectives.html", context)


def served_for(user, goals) -> Counter:
    """By objective the number of `goals`, the running ones that `user` reads; for HR from the kept numbers.

    HR reads all but drafts, and not all of the few people towards whom nobody acts for HR: theirs are counted.
    """
    if not user.may("handle_everyone"):
        return by_objective(goals)
    near = Q(owner__in=[user.pk, user.manager_id])
    served = by_objective(goals.filter(near))
    served.subtract(by_objective(Goal.objects.running().exclude(status=GoalStatus.DRAFT).filter(near)))
    for objective, rows in counted("goals_goal").items():
        served[objective] += sum(row.n for row in rows if row.status not in (*CLOSED, GoalStatus.DRAFT))
    return served


def by_objective(goals) -> Counter:
    return Counter(dict(goals.order_by().values_list("objective_id").annotate(count=Count("pk"))))


def branches(rows, served, own, parent=None) -> list[dict]:
    """The objectives below `parent`, each with its goals counted and its own branches."""
    known = {row.pk for row in rows}
    below = [row for row in rows if (row.parent_id if row.parent_id in known else None) == parent]
    return [
        {
            "objective": row,
            "count": served[row.pk],
            "own": [goal for goal in own if goal.objective_id == row.pk],
            "branches": branches(rows, served, own, row.pk),
        }
        for row in below
    ]


def detail(request, pk):
    """One objective with the goals that serve it, as far as the viewer reads them."""
    objective = get_object_or_404(Objective.objects.visible_to(request.user).select_related("owner", "parent"), pk=pk)
    goals = Goal.objects.visible_to(request.user).filter(objective=objective).running()
    context = {
        "objective": objective,
        "page": by_deadline(goals, request.GET),
        "can_edit": request.user.may("edit_objectives"),
    }
    return render(request, "goals/objective_detail.html", context)


def orphans(request):
    """Running goals that serve no objective."""
    goals = Goal.objects.visible_to(request.user).orphans()
    return render(request, "goals/orphans.html", {"page": by_deadline(goals, request.GET)})


def by_deadline(goals, asked):
    """First which ones, then all about them: in one step the database would join every goal before it looks."""
    page = slice_of(goals.only("due_on", "title"), BY_DEADLINE, asked, PER_PAGE)
    rows = Goal.objects.filter(pk__in=[goal.pk for goal in page]).with_progress().by_deadline()
    return replace(page, object_list=list(rows))


@writing
def edit(request, pk=None):
    """HR writes what the organisation wants."""
    if not request.user.may("edit_objectives"):
        raise Http404
    objective = get_object_or_404(for_change(Objective.objects, request), pk=pk) if pk else None
    form = ObjectiveForm(request.POST or None, instance=objective)
    if request.method == "POST" and form.is_valid():
        return redirect(form.save())
    return render(request, "goals/objective_form.html", {"form": form, "objective": objective}, status=form.status)
