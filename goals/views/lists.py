"""Goals in lists: one's own, those of the people one leads, those of one person."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from foundation.workdays import organisation_today
from goals import progress
from goals.models import Goal
from goals.policies import writes_for_others
from goals.states import CLOSED
from people.models import User

PER_PAGE = 60


def page_of(request, rows):
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def own(request):
    """The goals of the person who looks, by deadline, and what waits for their answer."""
    goals = Goal.objects.visible_to(request.user)
    mine = goals.of(request.user).with_progress().by_deadline()
    is_past = "ended" in request.GET
    shown = list(mine.filter(status__in=CLOSED) if is_past else mine.running())
    # First which ones, then all about them: in one step the database would join every goal before it looks.
    awaiting = list(Goal.objects.awaiting(request.user).order_by().values_list("pk", flat=True))
    waiting = list(goals.filter(pk__in=awaiting).with_progress().by_deadline())
    context = {
        "goals": [goal for goal in shown if goal not in waiting],
        "is_past": is_past,
        "summary": progress.summary(shown),
        "waiting": waiting,
        "can_assign": writes_for_others(request.user),
    }
    return render(request, "goals/goal_list.html", context)


def team(request):
    """The goals of the people one leads today, person by person."""
    if not writes_for_others(request.user):
        raise Http404
    goals = Goal.objects.visible_to(request.user).of_reports_of(request.user).with_progress()
    overdue = goals.overdue(organisation_today()).count()
    page = page_of(request, goals.running().order_by("owner__name", "owner_id", "due_on", "pk"))
    return render(request, "goals/team.html", {"page": page, "overdue": overdue, "can_assign": True})


def person(request, pk):
    """The goals of one person, as far as the viewer reads them."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    goals = Goal.objects.visible_to(request.user).of(person).with_progress()
    page = page_of(request, goals.order_by("-due_on", "pk"))
    return render(request, "goals/person.html", {"person": person, "page": page, "summary": progress.summary(page)})
