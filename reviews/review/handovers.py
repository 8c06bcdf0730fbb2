"""A subject has another manager than their review: who evaluates, who delivers. HR decides per review."""

from functools import cache
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from foundation.audit.events import record
from foundation.outbox.messages import enqueue, message_for
from people.models import User
from reviews.models import HandoverChoice, ManagerDecision, Review
from reviews.policies import ReviewPolicy
from reviews.review.models import WITH_ANOTHER_MANAGER
from reviews.review.moves import change_manager
from reviews.states import UNDELIVERED, CycleStatus


@cache
def undecided() -> QuerySet:
    """Open reviews, not delivered yet, whose manager left or is not the subject's manager, and HR has not decided.

    Two small sets, each by its own index: asked with one condition, the database would read all reviews and people.
    It depends on nothing but the rows, and is put together once per process.
    """
    running = Review.objects.filter(status__in=UNDELIVERED, cycle__status=CycleStatus.OPEN).order_by()
    decided = ManagerDecision.objects.filter(review=OuterRef("pk"), line_manager=OuterRef("line_manager"))
    moved = running.filter(WITH_ANOTHER_MANAGER, ~Exists(decided), line_manager__is_active=True)
    left = running.filter(manager__in=User.objects.filter(is_active=False))
    return Review.objects.filter(pk__in=moved.values("pk").union(left.values("pk")))


def undecided_for(user) -> QuerySet:
    """Those that `user` handles as HR, with what a list of them shows."""
    rows = ReviewPolicy.filter(undecided(), user, "handle").filter(subject__is_active=True)
    return rows.select_related("subject__manager", "manager", "cycle", "round").prefetch_related("cycle__stages")


@transaction.atomic
def decide(review: Review, choice: str, *, by) -> Review:
    """Keep what HR decided and, where the new manager takes over, hand the review over. Raises PermissionDenied."""
    review = Review.objects.select_for_update(of=("self",), no_key=True).get(pk=review.pk)
    line_manager = review.subject.manager
    if not ReviewPolicy.allows(by, review, "handle") or line_manager is None:
        raise PermissionDenied
    values = {"line_manager": line_manager, "choice": choice, "decided_by": by}
    ManagerDecision.objects.update_or_create(review=review, defaults=values)
    record(review, "decide_manager", by=by, choice=choice, line_manager=str(line_manager.pk))
    if choice == HandoverChoice.TAKES_OVER and review.manager_id != line_manager.pk:
        reason = _("%(name)s is the manager now.") % {"name": line_manager.name}
        return change_manager(review, line_manager, by=by, reason=reason)
    return review


def tell_hr(changed: list[User], by) -> None:
    """One mail to each person in HR, and each HR partner of their teams, when their reviews have a former manager.

    How many there are for each of them is counted when the mail is sent; who handles none of them gets none.
    """
    rows = list(undecided().filter(subject__in=changed)[:1])
    if not rows:
        return
    key = uuid4()
    teams = {person.team_id for person in changed} - {None}
    hr = User.objects.who_may("handle_everyone").values("pk")
    told = User.objects.active().filter(Q(pk__in=hr) | Q(partner_teams__in=teams)).distinct().order_by("pk")
    words = {"actor_name": by.name}
    enqueue(message_for(rows[0], "manager_changed", to=each, key=f"{key}:{each.pk}", **words) for each in told)
