"""HR's side: make a cycle, preview its population, launch it, watch it, move many at once."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_fsm import TransitionNotAllowed

from competencies.models import Catalogue
from foundation.ui.drafts import for_change, writing
from foundation.ui.forms import ReasonForm
from foundation.ui.paging import slice_of
from foundation.workdays import organisation_today
from foundation.workflow.declaration import moves_of
from foundation.workflow.moves import MoveRefused, open_moves, why_not
from people.confirmation import confirmed
from people.models import Team, User
from people.search import FEW, Found, ids_of_few, leads_to
from reviews.confirmation import ask
from reviews.cycles import bulk, deadlines, services
from reviews.cycles.bulk import ACTIONS
from reviews.cycles.forms import (
    LATE,
    BulkForm,
    CloseCycleForm,
    ConfidentialityForm,
    CycleDeadlinesForm,
    CycleForm,
    ReviewFilter,
    StageFormSet,
)
from reviews.cycles.numbers import numbers_for, with_numbers
from reviews.documents import exports, results
from reviews.documents.forms import ExportForm
from reviews.models import Cycle
from reviews.policies import CyclePolicy
from reviews.states import RELEASES, STAGE_OF, STATUSES_OF, ReviewStatus

PER_PAGE = 50


def visible(request, pk) -> Cycle:
    return get_object_or_404(Cycle.objects.visible_to(request.user).prefetch_related("stages"), pk=pk)


def editable(request, pk) -> Cycle:
    """A draft, for those who run cycles."""
    cycle = visible(request, pk)
    if not CyclePolicy.allows(request.user, cycle, "edit"):
        raise Http404
    return cycle


def newest(request, cycle: Cycle) -> Cycle:
    """The same cycle as it is stored now; for a POST nobody else's to change until it ends."""
    return for_change(Cycle.objects, request).prefetch_related("stages").get(pk=cycle.pk)


def cycles(request):
    if not request.user.may("follow_cycles"):
        raise Http404
    rows = Cycle.objects.visible_to(request.user).order_by("-period_start", "name")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = with_numbers(request.user, list(page.object_list))
    return render(request, "reviews/cycle_list.html", {"page": page})


def cycle_new(request):
    if not request.user.may("run_cycles"):
        raise Http404
    form = CycleForm(request.POST or None, instance=Cycle(created_by=request.user))
    if request.method == "POST" and form.is_valid():
        cycle = form.save()
        services.add_stages(cycle)
        return redirect("reviews:cycle_stages", cycle.pk)
    return render(request, "reviews/cycle_form.html", {"form": form}, status=400 if form.errors else 200)


@writing
def cycle_edit(request, pk):
    cycle = newest(request, editable(request, pk))
    before = services.settings_of(cycle)
    form = CycleForm(request.POST or None, instance=cycle)
    if request.method == "POST" and form.is_valid():
        services.save_settings(form, before, by=request.user)
        return redirect("reviews:cycle_stages", cycle.pk)
    return render(request, "reviews/cycle_form.html", {"form": form, "cycle": cycle}, status=form.status)


@writing
def cycle_stages(request, pk):
    """Deadlines and the organisation's words for each stage (custom statuses)."""
    cycle = newest(request, visible(request, pk))
    if not CyclePolicy.allows(request.user, cycle, "run"):
        raise Http404
    formset = StageFormSet(request.POST or None, queryset=cycle.stages.all())
    before = {stage.pk: services.settings_of_stage(stage) for stage in cycle.stages.all()}
    if request.method == "POST" and formset.is_valid():
        services.save_stages(cycle, formset, before, by=request.user)
        messages.success(request, _("Stages saved."))
        return redirect("reviews:cycle_population" if cycle.status == "draft" else "reviews:cycle", cycle.pk)
    conflicts = [row for form in formset for row in form.conflicts]
    status = 409 if conflicts else 400 if request.method == "POST" else 200
    return render(request, "reviews/cycle_stages.html", {"cycle": cycle, "formset": formset}, status=status)


@writing
def cycle_confidentiality(request, pk):
    """The confidentiality of a cycle: free to change before the first request, afterwards only to be made stronger."""
    cycle = newest(request, visible(request, pk))
    if not CyclePolicy.allows(request.user, cycle, "steer"):
        raise Http404
    form = ConfidentialityForm(request.POST or None, instance=cycle)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_confidentiality(form.save(commit=False), by=request.user)
            messages.success(request, _("The new terms apply to everybody who is asked from now on."))
            return redirect(cycle)
        except TransitionNotAllowed as refused:
            form.add_error("confidentiality", str(refused))
    effect = _("You can change this freely until someone is asked. After that it can only be made stronger.")
    return ask(request, form, {"label": _("What collaborators are told"), "effect": effect, "button": _("Save")}, cycle)


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
        "launch": services.launch_of(cycle),
    }
    return render(request, "reviews/cycle_population.html", context)


@require_POST
def cycle_launch(request, pk):
    cycle = visible(request, pk)
    if not CyclePolicy.allows(request.user, cycle, "run"):
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
    form = ReviewFilter(request.GET)
    rows, all_rows = narrowed(cycle, cycle.reviews.handled_by_hr(request.user), form.chosen)
    context = {
        "cycle": cycle,
        "page": slice_of(rows.for_board(), ("subject__name", "pk"), request.GET, PER_PAGE),
        "counts": [(status.value, label_of(cycle, status), numbers.by_status[status]) for status in ReviewStatus],
        "late_count": numbers.late,
        "moves": sorted(
            (move for move in open_moves(cycle, request.user) if move["name"] != "launch"),
            key=lambda move: move.get("tone") == "danger",  # what cannot be undone stands last
        ),
        "form": form,
        "chosen": form.chosen["status"],
        "words": form.chosen["q"],
        "actions": [(action.key, action.label) for action in ACTIONS.values()],
        "filtered_count": count_of(numbers, all_rows, form.chosen),
        "groups": cycle.groups.visible_to(request.user).select_related("facilitator"),
        "launch": services.launch_of(cycle),
    }
    return render(request, "reviews/cycle_detail.html", context)


def label_of(cycle, status) -> str:
    """What the organisation calls the stage of `status`; two statuses share the last one and keep their own names."""
    stage = cycle.stage.get(STAGE_OF.get(status))
    return stage.title if stage and len(STATUSES_OF[stage.key]) == 1 else status.label


def count_of(numbers, rows, chosen) -> int:
    """How many reviews the filter of the board finds; without words from the kept numbers."""
    if chosen["q"]:
        return rows.count()
    if chosen["status"] == LATE:
        return numbers.late
    return numbers.by_status[chosen["status"]] if chosen["status"] else numbers.by_status.total()


def narrowed(cycle, rows, chosen) -> tuple[QuerySet, QuerySet]:
    """Of `rows` those that a ReviewFilter leaves, by what was `chosen` in it.

    The same rows twice: to show the first ones, and to count or change all of them.
    """
    if chosen["status"] == LATE:
        rows = few(cycle, rows.late_on(organisation_today()))
    elif chosen["status"]:
        rows = few(cycle, rows.filter(status=chosen["status"]))
    if not chosen["q"]:
        return rows, rows
    found = named(chosen["q"])
    return rows.filter(found.listed), rows.filter(found.counted)


def few(cycle, rows):
    """The same rows; few ones by their ids, as reading all names in search of them would take long."""
    ids = ids_of_few(rows, FEW)
    return rows if ids is None else cycle.reviews.filter(pk__in=ids)


def named(*texts: str) -> Found:
    """Reviews whose subject, manager or team has every word of one of `texts` in the name."""
    people, teams = (User.objects.all(), "search", ("subject", "manager")), (Team.objects.all(), "search", ("team",))
    return leads_to(texts, people, teams)


@require_POST
@confirmed(when=lambda request, pk: request.POST.get("verb") in RELEASES)
def cycle_bulk(request, pk):
    """First what an action would do to the selection and who would be refused; then, with `key`, the action."""
    cycle, action = visible(request, pk), ACTIONS.get(request.POST.get("verb", ""))
    selected = selection(cycle, request)
    if action is None or not selected.exists():
        messages.error(request, _("Select at least one review and an action."))
        return redirect(cycle)
    is_asked = "key" in request.POST
    form = BulkForm(request.POST if is_asked else None, action=action)
    if is_asked and form.is_valid():
        return done_for_many(request, cycle, action, selected, form.cleaned_data)
    context = {
        "cycle": cycle,
        "action": action,
        "form": form,
        "preview": bulk.preview(action, bulk.for_action(selected).iterator(chunk_size=500)),
        "chosen": request.POST.getlist("review") if request.POST.get("all") != "on" else [],
        "everything": request.POST.get("all") == "on",
        "filters": {name: request.POST.get(name, "") for name in ("status", "q")},
    }
    return render(request, "reviews/bulk_form.html", context, status=400 if form.errors else 200)


def selection(cycle, request):
    """The ticked reviews, or with `all` everything the filter of the board finds; of those the person handles."""
    rows = cycle.reviews.handled_by_hr(request.user)
    if request.POST.get("all") == "on":
        return narrowed(cycle, rows, ReviewFilter(request.POST).chosen)[1]
    return rows.filter(pk__in=valid_ids(request.POST.getlist("review")))


def done_for_many(request, cycle, action, selected, given):
    """Act at once on a few reviews, by a job on many; either way who was refused is named with the reason."""
    terms = {"by": request.user, "reason": given.get("reason", ""), "due_on": given.get("due_on")}
    ids = list(selected.order_by("subject__name", "pk").values_list("pk", flat=True))
    if len(ids) > bulk.AT_ONCE:
        return redirect(bulk.start(action, cycle, ids, key=str(given["key"]), **terms))
    results = list(bulk.act_on(action, bulk.for_action(selected), **terms))
    done = sum(not why for _review, why in results)
    if done:
        text = ngettext("%(label)s: done for %(n)d review.", "%(label)s: done for %(n)d reviews.", done)
        messages.success(request, text % {"label": action.label, "n": done})
    for review, why in results:
        if why:
            messages.warning(request, _("%(name)s: not done. %(why)s") % {"name": review.subject.name, "why": why})
    return redirect(cycle)


def valid_ids(values: list[str]) -> list[str]:
    """Those of the texts that are UUIDs; others name no row of ours."""
    ids = []
    for value in values:
        with suppress(ValueError):
            ids.append(str(UUID(value)))
    return ids


@confirmed(when=lambda request, pk, verb: request.POST.get("feedback") == services.RELEASE)
def cycle_move(request, pk, verb):
    """Close or cancel a cycle: a page that says what still runs and asks why, then the action."""
    cycle = visible(request, pk)
    if verb not in ("close", "cancel") or not CyclePolicy.allows(request.user, cycle, "run"):
        raise Http404
    form = (CloseCycleForm if verb == "close" else ReasonForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        action = services.close_cycle if verb == "close" else services.cancel_cycle
        try:
            job = action(cycle, by=request.user, **form.cleaned_data)
        except TransitionNotAllowed as refused:
            messages.warning(request, str(refused))
            return redirect(cycle)
        messages.success(request, f"{moves_of(Cycle)[verb].done}.")
        return redirect(job if job else "reviews:cycles")
    move = next((each for each in open_moves(cycle, request.user) if each["name"] == verb), None)
    if move is None:
        raise Http404
    return ask(request, form, move | {"facts": running_facts(services.still_running(cycle))}, cycle)


def running_facts(numbers: dict[str, int]) -> list[str]:
    """What the end of a cycle stops, in sentences; none for what there is none of."""
    reviews, collecting, choosing = numbers["reviews"], numbers["collecting"], numbers["nominating"]
    sentences = {
        ngettext("%(n)d review is not delivered.", "%(n)d reviews are not delivered.", reviews): reviews,
        ngettext(
            "Feedback about %(n)d person is being collected.",
            "Feedback about %(n)d people is being collected.",
            collecting,
        ): collecting,
        ngettext(
            "%(n)d list of collaborators is not approved yet.",
            "%(n)d lists of collaborators are not approved yet.",
            choosing,
        ): choosing,
    }
    return [text % {"n": n} for text, n in sentences.items() if n]


@writing
def cycle_deadlines(request, pk):
    """New deadlines for a running cycle: first what they would move, then a job that moves it."""
    cycle = newest(request, visible(request, pk))
    if not CyclePolicy.allows(request.user, cycle, "steer"):
        raise Http404
    form = CycleDeadlinesForm(request.POST or None, cycle=cycle)
    moves = []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("confirmed") == confirmation(form.dates):
            job = deadlines.start_moving(cycle, form.dates, by=request.user, reason=form.cleaned_data["reason"])
            return redirect(job)
        moves = deadlines.stage_moves(cycle, form.dates)
    context = {"cycle": cycle, "form": form, "moves": moves}
    context["confirmed"] = confirmation(form.dates) if moves else ""
    return render(request, "reviews/cycle_deadlines.html", context, status=form.status)


def confirmation(dates: dict) -> str:
    """The dates whose consequences were shown, as the form sends them back."""
    return " ".join(f"{key}={day}" for key, day in dates.items())


def cycle_delete(request, pk):
    """Delete a draft; a launched cycle is cancelled or closed instead."""
    cycle = editable(request, pk)
    if request.method == "POST":
        try:
            services.delete_draft(cycle, by=request.user)
        except MoveRefused as refused:
            messages.warning(request, str(refused))
            return redirect(cycle)
        messages.success(request, _("Draft deleted."))
        return redirect("reviews:cycles")
    effect = _("The draft and its stages are deleted. Nobody has been told about it.")
    return ask(request, None, {"label": _("Delete draft"), "effect": effect, "tone": "danger"}, cycle)


@confirmed(when=lambda request, pk: request.method == "POST")
def cycle_export(request, pk):
    """What can be exported of a cycle; each file is made in the background."""
    cycle = visible(request, pk)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "cycle": cycle, "count": exports.exportable(cycle.pk, request.user).count()}
        return render(request, "reviews/cycle_export.html", context, status=400 if form.errors else 200)
    kind = form.cleaned_data["kind"]
    if kind == "zip":
        return redirect(exports.start_zip(cycle, by=request.user))
    return redirect(results.start_results(cycle, kind, by=request.user))
