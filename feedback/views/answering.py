"""Answering one request, with an account or behind a link: page by page, then a look at all of it, then sealed."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.mails import fill
from activity.workflow import MoveRefused
from competencies.states import QuestionKind
from feedback import links, readers, relations, services
from feedback.forms import CodeForm, DeclineForm, StepForm, posted, steps_of, typed
from feedback.models import Draft
from feedback.models.links import Purpose
from feedback.questions import (
    example_of,
    is_no_contact,
    point_of,
    problems,
    questionnaire_of,
    questions_of,
    words_of,
)
from feedback.states import RequestStatus
from feedback.views.links import bare, unknown


def giver_only(purpose=Purpose.ANSWER):
    """Open the view `(http, right)` to the giver; for everybody else the link is unknown."""

    def decorate(view):
        @login_not_required
        @wraps(view)
        def answer(http, pk, **parts):
            right = links.right_to(http, pk)
            if right is None or not right.allows(purpose):
                return unknown(http)
            return view(http, right, **parts)

        return answer

    return decorate


def writer_only(view):
    """As `giver_only`, and a draft begun in another browser asks for the code first."""

    @giver_only()
    @wraps(view)
    def answer(http, right, **parts):
        if not links.may_open(http, right):
            return redirect("feedback:code", pk=right.request.pk)
        return view(http, right, right.draft or Draft(request=right.request), **parts)

    return answer


def page(http, right, name, status=200, **context):
    round = right.request.round
    context |= {"asked": right.request, "round": round, "subject": round.subject, "is_by_account": right.is_by_account}
    return bare(http, f"feedback/{name}.html", context, status=status)


def by(http, right):
    return http.user if right.is_by_account else None


@giver_only()
@require_safe
def introduction(http, right):
    """Who asks, about whom, until when, and exactly who will read what; before the first key."""
    asked = right.request
    questionnaire = questionnaire_of(asked)
    context = {
        "questionnaire": questionnaire,
        "words": fill(questionnaire.intro, words_of(asked.round)),
        "sentences": readers.sentences(asked),
        "period": words_of(asked.round)["period"],
        "relation": relations.one(asked.relation),
        "is_somebody_else": http.user.is_authenticated and not right.is_by_account,
    }
    return page(http, right, "request", **context)


@writer_only
def step(http, right, draft, number):
    """One page of questions. Everything sent is kept, valid or not; only a valid page leads on."""
    asked = right.request
    steps = steps_of(questions_of(asked))
    if not 1 <= number <= len(steps):
        return unknown(http)
    current = steps[number - 1]
    if http.method != "POST":
        form = StepForm(current, asked, initial=draft.answers)
        return step_page(http, right, form, steps, draft.version)
    form = StepForm(current, asked, http.POST)
    values = form.typed()
    try:  # an empty page makes no draft: it would ask for a code in the next browser and protect nothing
        saved = save(http, right, values) if draft.pk or any(values.values()) else draft
    except services.Stale as stale:
        return conflict_page(http, right, form, steps, stale)
    except MoveRefused:
        return unknown(http)
    return keep_browser(http, right, after_step(http, right, form, steps, saved))


def save(http, right, values):
    """Save what was typed; a draft behind a link remembers the browser."""
    version = http.POST.get("version", "")
    return services.save_draft(
        right.request,
        values,
        int(version) if version.isdecimal() and len(version) < 9 else 0,
        browser="" if right.is_by_account else links.browser_to_be(http),
    )


def keep_browser(http, right, response):
    if not right.is_by_account:
        links.mark_browser(http, response)
    return response


def after_step(http, right, form, steps, draft):
    """Where a saved page leads: to the pause, to the way out, on, or back to what is missing."""
    asked, number = right.request, form.step.number
    if "later" in http.POST:
        return page(http, right, "paused", draft=draft, number=number)
    if has_no_contact(form, draft.answers):
        return redirect("feedback:decline", pk=asked.pk)
    if not form.is_valid():
        return step_page(http, right, form, steps, draft.version)
    return (
        redirect("feedback:check", pk=asked.pk)
        if number == len(steps)
        else redirect("feedback:step", asked.pk, number + 1)
    )


def has_no_contact(form, answers) -> bool:
    contact = [question for question in form.step.questions if question.kind == QuestionKind.CONTACT]
    return any(is_no_contact(question, point_of(question, answers)) for question in contact)


def step_page(http, right, form, steps, version, *, status=200, conflicts=()):
    number = form.step.number
    context = {"form": form, "step": form.step, "count": len(steps), "version": version, "conflicts": conflicts}
    return page(http, right, "step", status=status, before=number - 1, percent=100 * number // len(steps), **context)


def conflict_page(http, right, form, steps, stale):
    """Another tab saved first: its text is shown above, one's own stays in the field; sending again keeps it."""
    conflicts = []
    for conflict in stale.fields:
        field = form[conflict.field]
        words = dict(getattr(field.field, "choices", ())).get(conflict.theirs, conflict.theirs)
        conflicts.append({"label": field.label, "theirs": words, "target": field.auto_id})
    return step_page(http, right, form, steps, stale.draft.version, status=409, conflicts=conflicts)


@writer_only
@require_POST
def autosave(http, right, draft):
    """Changed fields with the version they were read at; see templates/components/README.md for the contract."""
    names = {name for each in steps_of(questions_of(right.request)) for name in each.fields}
    try:
        saved = save(http, right, typed(http.POST, names))
    except services.Stale as stale:
        conflicts = [{"field": each.field, "theirs": each.theirs} for each in stale.fields]
        return JsonResponse({"version": stale.draft.version, "conflicts": conflicts}, status=409)
    except MoveRefused:
        return JsonResponse({}, status=410)
    saved_at = date_format(timezone.localtime(), "H:i")
    return keep_browser(http, right, JsonResponse({"version": saved.version, "saved_at": saved_at}))


@login_not_required
def check(http, pk):
    """A look at everything before it is sealed; sending twice is sending once."""
    right = links.right_to(http, pk, spent=http.method == "POST")
    if right is None or not right.allows(Purpose.ANSWER):
        return unknown(http)
    if right.request.status == RequestStatus.ANSWERED:
        return redirect("feedback:thanks")  # the second click of a double click
    if not links.may_open(http, right):
        return redirect("feedback:code", pk=pk)
    draft = right.draft or Draft(request=right.request)
    return send(http, right, draft) if http.method == "POST" else check_page(http, right, draft)


def send(http, right, draft):
    version = http.POST.get("version", "")
    try:
        services.send(right.request, int(version) if version.isdecimal() else -1, by=by(http, right))
    except services.Stale as stale:
        return check_page(http, right, stale.draft, status=409, is_stale=True)
    except ValidationError:
        return check_page(http, right, draft)
    except MoveRefused:
        return redirect("feedback:thanks") if is_now(right, RequestStatus.ANSWERED) else unknown(http)
    return redirect("feedback:thanks")


def is_now(right, status) -> bool:
    """Whether the other click of a double click has brought the request there meanwhile."""
    return type(right.request).objects.filter(pk=right.request.pk, status=status).exists()


def check_page(http, right, draft, status=200, **context):
    questions = questions_of(right.request)
    found = problems(questions, draft.answers)
    sections = [section(right.request, each, draft.answers, found) for each in steps_of(questions)]
    errors = [row for part in sections for row in part["rows"] if row["problem"]]
    context |= {"sections": sections, "errors": errors, "version": draft.version, "last": len(sections)}
    return page(http, right, "check", status=status, sentences=readers.sentences(right.request), **context)


def section(asked, step, answers, found) -> dict:
    """One page of the questionnaire as it will be sent."""
    rows = []
    for question in step.questions:
        example = example_of(question)
        is_text = question.kind == QuestionKind.TEXT
        point = None if is_text else point_of(question, answers)
        row = {
            "label": fill(question.text, words_of(asked.round)),
            "value": answers.get(question.key, "").strip() if is_text else (point.label if point else ""),
            "example": answers.get(example, "").strip(),
            "problem": found.get(question.key) or found.get(example),
        }
        rows.append(row)
    return {"step": step, "rows": rows}


@login_not_required
def decline(http, pk):
    """One click and, for those who like, a reason; declining twice is declining once."""
    right = links.right_to(http, pk, spent=http.method == "POST")
    if right is None or not right.allows(Purpose.DECLINE):
        return unknown(http)
    form = DeclineForm(posted(http))
    if http.method == "POST" and form.is_valid():
        try:
            services.decline(right.request, reason=form.cleaned_data["reason"], by=by(http, right))
        except MoveRefused:
            return redirect("feedback:declined") if is_now(right, RequestStatus.DECLINED) else unknown(http)
        return redirect("feedback:declined")
    return page(http, right, "decline", form=form, can_answer=right.allows(Purpose.ANSWER))


@giver_only()
def code(http, right):
    """Opening in this browser what was begun in another: by a code sent to the invited address."""
    if right.is_by_account:
        return redirect("feedback:request", pk=right.request.pk)
    if http.method == "POST" and "send" in http.POST:
        was_sent = services.send_code(right.request)
        return page(http, right, "code", form=CodeForm(), was_sent=was_sent, is_limited=not was_sent)
    form = CodeForm(posted(http))
    if http.method == "POST" and form.is_valid():
        if links.redeem_code(right.request, form.cleaned_data["code"]):
            response = redirect("feedback:request", pk=right.request.pk)
            browser = links.mark_browser(http, response)
            Draft.objects.filter(request=right.request).update(browser=browser)
            return response
        form.add_error("code", _("This code is not right, or no longer valid. Have a new one sent if you like."))
    return page(http, right, "code", form=form)


@login_not_required
@require_safe
def thanks(http):
    """The same words for everybody, whatever was sent."""
    return bare(http, "feedback/thanks.html")


@login_not_required
@require_safe
def declined(http):
    return bare(http, "feedback/declined.html")
