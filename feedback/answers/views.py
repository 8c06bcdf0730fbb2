"""Answering one request, with an account or behind a link: page by page, then a look at all of it, then sealed."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competencies.states import QuestionKind
from feedback import relations, services
from feedback.access_links import services as links
from feedback.access_links.models import LinkPurpose
from feedback.access_links.views import bare, unknown
from feedback.answers import disclosure as readers
from feedback.answers.forms import DeclineForm, StepForm, VerificationCodeForm, posted, steps_of, storable, typed
from feedback.answers.questions import (
    example_of,
    is_no_contact,
    point_of,
    problems,
    questionnaire_of,
    questions_of,
    words_of,
)
from feedback.models import Draft
from feedback.states import RequestStatus
from foundation.outbox.mails import fill
from foundation.ui import drafts
from foundation.workflow.moves import MoveRefused


def giver_only(purpose=LinkPurpose.ANSWER, *, saves=False):
    """Open the view `(request, right)` to the giver; for everybody else the link is unknown.

    While the feedback is paused a page says so; only a view that `saves` what was typed takes a post.
    """

    def decorate(view):
        @login_not_required
        @wraps(view)
        def answer(request, pk, **parts):
            right = links.right_to(request, pk)
            if right is None or not right.allows(purpose):
                return unknown(request)
            if right.request.round.is_paused and not (saves and request.method == "POST"):
                return on_hold(request, right)
            return view(request, right, **parts)

        return answer

    return decorate


def writer_only(view):
    """As `giver_only`, and a draft begun in another browser asks for the code first."""

    @giver_only(saves=True)
    @wraps(view)
    def answer(request, right, **parts):
        if not links.may_open(request, right):
            return redirect("feedback:code", pk=right.request.pk)
        return view(request, right, right.draft or Draft(request=right.request), **parts)

    return answer


def page(request, right, name, status=200, **context):
    feedback_round = right.request.round
    context |= {
        "asked": right.request,
        "round": feedback_round,
        "subject": feedback_round.subject,
        "is_by_account": right.is_by_account,
    }
    return bare(request, f"feedback/{name}.html", context, status=status)


def on_hold(request, right, draft=None):
    """The subject has left: nothing is needed at the moment, and what was written is kept."""
    draft = draft or right.draft
    return page(request, right, "on_hold", has_draft=draft is not None and draft.pk is not None)


def by(request, right):
    return request.user if right.is_by_account else None


@giver_only()
@require_safe
def introduction(request, right):
    """Who asks, about whom, until when, and exactly who will read what; before the first key."""
    asked = right.request
    questionnaire = questionnaire_of(asked)
    context = {
        "questionnaire": questionnaire,
        "words": fill(questionnaire.intro, words_of(asked.round)),
        "sentences": readers.sentences(asked),
        "period": words_of(asked.round)["period"],
        "relation": relations.one(asked.relation),
        "has_draft": right.draft is not None,
        "is_somebody_else": request.user.is_authenticated and not right.is_by_account,
    }
    return page(request, right, "request", **context)


@writer_only
def step(request, right, draft, number):
    """One page of questions. Everything sent is kept, valid or not; only a valid page leads on."""
    asked = right.request
    steps = steps_of(questions_of(asked))
    if not 1 <= number <= len(steps):
        return unknown(request)
    current = steps[number - 1]
    if request.method != "POST":
        form = StepForm(current, asked, initial=draft.answers)
        return step_page(request, right, form, steps, draft)
    form = StepForm(current, asked, request.POST)
    try:
        saved, merge = save(request, right, draft, form.typed())
    except drafts.Stale as stale:
        form = StepForm(current, asked, drafts.with_others(request.POST, stale.merge))
        return step_page(request, right, form, steps, stale.row, status=409, conflicts=shown(form, stale.conflicts))
    except drafts.NotAVersion:
        return damaged_page(request, right, form, steps, draft)
    except MoveRefused:
        return unknown(request)
    if merge.others:
        form = StepForm(current, asked, drafts.with_others(request.POST, merge))
    return keep_browser(request, right, after_step(request, right, form, steps, saved))


def save(request, right, draft, values):
    """Save what was typed; a draft behind a link remembers the browser. Raises NotAVersion, Stale, MoveRefused.

    An empty page makes no draft: it would ask for a code in the next browser and protect nothing.
    """
    version, base = drafts.posted_version(request.POST), drafts.posted_base(request.POST)
    if not draft.pk and not any(values.values()):
        return draft, drafts.Merge()
    browser = "" if right.is_by_account else links.browser_to_be(request)
    return services.save_merged(right.request, values, version, base=base, browser=browser)


def keep_browser(request, right, response):
    if not right.is_by_account:
        links.mark_browser(request, response)
    return response


def after_step(request, right, form, steps, draft):
    """Where a saved page leads: to the pause, to the way out, on, or back to what is missing."""
    asked, number = right.request, form.step.number
    if asked.round.is_paused:
        return on_hold(request, right, draft)
    if "later" in request.POST:
        return page(request, right, "paused", draft=draft, number=number)
    if has_no_contact(form, draft.answers):
        return redirect("feedback:decline", pk=asked.pk)
    if not form.is_valid():
        return step_page(request, right, form, steps, draft)
    return (
        redirect("feedback:check", pk=asked.pk)
        if number == len(steps)
        else redirect("feedback:step", asked.pk, number + 1)
    )


def has_no_contact(form, answers) -> bool:
    contact = [question for question in form.step.questions if question.kind == QuestionKind.CONTACT]
    return any(is_no_contact(question, point_of(question, answers)) for question in contact)


def step_page(request, right, form, steps, draft, *, status=200, conflicts=()):
    number = form.step.number
    stored = {name: draft.answers.get(name, "") for name in form.step.fields}
    context = {
        "form": form,
        "step": form.step,
        "count": len(steps),
        "hidden_fields": drafts.hidden_fields(draft.version, stored),
        "conflicts": conflicts,
        "version": draft.version,
    }
    return page(request, right, "step", status=status, before=number - 1, percent=100 * number // len(steps), **context)


def damaged_page(request, right, form, steps, draft):
    """A post whose version cannot be read: nothing is saved, and what differs from the stored text is shown."""
    form.add_error(None, _("Nothing has been saved yet: this page was damaged on its way. Check it and save again."))
    conflicts = shown(form, drafts.merged(draft.answers, form.typed(), {}).conflicts)
    return step_page(request, right, form, steps, draft, status=400, conflicts=conflicts)


def shown(form, conflicts) -> list[dict]:
    """Conflicts as a page shows them: the words of choices, not their keys."""
    rows = []
    for each in conflicts:
        field = form[each.field]
        words = dict(getattr(field.field, "choices", ()))
        rows.append({"label": field.label, "theirs": words.get(each.theirs, each.theirs), "target": field.auto_id})
    return rows


@writer_only
def autosave(request, right, draft):
    """Changed fields with the version they were read at; see templates/components/README.md for the contract."""
    if drafts.asks_for_version(request):
        return drafts.version_answer(draft)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    names = {name for each in steps_of(questions_of(right.request)) for name in each.fields}
    sent = typed(request.POST, names)
    refused = {name: why for name, text in sent.items() if (why := drafts.why_unstorable(text))}
    try:
        saved, merge = save(request, right, draft, storable(sent))
    except drafts.Stale as stale:
        saved, merge = stale.row, stale.merge
    except drafts.NotAVersion:
        return JsonResponse({}, status=400)
    except MoveRefused:
        return JsonResponse({}, status=410)
    on_page = names & (sent.keys() | drafts.posted_base(request.POST).keys())
    stored = {name: saved.answers.get(name, "") for name in on_page}
    answer = drafts.autosave_answer(saved, stored, merge, refused=refused, saved_at=saved.saved_at)
    return keep_browser(request, right, answer)


@login_not_required
def check(request, pk):
    """A look at everything before it is sealed; sending twice is sending once."""
    right = links.right_to(request, pk, spent=request.method == "POST")
    if right is None or not right.allows(LinkPurpose.ANSWER):
        return unknown(request)
    if right.request.status == RequestStatus.ANSWERED:
        return redirect("feedback:thanks")  # the second click of a double click
    if right.request.round.is_paused:
        return on_hold(request, right)
    if not links.may_open(request, right):
        return redirect("feedback:code", pk=pk)
    draft = right.draft or Draft(request=right.request)
    return send(request, right, draft) if request.method == "POST" else check_page(request, right, draft)


def send(request, right, draft):
    try:
        services.send(right.request, drafts.posted_version(request.POST), by=by(request, right))
    except drafts.Stale as stale:
        return check_page(request, right, stale.row, status=409, is_stale=True)
    except drafts.NotAVersion:
        return check_page(request, right, draft, status=400, is_stale=True)
    except ValidationError:
        return check_page(request, right, draft)
    except MoveRefused:
        return redirect("feedback:thanks") if is_now(right, RequestStatus.ANSWERED) else unknown(request)
    return redirect("feedback:thanks")


def is_now(right, status) -> bool:
    """Whether the other click of a double click has brought the request there meanwhile."""
    return type(right.request).objects.filter(pk=right.request.pk, status=status).exists()


def check_page(request, right, draft, status=200, **context):
    questions = questions_of(right.request)
    found = problems(questions, draft.answers)
    sections = [section(right.request, each, draft.answers, found) for each in steps_of(questions)]
    errors = [row for part in sections for row in part["rows"] if row["problem"]]
    context |= {"sections": sections, "errors": errors, "version": draft.version, "last": len(sections)}
    return page(request, right, "check", status=status, sentences=readers.sentences(right.request), **context)


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
def decline(request, pk):
    """One click and, for those who like, a reason; declining twice is declining once.

    What was written already is only thrown away by somebody who says so.
    """
    right = links.right_to(request, pk, spent=request.method == "POST")
    if right is None or not right.allows(LinkPurpose.DECLINE):
        return unknown(request)
    if right.request.round.is_paused:
        return on_hold(request, right)
    draft = Draft.objects.filter(request=right.request).first()
    form = DeclineForm(posted(request), has_draft=draft is not None and services.is_written(draft))
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            services.decline(
                right.request,
                reason=given["reason"],
                by=by(request, right),
                drops_draft=given.get("drops_draft", False),
            )
        except services.HasDraft:  # begun in another tab since this page was opened
            form = DeclineForm(request.POST, has_draft=True)
            return page(request, right, "decline", status=400, form=form, can_answer=right.allows(LinkPurpose.ANSWER))
        except MoveRefused:
            return redirect("feedback:declined") if is_now(right, RequestStatus.DECLINED) else unknown(request)
        return redirect("feedback:declined")
    status = 400 if form.errors else 200
    return page(request, right, "decline", status=status, form=form, can_answer=right.allows(LinkPurpose.ANSWER))


@giver_only()
def code(request, right):
    """Opening in this browser what was begun in another: by a code sent to the invited address."""
    if right.is_by_account:
        return redirect("feedback:request", pk=right.request.pk)
    if request.method == "POST" and "send" in request.POST:
        was_sent = services.send_code(right.request)
        return page(request, right, "code", form=VerificationCodeForm(), was_sent=was_sent, is_limited=not was_sent)
    form = VerificationCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if links.redeem_code(right.request, form.cleaned_data["code"]):
            response = redirect("feedback:request", pk=right.request.pk)
            browser = links.mark_browser(request, response)
            Draft.objects.filter(request=right.request).update(browser=browser)
            return response
        form.add_error("code", _("This code isn't right, or has expired. Send a new one if you need it."))
    return page(request, right, "code", status=400 if form.errors else 200, form=form)


@login_not_required
@require_safe
def thanks(request):
    """The same words for everybody, whatever was sent."""
    return bare(request, "feedback/thanks.html")


@login_not_required
@require_safe
def declined(request):
    return bare(request, "feedback/declined.html")
