"""What waits for me, and who of my people waits for what."""

from django.shortcuts import render

from reviews.duties import duties_of, own_reviews
from reviews.models import Review


def home(request):
    user = request.user
    own = own_reviews(user)
    return render(request, "reviews/home.html", {"duties": duties_of(user, own), "reviews": own})


def team(request):
    """The manager's people in open cycles, with where each review stands."""
    reviews = Review.objects.managed_by(request.user).filter(cycle__status="open").for_lists()
    return render(
        request,
        "reviews/team.html",
        {"reviews": reviews, "reports": request.user.reports.active().select_related("grade", "team")},
    )
