"""What HR decides review by review: who takes over after a change of manager, and whether a leaver's review goes on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from foundation.ui.paging import slice_of
from foundation.workflow.declaration import moves_of
from foundation.workflow.moves import MoveRefused
from people.fields import is_id
from reviews.confirmation import ask
from reviews.models import HandoverChoice, Review
from reviews.review import handovers as handing_over
from reviews.review import leavers as leaving

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PER_PAGE = 50
NAME = "review-"  # a field of the form is this and the id of its review


@dataclass(frozen=True)
class DecisionPage:
    """One page of decisions: which reviews, what can be chosen for each, and what becomes of the choice.

    A choice for which `is_final` is true can't be undone, and is confirmed on a page of its own first.
    """

    address: str
    template: str
    undecided_for: Callable[..., QuerySet]
    choices_of: Callable[[Review], Iterable[tuple[str, object]]]
    decide: Callable[..., object]
    nothing_chosen: "StrOrPromise"
    is_final: Callable[[str], bool] = lambda choice: False


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
    open_choices = labels if review.manager.is_active else [HandoverChoice.TAKES_OVER]
    return [(key, labels[key] % words) for key in open_choices]


HANDOVERS = DecisionPage(
    "reviews:handovers",
    "reviews/handovers.html",
    handing_over.undecided_for,
    who_takes_over,
    handing_over.decide,
    gettext_lazy("Choose for at least one review who evaluates and delivers."),
)
LEAVERS = DecisionPage(
    "reviews:leavers",
    "reviews/leavers.html",
    leaving.undecided_for,
    lambda review: leaving.LeaverChoice.choices,
    leaving.decide,
    gettext_lazy("Choose for at least one review whether it goes on."),
    leaving.LeaverChoice.CANCEL.__eq__,
)


@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request):
    """All open reviews with a former manager; what is chosen for some of them is done, the others wait."""
    return page_of(request, HANDOVERS)


@require_http_methods(["GET", "HEAD", "POST"])
def leavers(request):
    """All paused reviews; what is chosen for some of them is done, the others stay paused."""
    return page_of(request, LEAVERS)


def page_of(request, question: DecisionPage):
    if not request.user.may("follow_cycles"):
        raise Http404
    if request.method == "POST":
        return decide_chosen(request, question)
    page = slice_of(question.undecided_for(request.user), ("subject__name", "pk"), request.GET, PER_PAGE)
    for review in page:
        review.choices = question.choices_of(review)
    return render(request, question.template, {"page": page})


def decide_chosen(request, question: DecisionPage):
    chosen = chosen_in(request, question)
    final = [review for review, choice in chosen if question.is_final(choice)]
    if final and "confirmed" not in request.POST:
        return ask_to_cancel(request, question, chosen, final)
    count = 0
    for review, choice in chosen:
        try:
            question.decide(review, choice, by=request.user)
            count += 1
        except MoveRefused as refusal:
            messages.error(request, f"{review.subject}: {refusal}")
    if count:
        words = ngettext("Decision saved for %(n)d review.", "Decisions saved for %(n)d reviews.", count)
        messages.success(request, words % {"n": count})
    elif not any(name.startswith(NAME) and choice for name, choice in request.POST.items()):
        messages.warning(request, question.nothing_chosen)
    return redirect(question.address)


def chosen_in(request, question: DecisionPage) -> list[tuple[Review, str]]:
    """Every review something was chosen for, with the choice. Raises Http404 for what was not offered.

    What was decided meanwhile is named in a message and left out.
    """
    chosen = []
    for name, choice in request.POST.items():
        if not name.startswith(NAME) or not choice:
            continue
        key = name.removeprefix(NAME)
        if not is_id(key):
            raise Http404
        review = question.undecided_for(request.user).filter(pk=key).first()
        if review is None:  # a double click, or a page left open
            decided = get_object_or_404(Review.objects.handled_by_hr(request.user).select_related("subject"), pk=key)
            messages.warning(request, _("%(name)s: already decided.") % {"name": decided.subject})
            continue
        if choice not in dict(question.choices_of(review)):
            raise Http404
        chosen.append((review, choice))
    return chosen


def ask_to_cancel(request, question: DecisionPage, chosen, cancelled):
    """Whose reviews would be cancelled; the form sends all that was chosen once more."""
    form = forms.Form()
    for name, value in [*((f"{NAME}{review.pk}", choice) for review, choice in chosen), ("confirmed", "1")]:
        form.fields[name] = forms.CharField(widget=forms.HiddenInput, initial=value)
    count, others = len(cancelled), len(chosen) - len(cancelled)
    facts = [str(review) for review in cancelled]
    if others:
        words = ngettext("%(n)d other review continues.", "%(n)d other reviews continue.", others)
        facts.append(words % {"n": others})
    move = {
        "label": ngettext("Cancel %(n)d review", "Cancel %(n)d reviews", count) % {"n": count},
        "effect": moves_of(Review)["cancel"].effect,
        "facts": facts,
        "tone": "danger",
    }
    return ask(request, form, move, _("Reviews of people who have left"), back=question.address)
