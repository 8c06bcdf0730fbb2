"""What somebody gives, gets and leads: the newest of each list on one page, the older ones behind it."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from feedback.models import FeedbackAsk, FeedbackRequest, FeedbackRound, Praise
from feedback.states import RUNNING, AskStatus
from foundation.ui.paging import slice_of

SHOWN = 20
ROUNDS = FeedbackRound.objects.select_related("subject", "manager")

# name in the address: (heading, rows of a user, the keys that order them, newest first)
LISTS = {
    "led": (
        _("Feedback about your team"),
        lambda user: ROUNDS.led_by(user).filter(status__in=RUNNING).with_progress(),
        ("period_end", "pk"),
    ),
    "mine": (
        _("Feedback about you"),
        lambda user: ROUNDS.filter(subject=user).with_unconfirmed(),
        ("period_end", "pk"),
    ),
    "praise": (
        _("Thanks"),
        lambda user: Praise.objects.visible_to(user).select_related("giver", "receiver"),
        ("happened_on", "pk"),
    ),
    "asks": (
        _("Feedback on pieces of work"),
        lambda user: (
            FeedbackAsk.objects.visible_to(user)
            .exclude(giver=user, status=AskStatus.OPEN)  # these wait for the user and stand first on the page
            .select_related("asker", "giver")
        ),
        ("happened_on", "pk"),
    ),
}


def slice_of_list(name: str, user, asked):
    """The part of one list that `asked`, a query string, names; without a place the newest."""
    _heading, rows_of, keys = LISTS[name]
    return slice_of(rows_of(user), keys, asked, SHOWN, newest_first=True)


@require_safe
def overview(request):
    """What waits for me as a giver, the rounds about me and those I lead, and feedback between cycles."""
    user = request.user
    asked = list(FeedbackRequest.objects.asked_of(user))
    context = {
        "asked": [each for each in asked if not each.round.is_paused],
        "to_confirm": FeedbackRequest.objects.to_confirm_by(user),
        "on_hold": [each for each in asked if each.round.is_paused],
        "questions": FeedbackAsk.objects.filter(
            giver=user, status=AskStatus.OPEN, asker__is_active=True
        ).select_related("asker"),
        "sees_board": user.may("follow_cycles"),
    }
    context |= {name: slice_of_list(name, user, {}) for name in LISTS}
    return render(request, "feedback/list.html", context)


@require_safe
def older(request, name):
    """One of the lists of the overview, page by page."""
    if name not in LISTS:
        raise Http404
    context = {
        "heading": LISTS[name][0],
        "row": f"feedback/_row_{name}.html",
        "page": slice_of_list(name, request.user, request.GET),
    }
    return render(request, "feedback/older.html", context)
