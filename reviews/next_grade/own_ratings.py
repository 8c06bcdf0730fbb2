"""How somebody was last rated on each code, as far as it was delivered to them."""

from collections.abc import Collection

from django.urls import reverse

from competencies.own_ratings import OwnRating, tells_own_ratings
from people.models import User
from reviews.models import Rating
from reviews.states import AFTER_DELIVERY, Rater


@tells_own_ratings
def delivered_ratings(person: User, keys: Collection[str]) -> dict[str, list[OwnRating]]:
    """By key of a code the latest self-rating and the latest rating by a manager, in one query.

    A code is followed over versions of the catalogue by its key.
    """
    rows = Rating.objects.visible_to(person).filter(
        review__subject=person, review__status__in=AFTER_DELIVERY, code__key__in=keys
    )
    latest: dict[tuple[str, str], OwnRating] = {}
    for row in rows.select_related("code", "point", "review__cycle").order_by("review__cycle__period_end", "pk"):
        rater = Rater(row.rater)
        latest[row.code.key, rater] = OwnRating(
            rater=str(rater.value),
            rater_label=rater.label,
            label=row.point.label,
            level=row.point.score,
            source=row.review.cycle.name,
            url=reverse("reviews:review", args=[row.review_id]),
        )
    found: dict[str, list[OwnRating]] = {}
    for key, who in sorted(latest, key=lambda each: (each[0], each[1] != Rater.SELF)):
        found.setdefault(key, []).append(latest[key, who])
    return found
