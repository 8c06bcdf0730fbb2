"""One's own tasks and what one's role has to look at; and where one's team's reviews stand."""

from uuid import uuid4

from django.shortcuts import render

from reviews.cycles.numbers import with_numbers
from reviews.home.attention import cards_for
from reviews.home.tasks_due import own_reviews, requests_of, tasks_due_of
from reviews.models import Cycle, Review
from reviews.states import CycleStatus

MOST_CYCLES = 3


def home(request):
    user = request.user
    own, asked = own_reviews(user), requests_of(user)
    context = {"tasks": tasks_due_of(user, own, asked), "reviews": own, "follows_cycles": user.may("follow_cycles")}
    context["on_hold"] = [each for each in asked if each.round.is_paused]
    if context["follows_cycles"]:
        running, drafts = cycles_of(user)
        context["cycles"] = running
        context["cards"] = cards_for(user, running, drafts)
    else:
        context["cards"] = cards_for(user)
    context["to_look_at"] = sum(len(card.matters) for card in context["cards"])
    context["has_own_work"] = not user.has_given_role
    context["evidence_key"] = uuid4()
    return render(request, "reviews/home.html", context)


def cycles_of(user) -> tuple[list[Cycle], int]:
    """The newest open cycles `user` runs as HR, each with its `numbers`; and how many are not launched yet."""
    rows = Cycle.objects.visible_to(user).filter(status__in=[CycleStatus.OPEN, CycleStatus.DRAFT])
    cycles = list(rows.order_by("-period_start", "name"))
    running = [cycle for cycle in cycles if cycle.status == CycleStatus.OPEN]
    return with_numbers(user, running[:MOST_CYCLES]), len(cycles) - len(running)


def team(request):
    """The manager's people in open cycles, with where each review stands."""
    reviews = Review.objects.managed_by(request.user).filter(cycle__status="open").for_lists()
    return render(
        request,
        "reviews/team.html",
        {"reviews": reviews, "reports": request.user.reports.active().select_related("grade", "team")},
    )
