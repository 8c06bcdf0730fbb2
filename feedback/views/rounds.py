"""Rounds: whom to ask, as subject, manager or HR, and the results once they are released."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.workflow import MoveRefused
from feedback import candidates, exports, policies, relations, services
from feedback.forms import CandidateForm, ReasonForm, posted
from feedback.models import Ask, Praise, Request, Round
from feedback.models.rounds import Progress
from feedback.services.nominating import loads_of
from feedback.states import ON_THE_LIST, RUNNING, AskStatus, RequestStatus, RoundStatus
from feedback.summaries import visible_feedback

SHOWN = 20
QUIET_FOR_SUBJECT = {RequestStatus.ANSWERED, RequestStatus.DECLINED}


@require_safe
def overview(request):
    """What waits for me as a giver, the rounds about me and those I lead, and feedback between cycles."""
    user = request.user
    rounds = Round.objects.select_related("subject", "manager").order_by("-period_end")
    context = {
        "asked": Request.objects.asked_of(user),
        "questions": Ask.objects.filter(giver=user, status=AskStatus.OPEN).select_related("asker"),
        "about_me": rounds.filter(subject=user)[:SHOWN],
        "led": rounds.led_by(user).filter(status__in=RUNNING).with_progress()[:SHOWN],
        "praise": Praise.objects.visible_to(user).select_related("giver", "receiver")[:SHOWN],
        "asks": Ask.objects.visible_to(user)
        .exclude(giver=user, status=AskStatus.OPEN)
        .select_related("asker", "giver")[:SHOWN],
        "is_hr": user.is_hr or user.is_hr_partner,
    }
    return render(request, "feedback/list.html", context)


def visible_round(request, pk) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("subject__team", "manager", "catalogue")
    return get_object_or_404(rounds, pk=pk)


@require_safe
def detail(request, pk):
    return round_page(request, visible_round(request, pk))


def round_page(request, round, form=None):
    """The list of people, with what this person may do about it."""
    part = policies.part_in(round, request.user)
    people = list(round.requests.select_related("giver", "added_by"))
    words = request.GET.get("q", "").strip()
    can_add = round.status == RoundStatus.NOMINATING or (
        part != policies.SUBJECT and round.status == RoundStatus.COLLECTING
    )
    on_list = [each for each in people if each.status in ON_THE_LIST]
    used = candidates.taken(round, people)
    removed = {each.giver_id for each in people if each.status == RequestStatus.REMOVED}
    context = {
        "round": round,
        "is_subject": part == policies.SUBJECT,
        "is_hr": part == policies.HR,
        "rows": rows_for(part, round, people, used),
        "count": len(on_list),
        "missing": max(round.min_total - len(on_list), 0),
        "can_add": can_add,
        "words": words,
        "found": candidates.search(round, words, used) if can_add and words else [],
        "suggestions": candidates.suggestions(round, used | removed) if can_add and not words else [],
        "mix": candidates.mix(round, on_list) if part != policies.SUBJECT else None,
        "progress": round.progress_for(part, Progress.of(people)),
        "form": form or CandidateForm(round),
        "reads_results": policies.reads_results(round, request.user),
    }
    return render(request, "feedback/round.html", context)


def rows_for(part, round, people, used) -> list[dict]:
    """One row per request, with no more than this part may know: the subject never sees who answered or declined."""
    if part == policies.SUBJECT:
        return [subject_row(each) for each in people]
    loads = loads_of([each.giver_id for each in people if each.giver_id])
    needy = [each for each in people if needs_other(round, each, loads)] if round.status in RUNNING else []
    others = candidates.substitutes(round, needy, used)
    return [leader_row(part, round, each, loads, others.get(each.pk)) for each in people]


def subject_row(each) -> dict:
    status = RequestStatus.ASKED if each.status in QUIET_FOR_SUBJECT else each.status
    why = each.why if status in (RequestStatus.REMOVED, RequestStatus.REVOKED) else ""
    return row_of(each, status, why) | {
        "can_remove": status == RequestStatus.PROPOSED and each.added_by_id == each.round.subject_id
    }


def leader_row(part, round, each, loads, others) -> dict:
    """The manager sees who declined, for a substitute, and never who answered; HR sees both."""
    hides = part == policies.MANAGER and each.status == RequestStatus.ANSWERED and round.is_anonymous
    status = RequestStatus.ASKED if hides else each.status
    return row_of(each, status, each.why) | {
        "load": loads.get(each.giver_id),
        "is_full": others is not None and each.status == RequestStatus.PROPOSED,
        "others": others,
        "can_remove": round.status in RUNNING and status in (RequestStatus.PROPOSED, RequestStatus.ASKED),
    }


def row_of(each, status, why) -> dict:
    return {
        "request": each,
        "relation": relations.one(each.relation),
        "status": RequestStatus(status),
        "tone": tone_of(status),
        "why": why,
    }


def tone_of(status) -> str:
    return "muted" if status in (RequestStatus.REMOVED, RequestStatus.REVOKED, RequestStatus.DECLINED) else str(status)


def needs_other(round, each, loads) -> bool:
    is_full = each.status == RequestStatus.PROPOSED and loads.get(each.giver_id, 0) >= round.max_per_giver
    return is_full or each.status == RequestStatus.DECLINED


def attempt(request, deed, done: str) -> bool:
    """Do it and say so, or say why not."""
    try:
        deed()
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@require_POST
def propose(request, pk):
    """Put somebody on the list; a mistake shows beside its field, and what was typed stays."""
    round = visible_round(request, pk)
    form = CandidateForm(round, request.POST)
    if not form.is_valid():
        return round_page(request, round, form)
    is_leader = policies.can_lead(round, request.user)
    deed = services.add if is_leader else services.propose
    attempt(request, lambda: deed(round, by=request.user, **form.cleaned_data), _("On the list."))
    return redirect(round)


@require_POST
def send_list(request, pk):
    round = visible_round(request, pk)
    if round.subject_id != request.user.pk:
        raise Http404
    attempt(request, lambda: services.submit_list(round, by=request.user), _("Your manager has been told."))
    return redirect(round)


def led_round(request, pk) -> Round:
    round = visible_round(request, pk)
    if not policies.can_lead(round, request.user):
        raise Http404
    return round


@require_POST
def approve(request, pk):
    round = led_round(request, pk)
    attempt(
        request, lambda: services.approve(round, by=request.user), _("Approved. Everyone on the list is being asked.")
    )
    return redirect(round)


def return_list(request, pk):
    round = led_round(request, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["reason"]
        attempt(
            request, lambda: services.return_list(round, by=request.user, note=note), _("Sent back with your note.")
        )
        return redirect(round)
    context = {"round": round, "form": form, "title": _("Send the list back"), "action": _("Send back")}
    return render(request, "feedback/reason.html", context)


def remove(request, pk):
    """Take somebody off: an own proposal at once, everything else with a reason the subject will read."""
    asked = get_object_or_404(Request.objects.select_related("round__subject", "round__manager"), pk=pk)
    round = visible_round(request, asked.round_id)
    is_own = round.subject_id == request.user.pk
    if is_own and asked.added_by_id != request.user.pk:
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and (is_own or form.is_valid()):
        reason = "" if is_own else form.cleaned_data["reason"]
        attempt(request, lambda: services.remove(asked, by=request.user, reason=reason), _("Taken off the list."))
        return redirect(round)
    title = _("Take %(name)s off the list") % {"name": asked.name}
    return render(
        request, "feedback/reason.html", {"round": round, "form": form, "title": title, "action": _("Take off")}
    )


@require_safe
def results(request, pk):
    """What was released; until then, and with too few answers, a page that says why there is nothing."""
    round = visible_round(request, pk)
    if policies.part_in(round, request.user) == policies.HR and round.is_released:
        services.note_reading(round, by=request.user)
    context = {
        "round": round,
        "feedback": visible_feedback(request.user, round),
        "can_hide": policies.can_hide_text(round, request.user),
    }
    return render(request, "feedback/results.html", context)


@require_safe
def results_csv(request, pk):
    """The same as the page, as a table."""
    round = visible_round(request, pk)
    feedback = visible_feedback(request.user, round)
    if not feedback.is_shown:
        raise Http404
    if policies.part_in(round, request.user) == policies.HR:
        services.note_reading(round, by=request.user)
    response = HttpResponse(exports.as_csv(feedback), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="feedback.csv"'
    return response


def hide(request, pk, text):
    """HR hides one text that breaks the rules; who wrote it stays unknown."""
    round = visible_round(request, pk)
    if not policies.can_hide_text(round, request.user):
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        attempt(
            request, lambda: services.hide_text(round, text, by=request.user, reason=reason), _("The text is hidden.")
        )
        return redirect("feedback:results", pk=round.pk)
    context = {"round": round, "form": form, "title": _("Hide this text"), "action": _("Hide")}
    return render(request, "feedback/reason.html", context)
