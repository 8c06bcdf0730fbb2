"""One's own tasks and what one's role has to look at; and where one's team's reviews stand."""

from django.shortcuts import render

from feedback.models import Request
from reviews.attention import cards_for
from reviews.duties import duties_of, own_reviews
from reviews.models import Cycle, Review
from reviews.numbers import with_numbers
from reviews.states import CycleStatus

MOST_CYCLES = 3


def home(request):
    user = request.user
    own = own_reviews(user)
    context = {"duties": duties_of(user, own), "reviews": own, "runs_cycles": user.is_hr or user.is_hr_partner}
    context["on_hold"] = Request.objects.on_hold_of(user)
    cycles = running_cycles(user) if context["runs_cycles"] else []
    if context["runs_cycles"]:
        context["cycles"] = cycles
    context["cards"] = cards_for(user, cycles)
    context["to_look_at"] = sum(len(card.matters) for card in context["cards"])
    context["has_own_work"] = not (user.is_hr or user.is_it or user.is_auditor)
    return render(request, "reviews/home.html", context)


def running_cycles(user) -> list[Cycle]:
    """The newest open cycles for HR, each with its `numbers`."""
    rows = Cycle.objects.visible_to(user).filter(status=CycleStatus.OPEN)
    return with_numbers(user, list(rows.order_by("-period_start", "name")[:MOST_CYCLES]))


def team(request):
    """The manager's people in open cycles, with where each review stands."""
    reviews = Review.objects.managed_by(request.user).filter(cycle__status="open").for_lists()
    return render(
        request,
        "reviews/team.html",
        {"reviews": reviews, "reports": request.user.reports.active().select_related("grade", "team")},
    )
