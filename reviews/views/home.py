"""What waits for me, and who of my people waits for what."""

from collections import Counter

from django.shortcuts import render

from reviews.duties import duties_of, own_reviews
from reviews.models import Cycle, Review
from reviews.models.review import organisation_today
from reviews.states import CycleStatus

MOST_CYCLES = 3
LATE_COUNTED = 500  # beyond it the exact number helps nobody


def home(request):
    user = request.user
    own = own_reviews(user)
    context = {"duties": duties_of(user, own), "reviews": own, "runs_cycles": user.is_hr or user.is_hr_partner}
    if context["runs_cycles"]:
        context["cycles"] = running_cycles(user)
    return render(request, "reviews/home.html", context)


def running_cycles(user) -> list[Cycle]:
    """The newest open cycles for HR, each with `late`: how many reviews that `user` handles are late, as words."""
    cycles = list(Cycle.objects.visible_to(user).filter(status=CycleStatus.OPEN).with_counts()[:MOST_CYCLES])
    late = Review.objects.handled_by_hr(user).filter(cycle__in=cycles).late_on(organisation_today())
    counted = Counter(late.order_by().values_list("cycle_id", flat=True)[:LATE_COUNTED])
    is_cut = counted.total() == LATE_COUNTED
    for cycle in cycles:
        number = counted[cycle.pk]
        cycle.late = f"{number}+" if is_cut and number else str(number)
    return cycles


def team(request):
    """The manager's people in open cycles, with where each review stands."""
    reviews = Review.objects.managed_by(request.user).filter(cycle__status="open").for_lists()
    return render(
        request,
        "reviews/team.html",
        {"reviews": reviews, "reports": request.user.reports.active().select_related("grade", "team")},
    )
