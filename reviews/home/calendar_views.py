"""One's own deadlines in one's own calendar program: the page with the address, and the file behind it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from foundation.ui.downloads import TYPES
from reviews.home.calendars import address_of, calendar_of, feed_behind, make_address, switch_off
from reviews.home.models import CalendarFeed


@require_safe
def calendar(request):
    feed = CalendarFeed.objects.filter(owner=request.user).first()
    address = address_of(feed) if feed else ""
    subscribe = f"webcal://{address.partition('://')[2]}"  # calendar programs are registered for this scheme
    return render(request, "reviews/calendar.html", {"address": address, "subscribe": subscribe})


@require_POST
def calendar_new(request):
    make_address(request.user)
    messages.success(request, _("Your calendar has a new address. Any address before it no longer works."))
    return redirect("reviews:calendar")


@require_POST
def calendar_off(request):
    switch_off(request.user)
    messages.success(request, _("Your calendar is off. Its address no longer works."))
    return redirect("reviews:calendar")


@login_not_required
@require_safe
def calendar_file(request, token):
    """What a calendar program reads. Raises Http404 for an address that was renewed, switched off or never made."""
    feed = feed_behind(token)
    if feed is None:
        raise Http404
    headers = {"Cache-Control": "private, max-age=900", "X-Robots-Tag": "noindex, nofollow"}
    return HttpResponse(calendar_of(feed.owner), content_type=TYPES["ics"], headers=headers)
