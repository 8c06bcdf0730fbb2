"""Calibration groups: HR makes them, managers look at the same evidence side by side, every change has a reason."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_fsm import TransitionNotAllowed

from competencies.models import Point
from foundation.policy import through
from foundation.ui.drafts import for_change, writing
from foundation.workflow.moves import perform
from reviews.calibration import services
from reviews.calibration.forms import CalibrationForm, GroupForm
from reviews.confirmation import ask
from reviews.cycles.views import named
from reviews.models import CalibrationGroup, Cycle, Evaluation
from reviews.policies import CalibrationGroupPolicy, CyclePolicy, ReviewPolicy
from reviews.states import AFTER_DELIVERY, ReviewStatus

MOST = 50  # reviews to choose from at once, as on the pages of lists; a search leads to the others


def group_new(request, pk):
    cycle = get_object_or_404(CyclePolicy.filter(Cycle.objects.all(), request.user, "steer"), pk=pk)
    words = request.GET.get("q", "")
    found = groupless(cycle, words)
    form = GroupForm(request.POST or None, instance=CalibrationGroup(cycle=cycle), cycle=cycle, found=found[:MOST])
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            group = form.save()
            services.announce(group, by=request.user)
        messages.success(request, _("Group created."))
        return redirect(group)
    context = {"form": form, "cycle": cycle, "words": words, "has_found": bool(found)}
    context["most"] = MOST if len(found) > MOST else None
    return render(request, "reviews/group_form.html", context, status=400 if form.errors else 200)


def groupless(cycle, words: str) -> list:
    """Up to MOST + 1 reviews to be delivered and in no group; `words` are names with commas between, one has to fit."""
    rows = cycle.reviews.exclude(pk__in=CalibrationGroup.reviews.through.objects.values("review"))
    rows = rows.exclude(status__in=[ReviewStatus.CANCELLED, *AFTER_DELIVERY])
    if names := [name for name in words.split(",") if name.strip()]:
        rows = rows.filter(named(*names).listed)
    rows = rows.select_related("subject", "manager").only("cycle", "subject__name", "manager__name")
    return list(rows.order_by("subject__name", "pk")[: MOST + 1])


def visible_group(request, pk) -> CalibrationGroup:
    groups = CalibrationGroup.objects.visible_to(request.user).select_related("cycle", "facilitator")
    return get_object_or_404(groups, pk=pk)


def reviews_of(group, user):
    """The group's reviews in calibration, but not those about the reader or the reader's own manager."""
    rows = group.reviews.filter(status__in=[ReviewStatus.CALIBRATION, ReviewStatus.DELIVERY])
    return ReviewPolicy.filter(rows, user, "compare").select_related(
        "subject", "manager", "grade", "team", "evaluation__overall"
    )


def changes_of(group, user):
    """The group's changed results, of the same reviews."""
    rows = group.changes.select_related("review__subject", "before", "after", "changed_by")
    return rows.filter(through("review", ReviewPolicy.compare(user)))


def group(request, pk):
    group = visible_group(request, pk)
    context = {
        "group": group,
        "reviews": reviews_of(group, request.user),
        "changes": changes_of(group, request.user),
        "can_lock": CalibrationGroupPolicy.allows(request.user, group, "lock"),
    }
    return render(request, "reviews/group_detail.html", context)


@writing
def group_change(request, pk, review_pk):
    """Another overall result for one review, with the reason; never for one's own reports."""
    group = visible_group(request, pk)
    review = get_object_or_404(reviews_of(group, request.user).filter(status=ReviewStatus.CALIBRATION), pk=review_pk)
    points = Point.objects.filter(scale=group.cycle.template.overall_scale_id)
    evaluation = for_change(Evaluation.objects, request).get(review=review)
    form = CalibrationForm(request.POST or None, points=points, evaluation=evaluation)
    if not services.may_change(group, review, request.user):
        raise Http404
    if request.method == "POST" and form.is_valid():
        services.change_result(
            group, review, form.cleaned_data["overall"], by=request.user, reason=form.cleaned_data["reason"]
        )
        return redirect(group)
    return ask(request, form, {"label": _("Change the overall result")}, review, back=group)


@require_POST
def group_lock(request, pk):
    group = visible_group(request, pk)
    try:
        perform(group, "lock", by=request.user)
    except PermissionDenied as error:
        raise Http404 from error
    except TransitionNotAllowed as refused:
        messages.warning(request, str(refused))
    return redirect(group)
