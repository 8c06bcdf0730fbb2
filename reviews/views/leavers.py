"""HR decides whether the reviews of people who have left go on."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from activity.paging import slice_of
from activity.workflow import MoveRefused
from people.fields import is_id
from reviews.services.leavers import LeaverChoice, decide, undecided_for

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def leavers(request):
    """All paused reviews; what is chosen for some of them is done, the others stay paused."""
    if not (request.user.is_hr or request.user.is_hr_partner):
        raise Http404
    if request.method == "POST":
        return decide_chosen(request)
    page = slice_of(undecided_for(request.user), ("subject__name", "pk"), request.GET, PER_PAGE)
    return render(request, "reviews/leavers.html", {"page": page, "choices": LeaverChoice.choices})


class ChoiceForm(forms.Form):
    choice = forms.ChoiceField(choices=LeaverChoice.choices)


def decide_chosen(request):
    count = 0
    for name, value in request.POST.items():
        if not name.startswith("review-") or not value:
            continue
        form, key = ChoiceForm({"choice": value}), name.removeprefix("review-")
        if not form.is_valid() or not is_id(key):
            raise Http404
        review = get_object_or_404(undecided_for(request.user), pk=key)
        try:
            decide(review, form.cleaned_data["choice"], by=request.user)
            count += 1
        except MoveRefused as refusal:
            messages.error(request, f"{review.subject}: {refusal}")
    if count:
        words = ngettext("Decision saved for %(n)d review.", "Decisions saved for %(n)d reviews.", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, _("Choose for at least one review whether it goes on."))
    return redirect("reviews:leavers")
