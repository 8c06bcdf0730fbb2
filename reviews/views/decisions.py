"""What HR decides review by review: who takes over after a change of manager, and whether a leaver's review goes on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from activity.paging import slice_of
from activity.workflow import MoveRefused
from people.fields import is_id
from reviews.models import HandoverChoice, Review
from reviews.services import handovers as handing_over
from reviews.services import leavers as leaving

PER_PAGE = 50
NAME = "review-"  # a field of the form is this and the id of its review


@dataclass(frozen=True)
class Question:
    """One page of decisions: which reviews, what can be chosen for each, and what becomes of the choice."""

    address: str
    template: str
    undecided_for: Callable[..., QuerySet]
    choices_of: Callable[[Review], Iterable[tuple[str, object]]]
    decide: Callable[..., object]
    nothing_chosen: str | Promise


def has_new_manager(review: Review) -> bool:
    """Whether the subject has a manager who could take the review over."""
    manager = review.subject.manager
    return manager is not None and manager.is_active and manager.pk != review.manager_id


def who_takes_over(review: Review) -> list[tuple[str, str]]:
    """Whoever has left can neither evaluate nor deliver; without a new manager there is nothing to choose."""
    if not has_new_manager(review):
        return []
    words = {"new": review.subject.manager, "present": review.manager}
    labels = {
        HandoverChoice.TAKES_OVER: _("%(new)s evaluates and delivers"),
        HandoverChoice.DELIVERS: _("%(present)s evaluates, %(new)s delivers"),
        HandoverChoice.STAYS: _("%(present)s evaluates and delivers"),
    }
    open_choices = labels if review.manager.is_active else {HandoverChoice.TAKES_OVER: labels["takes_over"]}
    return [(key, label % words) for key, label in open_choices.items()]


HANDOVERS = Question(
    "reviews:handovers",
    "reviews/handovers.html",
    handing_over.undecided_for,
    who_takes_over,
    handing_over.decide,
    gettext_lazy("Choose for at least one review who evaluates and delivers."),
)
LEAVERS = Question(
    "reviews:leavers",
    "reviews/leavers.html",
    leaving.undecided_for,
    lambda review: leaving.LeaverChoice.choices,
    leaving.decide,
    gettext_lazy("Choose for at least one review whether it goes on."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request):
    """All open reviews with a former manager; what is chosen for some of them is done, the others wait."""
    return page_of(request, HANDOVERS)


@require_http_methods(["GET", "HEAD", "POST"])
def leavers(request):
    """All paused reviews; what is chosen for some of them is done, the others stay paused."""
    return page_of(request, LEAVERS)


def page_of(request, question: Question):
    if not (request.user.is_hr or request.user.is_hr_partner):
        raise Http404
    if request.method == "POST":
        return decide_chosen(request, question)
    page = slice_of(question.undecided_for(request.user), ("subject__name", "pk"), request.GET, PER_PAGE)
    for review in page:
        review.choices = question.choices_of(review)
    return render(request, question.template, {"page": page})


def decide_chosen(request, question: Question):
    count = 0
    for name, choice in request.POST.items():
        if not name.startswith(NAME) or not choice:
            continue
        key = name.removeprefix(NAME)
        if not is_id(key):
            raise Http404
        review = get_object_or_404(question.undecided_for(request.user), pk=key)
        if choice not in dict(question.choices_of(review)):
            raise Http404
        try:
            question.decide(review, choice, by=request.user)
            count += 1
        except MoveRefused as refusal:
            messages.error(request, f"{review.subject}: {refusal}")
    if count:
        words = ngettext("Decision saved for %(n)d review.", "Decisions saved for %(n)d reviews.", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, question.nothing_chosen)
    return redirect(question.address)
