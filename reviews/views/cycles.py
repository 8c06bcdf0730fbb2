"""HR's side: make a cycle, preview its population, launch it, watch it, move many at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_fsm import TransitionNotAllowed

from activity.models import Job
from activity.paging import slice_of
from activity.workdays import organisation_today
from activity.workflow import open_moves, why_not
from competencies.models import Catalogue
from people.models import Team, User
from people.search import FEW, ids_of_few, leads_to
from reviews import policies
from reviews.forms import CycleForm, PromiseForm, ReasonForm, StageFormSet
from reviews.models import Cycle, Review
from reviews.numbers import numbers_for, with_numbers
from reviews.services import cycles as services
from reviews.services import exports
from reviews.services.moves import bulk_move
from reviews.states import ReviewStatus
from reviews.views.asking import ask

PER_PAGE = 50
BULK = ("skip_self_assessment", "move_on_to_evaluation", "cancel")


def visible(request, pk) -> Cycle:
    return get_object_or_404(Cycle.objects.visible_to(request.user).prefetch_related("stages"), pk=pk)


def editable(request, pk) -> Cycle:
    """A draft, for those who run cycles."""
    cycle = visible(request, pk)
    if not policies.can_run_cycles(cycle, request.user) or cycle.status != "draft":
        raise Http404
    return cycle


def cycles(request):
    if not (request.user.is_hr or request.user.is_hr_partner):
        raise Http404
    rows = Cycle.objects.visible_to(request.user).order_by("-period_start", "name")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_numbers(request.user, list(page.object_list))
    return render(request, "reviews/cycle_list.html", {"page": page})


def cycle_new(request):
    if not policies.can_run_cycles(None, request.user):
        raise Http404
    form = CycleForm(request.POST or None, instance=Cycle(created_by=request.user))
    if request.method == "POST" and form.is_valid():
        cycle = form.save()
        services.add_stages(cycle)
        return redirect("reviews:cycle_stages", cycle.pk)
    return render(request, "reviews/cycle_form.html", {"form": form}, status=400 if form.errors else 200)


def cycle_edit(request, pk):
    cycle = editable(request, pk)
    form = CycleForm(request.POST or None, instance=cycle)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("reviews:cycle_stages", cycle.pk)
    return render(
        request, "reviews/cycle_form.html", {"form": form, "cycle": cycle}, status=400 if form.errors else 200
    )


def cycle_stages(request, pk):
    """Deadlines and the organisation's words for each stage (custom statuses)."""
    cycle = visible(request, pk)
    if not policies.can_run_cycles(cycle, request.user):
        raise Http404
    formset = StageFormSet(request.POST or None, queryset=cycle.stages.all())
    if request.method == "POST" and formset.is_valid():
        formset.save()
        messages.success(request, _("The stages are saved."))
        return redirect("reviews:cycle_population" if cycle.status == "draft" else "reviews:cycle", cycle.pk)
    status = 400 if request.method == "POST" else 200
    return render(request, "reviews/cycle_stages.html", {"cycle": cycle, "formset": formset}, status=status)


def cycle_promise(request, pk):
    """What givers are told: changed freely before the first request, afterwards only made stronger."""
    cycle = visible(request, pk)
    if not policies.can_run_cycles(cycle, request.user) or cycle.status != "open":
        raise Http404
    form = PromiseForm(request.POST or None, instance=cycle)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_promise(form.save(commit=False), by=request.user)
            messages.success(request, _("The promise is changed for everybody who is asked from now on."))
            return redirect(cycle)
        except TransitionNotAllowed as refused:
            form.add_error("promise", str(refused))
    effect = _("Before anybody is asked it may be changed freely; afterwards it can only be made stronger.")
    return ask(request, form, {"label": _("What givers are told"), "effect": effect, "button": _("Save")}, cycle)


def cycle_population(request, pk):
    """Who is in, who is out and why, before the launch."""
    cycle = editable(request, pk)
    found = services.population(cycle)
    reasons = found.counts()
    included_count = reasons.pop("", 0)
    is_out = request.GET.get("show") == "out"
    shown, count = (found.excluded, reasons.total()) if is_out else (found.included, included_count)
    context = {
        "cycle": cycle,
        # Where there is nobody, all people would be looked at once more to find nobody.
        "page": slice_of(shown if count else shown.none(), ("name", "pk"), request.GET, PER_PAGE),
        "included_count": included_count,
        "excluded_count": reasons.total(),
        "reasons": [(services.WHY_OUT[key], n) for key, n in reasons.items()],
        "why_out": services.WHY_OUT,
        "is_out": is_out,
        "refusal": why_not(cycle, "launch"),
        "catalogue": Catalogue.objects.current(),
    }
    return render(request, "reviews/cycle_population.html", context)


@require_POST
def cycle_launch(request, pk):
    cycle = visible(request, pk)
    if not policies.can_run_cycles(cycle, request.user):
        raise Http404
    if cycle.status == "draft" and why_not(cycle, "launch"):
        messages.error(request, why_not(cycle, "launch"))
        return redirect("reviews:cycle_population", cycle.pk)
    return redirect(services.start_launch(cycle, by=request.user))


def cycle(request, pk):
    """The board: counts by stage, one line per review, moves for a selection."""
    cycle = visible(request, pk)
    if cycle.status == "draft":
        return redirect("reviews:cycle_population", cycle.pk)
    numbers = numbers_for(request.user, [cycle])[cycle.pk]
    rows = narrowed(cycle, cycle.reviews.handled_by_hr(request.user), request.GET)
    context = {
        "cycle": cycle,
        "page": slice_of(rows.for_board(), ("subject__name", "pk"), request.GET, PER_PAGE),
        "counts": [(status, numbers.by_status[status]) for status in ReviewStatus],
        "late_count": numbers.late,
        "moves": [move for move in open_moves(cycle, request.user) if move["name"] != "launch"],
        "chosen": request.GET.get("status", ""),
        "words": request.GET.get("q", ""),
        "bulk": [(verb, Review._meta.get_field("status").choices and label) for verb, label in bulk_labels()],
    }
    return render(request, "reviews/cycle_detail.html", context)


def narrowed(cycle, rows, asked):
    """The board's filters: status (or "late") and words of the subject's, manager's or team's name."""
    if asked.get("status") == "late":
        rows = few(cycle, rows.late_on(organisation_today()))
    elif asked.get("status") in ReviewStatus.values:
        rows = few(cycle, rows.filter(status=asked["status"]))
    words = asked.get("q", "").strip()
    return rows.filter(named(words)) if words else rows


def few(cycle, rows):
    """The same rows; few ones by their ids, as reading all names in search of them would take long."""
    ids = ids_of_few(rows, FEW)
    return rows if ids is None else cycle.reviews.filter(pk__in=ids)


def named(*texts: str) -> Q:
    """Reviews whose subject, manager or team has every word of one of `texts` in the name."""
    people, teams = (User.objects.all(), "search", ("subject", "manager")), (Team.objects.all(), "search", ("team",))
    return leads_to(texts, people, teams)


def bulk_labels():
    for verb in BULK:
        step = next(iter(getattr(Review, verb)._django_fsm.transitions.values()))
        yield verb, step.custom["label"]


@require_POST
def cycle_bulk(request, pk):
    """One move for the selected reviews, with a reason; who was refused is told with why."""
    cycle = visible(request, pk)
    verb, form = request.POST.get("verb"), ReasonForm(request.POST)
    selected = Review.objects.handled_by_hr(request.user).filter(
        cycle=cycle, pk__in=valid_ids(request.POST.getlist("review"))
    )
    if verb not in BULK or not form.is_valid() or not selected:
        messages.error(request, _("Choose reviews, a move and give a reason."))
        return redirect(cycle)
    moved, refused = bulk_move(
        selected.select_related("cycle", "round", "manager", "subject"),
        verb,
        by=request.user,
        reason=form.cleaned_data["reason"],
    )
    if moved:
        text = ngettext("%(n)d review moved.", "%(n)d reviews moved.", len(moved))
        messages.success(request, text % {"n": len(moved)})
    for review, why in refused:
        messages.warning(request, _("%(name)s: not moved. %(why)s") % {"name": review.subject.name, "why": why})
    return redirect(cycle)


def valid_ids(values: list[str]) -> list[str]:
    """What looks like a UUID; anything else was never ours."""
    from uuid import UUID

    ids = []
    for value in values:
        try:
            ids.append(str(UUID(value)))
        except ValueError:
            continue
    return ids


def cycle_move(request, pk, verb):
    """Close or cancel a cycle: a page that asks why, then the deed."""
    cycle = visible(request, pk)
    deeds = {"close": services.close_cycle, "cancel": services.cancel_cycle}
    if verb not in deeds or not policies.can_run_cycles(cycle, request.user):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = deeds[verb](cycle, by=request.user, reason=form.cleaned_data["reason"])
            if isinstance(done, Job):
                return redirect(done)
        except TransitionNotAllowed as refused:
            messages.warning(request, str(refused))
        return redirect("reviews:cycles")
    move = next((each for each in open_moves(cycle, request.user) if each["name"] == verb), None)
    if move is None:
        raise Http404
    return ask(request, form, move, cycle)


@require_POST
def cycle_export(request, pk):
    """A zip of all delivered reviews' summaries, made in the background."""
    cycle = visible(request, pk)
    return redirect(exports.start_zip(cycle, by=request.user))
