"""HR decides, review by review, who evaluates and delivers after a change of manager."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activity.paging import slice_of
from people.fields import is_id
from reviews.models import HandoverChoice
from reviews.services.handovers import decide, undecided_for

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request):
    """All open reviews with a former manager; what is chosen for some of them is done, the others wait."""
    if not (request.user.is_hr or request.user.is_hr_partner):
        raise Http404
    if request.method == "POST":
        return decide_chosen(request)
    page = slice_of(undecided_for(request.user), ("subject__name", "pk"), request.GET, PER_PAGE)
    for review in page:
        review.has_new_manager = review.subject.manager is not None and review.subject.manager.is_active
        review.has_new_manager = review.has_new_manager and review.subject.manager_id != review.manager_id
        review.choices = choices_of(review)
    return render(request, "reviews/handovers.html", {"page": page})


def choices_of(review) -> list[tuple[str, str]]:
    """Whoever has left can neither evaluate nor deliver."""
    words = {"new": review.subject.manager, "present": review.manager}
    labels = {
        HandoverChoice.TAKES_OVER: _("%(new)s evaluates and delivers"),
        HandoverChoice.DELIVERS: _("%(present)s evaluates, %(new)s delivers"),
        HandoverChoice.STAYS: _("%(present)s evaluates and delivers"),
    }
    open_choices = labels if review.manager.is_active else {HandoverChoice.TAKES_OVER: labels["takes_over"]}
    return [(key, label % words) for key, label in open_choices.items()]


class ChoiceForm(forms.Form):
    choice = forms.ChoiceField(choices=HandoverChoice.choices)


def decide_chosen(request):
    count = 0
    for name, value in request.POST.items():
        if not name.startswith("review-") or not value:
            continue
        form = ChoiceForm({"choice": value})
        key = name.removeprefix("review-")
        if not form.is_valid() or not is_id(key):
            raise Http404
        review = get_object_or_404(undecided_for(request.user), pk=key)
        if form.cleaned_data["choice"] not in dict(choices_of(review)):
            raise Http404
        decide(review, form.cleaned_data["choice"], by=request.user)
        count += 1
    if count:
        words = ngettext("Decision saved for %(n)d review.", "Decisions saved for %(n)d reviews.", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, _("Choose for at least one review who evaluates and delivers."))
    return redirect("reviews:handovers")
