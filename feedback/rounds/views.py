"""One round: whom to ask, as subject, manager or HR, and the results once they are released."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback import relations, services
from feedback.answers.forms import posted
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.nominations import suggestions as candidates
from feedback.nominations.forms import CandidateForm
from feedback.nominations.services import loads_of
from feedback.policies import HR, MANAGER, SUBJECT, RequestPolicy, RoundPolicy, part_in
from feedback.results import exports
from feedback.results.summaries import visible_feedback
from feedback.rounds.models import Progress
from feedback.states import OFF_THE_LIST, ON_THE_LIST, RUNNING, RequestStatus, RoundStatus
from foundation.audit.events import record
from foundation.ui.downloads import table
from foundation.ui.forms import ReasonForm
from foundation.workflow.moves import MoveRefused
from people.confirmation import confirmed

QUIET_FOR_SUBJECT = {RequestStatus.ANSWERED, RequestStatus.DECLINED}


def visible_round(request, pk) -> FeedbackRound:
    rounds = FeedbackRound.objects.visible_to(request.user).select_related("subject__team", "manager", "catalogue")
    return get_object_or_404(rounds, pk=pk)


@require_safe
def detail(request, pk):
    return round_page(request, visible_round(request, pk))


def round_page(request, feedback_round, form=None):
    """The list of people, with what this person may do about it."""
    part = part_in(feedback_round, request.user)
    people = list(feedback_round.requests.select_related("giver", "added_by", "confirmer"))
    on_list = [each for each in people if each.status in ON_THE_LIST]
    used = candidates.taken(feedback_round, people)
    can_add = feedback_round.status == RoundStatus.NOMINATING or (
        part != SUBJECT and feedback_round.status == RoundStatus.COLLECTING
    )
    is_full = is_list_full(feedback_round, people)
    words = request.GET.get("q", "").strip()
    offered = offers(feedback_round, people, used, words) if can_add and not is_full else []
    loads = loads_for(part, people, offered)
    rows = rows_for(part, feedback_round, people, used, loads)
    count = sum(row["status"] in ON_THE_LIST for row in rows)
    context = {
        "round": feedback_round,
        "is_subject": part == SUBJECT,
        "handles": part == HR,
        "rows": rows,
        "count": count,
        "missing": max(feedback_round.min_total - count, 0),
        "can_add": can_add,
        "is_full": is_full,
        "words": words,
        "offered": candidates.with_loads(offered, loads) if loads else offered,
        "is_cut": bool(words) and len(offered) == candidates.MOST_FOUND,
        "unconfirmed": unconfirmed_on(feedback_round, on_list),
        "mix": candidates.mix(feedback_round, on_list)
        if part != SUBJECT and feedback_round.status in RUNNING
        else None,
        "progress": feedback_round.progress_for(part, Progress.of(people)),
        "form": form or CandidateForm(feedback_round),
        "leader_left": not feedback_round.manager.is_active and feedback_round.status in RUNNING,
        "reads_results": RoundPolicy.allows(request.user, feedback_round, "read_results"),
    }
    return render(request, "feedback/round.html", context, status=400 if context["form"].errors else 200)


def unconfirmed_on(feedback_round, people) -> int:
    """How many outsiders on the list HR has not confirmed, whether they have answered or not."""
    return (
        sum(each.is_unconfirmed for each in people)
        if feedback_round.is_anonymous and feedback_round.status in RUNNING
        else 0
    )


def offers(feedback_round, people, used, words) -> list:
    """Who could be added: those found by `words`, or suggestions, never again those who were taken off."""
    if words:
        return candidates.search(feedback_round, words, used)
    removed = {each.giver_id for each in people if each.status == RequestStatus.REMOVED}
    return candidates.suggestions(feedback_round, used | removed)


def loads_for(part, people, offered) -> dict:
    """How many requests everybody on the page has now, for those who look after the cap; empty for the subject."""
    if part == SUBJECT:
        return {}
    return loads_of([*(each.giver_id for each in people if each.giver_id), *(each.person.pk for each in offered)])


def rows_for(part, feedback_round, people, used, loads) -> list[dict]:
    """One row per request, with no more than this part may know: the subject never sees who answered or declined.

    Those taken off come last; proposals that the subject took back are nobody's business any more.
    """
    people = [each for each in people if not is_taken_back(feedback_round, each)]
    if part == SUBJECT:
        rows = [subject_row(each) for each in people]
    else:
        needy = (
            [each for each in people if needs_other(part, feedback_round, each, loads)]
            if feedback_round.status in RUNNING
            else []
        )
        if is_list_full(feedback_round, people):  # then only a place on the list can be taken
            needy = [each for each in needy if each.status == RequestStatus.PROPOSED]
        others = candidates.substitutes(feedback_round, needy, used)
        rows = [leader_row(part, feedback_round, each, loads, others.get(each.pk)) for each in people]
    return sorted(rows, key=lambda row: row["status"] in OFF_THE_LIST)


def is_list_full(feedback_round, people) -> bool:
    return sum(each.status in ON_THE_LIST for each in people) >= feedback_round.max_total


def is_taken_back(feedback_round, each) -> bool:
    return each.status == RequestStatus.REMOVED and not each.why and each.added_by_id == feedback_round.subject_id


def subject_row(each) -> dict:
    """Who has left is told of everybody asked, answered or not."""
    status = RequestStatus.ASKED if each.status in QUIET_FOR_SUBJECT else each.status
    why = each.why if status in OFF_THE_LIST else ""
    return row_of(each, status, why) | {
        "can_remove": status == RequestStatus.PROPOSED and each.added_by_id == each.round.subject_id
    }


def leader_row(part, feedback_round, each, loads, others) -> dict:
    """The manager sees who declined, for a substitute, and never who answered; HR sees both."""
    hides = part == MANAGER and each.status == RequestStatus.ANSWERED and feedback_round.is_anonymous
    status = RequestStatus.ASKED if hides else each.status
    removable = [RequestStatus.PROPOSED, RequestStatus.ASKED] if part == HR else [RequestStatus.PROPOSED]
    is_open = feedback_round.status in RUNNING
    return row_of(each, status, each.why) | {
        "load": loads.get(each.giver_id) if is_open and status in ON_THE_LIST else None,
        "is_full": others is not None and each.status == RequestStatus.PROPOSED and not each.has_left,
        "can_swap": others is not None and each.status == RequestStatus.PROPOSED,
        "address": each.email if each.is_external else "",
        "others": others,
        "can_remove": is_open and status in removable,
        "can_ask_to_confirm": is_open
        and each.is_unconfirmed
        and each.status in ON_THE_LIST
        and feedback_round.is_anonymous,
        "can_confirm": part == HR and is_open and each.is_unconfirmed and each.status in ON_THE_LIST,
    }


def row_of(each, status, why) -> dict:
    by_others = each.added_by_id and each.added_by_id != each.round.subject_id
    return {
        "request": each,
        "relation": relations.one(each.relation),
        "status": RequestStatus(status),
        "tone": tone_of(status),
        "why": why,
        "has_left": each.has_left and status in (RequestStatus.PROPOSED, RequestStatus.ASKED),
        "added_by": each.added_by if by_others else None,
    }


def tone_of(status) -> str:
    return "muted" if status in OFF_THE_LIST or status == RequestStatus.DECLINED else str(status)


def needs_other(part, feedback_round, each, loads) -> bool:
    """Declined, no room for more, or left. Of those who left the manager does not learn who has answered before."""
    is_full = each.status == RequestStatus.PROPOSED and loads.get(each.giver_id, 0) >= feedback_round.max_per_giver
    hides = part == MANAGER and feedback_round.is_anonymous
    waiting = [RequestStatus.PROPOSED, RequestStatus.ASKED, *([RequestStatus.ANSWERED] if hides else [])]
    has_left = each.has_left and each.status in waiting
    return is_full or has_left or each.status == RequestStatus.DECLINED


def attempt(request, action, done: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        action()
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@require_POST
def propose(request, pk):
    """Put somebody on the list; a mistake and a refusal show beside what was typed, which stays."""
    feedback_round = visible_round(request, pk)
    form = CandidateForm(feedback_round, request.POST)
    if not form.is_valid():
        return round_page(request, feedback_round, form)
    try:
        added = put_on_list(feedback_round, form, by=request.user)
    except MoveRefused as refusal:
        return refused(request, feedback_round, form, refusal)
    messages.success(request, _("%(name)s is on the list.") % {"name": added.name})
    return redirect(f"{feedback_round.get_absolute_url()}#add")


@transaction.atomic
def put_on_list(feedback_round, form, *, by) -> FeedbackRequest:
    """The subject proposes; who leads adds, in the place of somebody who has no room for more if they say so."""
    if not RoundPolicy.allows(by, feedback_round, "lead"):
        return services.propose(feedback_round, by=by, **form.person)
    if instead := form.cleaned_data["instead"]:
        services.remove(instead, by=by, reason=_("Has reached the request limit; someone else is asked instead."))
    return services.add(feedback_round, by=by, **form.person)


def refused(request, feedback_round, form, refusal):
    """Somebody from outside was typed and stays typed; a colleague is chosen again with a click."""
    if form.cleaned_data["giver"]:
        messages.error(request, str(refusal))
        return redirect(feedback_round)
    form.add_error(None, str(refusal))
    return round_page(request, feedback_round, form)


@require_POST
def send_list(request, pk):
    feedback_round = visible_round(request, pk)
    if not RoundPolicy.allows(request.user, feedback_round, "own"):
        raise Http404
    attempt(request, lambda: services.submit_list(feedback_round, by=request.user), _("Your manager has been told."))
    return redirect(feedback_round)


def led_round(request, pk) -> FeedbackRound:
    feedback_round = visible_round(request, pk)
    if not RoundPolicy.allows(request.user, feedback_round, "lead"):
        raise Http404
    return feedback_round


@require_POST
def approve(request, pk):
    feedback_round = led_round(request, pk)
    attempt(
        request,
        lambda: services.approve(feedback_round, by=request.user),
        _("Approved. Everyone on the list is being asked."),
    )
    return redirect(feedback_round)


def return_list(request, pk):
    feedback_round = led_round(request, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.return_list(feedback_round, by=request.user, note=note),
            _("Returned with your note."),
        )
        return redirect(feedback_round)
    reads = _("%(name)s reads your note above the list.") % {"name": feedback_round.subject}
    return reason_page(request, feedback_round, form, title=_("Return the list"), action=_("Return list"), reads=reads)


def reason_page(request, feedback_round, form, **words):
    """A form with nothing but a reason; `reads` says who will read it."""
    context = {"round": feedback_round, "form": form, "back": feedback_round.get_absolute_url()}
    return render(request, "feedback/reason.html", context | words, status=400 if form.errors else 200)


def remove(request, pk):
    """Take somebody off: an own proposal at once, everything else with a reason the subject will read."""
    asked = get_object_or_404(FeedbackRequest.objects.select_related("round__subject", "round__manager"), pk=pk)
    feedback_round = visible_round(request, asked.round_id)
    if not RequestPolicy.allows(request.user, asked, "take_off"):
        raise Http404
    is_own = RoundPolicy.allows(request.user, feedback_round, "own")
    form = ReasonForm(posted(request))
    if request.method == "POST" and (is_own or form.is_valid()):
        reason = "" if is_own else form.cleaned_data["reason"]
        attempt(request, lambda: services.remove(asked, by=request.user, reason=reason), _("Removed from the list."))
        return redirect(feedback_round)
    title = _("Remove %(name)s from the list") % {"name": asked.name}
    reads = _("%(name)s reads the reason on the list.") % {"name": feedback_round.subject}
    return reason_page(request, feedback_round, form, title=title, action=_("Remove from list"), reads=reads)


@require_safe
def results(request, pk):
    """What was released; until then, and with too few answers, a page that says why there is nothing."""
    feedback_round = visible_round(request, pk)
    if RoundPolicy.allows(request.user, feedback_round, "handle") and feedback_round.is_released:
        services.note_reading(feedback_round, by=request.user)
    context = {
        "round": feedback_round,
        "unconfirmed": unconfirmed_in(feedback_round),
        "feedback": visible_feedback(request.user, feedback_round),
        "can_hide": RoundPolicy.allows(request.user, feedback_round, "hide_text"),
    }
    return render(request, "feedback/results.html", context)


def unconfirmed_in(feedback_round) -> int:
    """As `unconfirmed_on`, of a round that may be closed."""
    return (
        FeedbackRound.objects.filter(pk=feedback_round.pk).with_unconfirmed().get().n_unconfirmed
        if feedback_round.is_anonymous
        else 0
    )


@require_safe
@confirmed
def results_table(request, pk, kind):
    """The same as the page, as a table: CSV or XLSX."""
    feedback_round = visible_round(request, pk)
    feedback = visible_feedback(request.user, feedback_round)
    if not feedback.is_shown:
        raise Http404
    if RoundPolicy.allows(request.user, feedback_round, "handle"):
        services.note_reading(feedback_round, by=request.user)
    record(feedback_round, "downloaded", by=request.user)
    return table(exports.rows_of(feedback), _("Feedback"), feedback_round.subject.name, feedback_round.title, kind=kind)


def hide(request, pk, text):
    """HR hides one text that breaks the rules; who wrote it stays unknown."""
    feedback_round = visible_round(request, pk)
    if not RoundPolicy.allows(request.user, feedback_round, "hide_text"):
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.hide_text(feedback_round, text, by=request.user, reason=reason),
            _("Text hidden."),
        )
        return redirect("feedback:results", pk=feedback_round.pk)
    reads = _("No one can read the text any more, and no one learns who wrote it. The reason is kept in the event log.")
    words = {"title": _("Hide this text"), "action": _("Hide"), "reads": reads}
    words |= {
        "quote": shown_text(request, feedback_round, text),
        "back": reverse("feedback:results", args=[feedback_round.pk]),
    }
    return reason_page(request, feedback_round, form, **words)


def shown_text(request, feedback_round, text) -> str:
    return next(
        (each.text for each in visible_feedback(request.user, feedback_round).texts if each.id == str(text)), ""
    )
