"""Answering one request, with an account or behind a link: page by page, then a look at all of it, then sealed."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback import relations, services
from feedback.access_links import services as links
from feedback.access_links.models import LinkPurpose
from feedback.access_links.views import bare, unknown
from feedback.answers import disclosure as readers
from feedback.answers.drafts import GiverDraft
from feedback.answers.forms import DeclineForm, VerificationCodeForm, posted, steps_of
from feedback.answers.questions import (
    ToGivers,
    asked_of,
    is_no_contact,
    point_of,
    problems,
    questionnaire_of,
    words_of,
)
from feedback.models import Draft
from feedback.states import RequestStatus
from foundation.outbox.mails import fill
from foundation.ui import drafts
from foundation.workflow.moves import MoveRefused
from questionnaires.presenters import words_of as words_of_answer
from questionnaires.writing import StepWriting


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


class GiverWriting(StepWriting):
    """One page of questions. Everything sent is kept, valid or not; forward leads only a valid page."""

    is_final = True

    def __init__(self, request, right, draft, steps, number):
        self.right = right
        super().__init__(request, holder_of(request, right, draft), steps, steps[number - 1], wording=ToGivers)

    def url_of(self, step):
        return reverse("feedback:step", args=[self.right.request.pk, step.number])

    @property
    def check_url(self):
        return reverse("feedback:check", args=[self.right.request.pk])

    @property
    def start_url(self):
        return reverse("feedback:request", args=[self.right.request.pk])

    def save(self, values):
        """An empty page makes no draft: it would ask for a code in the next browser and protect nothing."""
        if not self.holder.version and not any(values.values()):
            drafts.posted_version(self.request.POST)
            return drafts.Merge()
        return super().save(values)

    def saved(self, form, merge):
        """To the pause, to the way out, on, or back to what is missing."""
        form = self.with_others(merge) if merge.others else form
        return keep_browser(self.request, self.right, self.after(form, merge))

    def after(self, form, merge):
        if self.right.request.round.is_paused:
            return on_hold(self.request, self.right, self.holder.draft)
        if self.request.POST.get("go") in ("later", "back"):
            return self.lead_on(merge)
        answers = self.holder.values()
        if any(is_no_contact(question, point_of(question, answers)) for question in self.step.questions):
            return redirect("feedback:decline", pk=self.right.request.pk)
        return self.lead_on(merge) if form.is_valid() else self.page(form, status=400)

    def paused_here(self, merge):
        return page(self.request, self.right, "paused", draft=self.holder.draft, number=self.step.number)

    def refused(self, refusal):
        return unknown(self.request)

    def page(self, form, *, status=200, **context):
        return page(self.request, self.right, "step", status=status, **self.context(form) | context)


def holder_of(request, right, draft) -> GiverDraft:
    """A draft behind a link remembers the browser."""
    browser = "" if right.is_by_account or request.method != "POST" else links.browser_to_be(request)
    return GiverDraft(right.request, browser, draft)


@writer_only
def step(request, right, draft, number):
    steps = steps_of(right.request)
    if not 1 <= number <= len(steps):
        return unknown(request)
    return GiverWriting(request, right, draft, steps, number).respond()


def keep_browser(request, right, response):
    if not right.is_by_account:
        links.mark_browser(request, response)
    return response


class WholeWriting(GiverWriting):
    """All pages at once, for saving by script: a page posts what was changed on it."""

    def __init__(self, request, right, draft, steps):
        super().__init__(request, right, draft, steps, 1)
        self.parts = [each.part for each in steps]


@writer_only
def autosave(request, right, draft):
    """Changed fields with the version they were read at; see templates/components/README.md for the contract."""
    if drafts.asks_for_version(request):
        return drafts.version_answer(draft)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    response = WholeWriting(request, right, draft, steps_of(right.request)).autosave()
    return response if response.status_code == 410 else keep_browser(request, right, response)


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
    found = problems(asked_of(right.request), draft.answers)
    sections = [section(each, draft.answers, found) for each in steps_of(right.request)]
    errors = [row for part in sections for row in part["rows"] if row["problem"]]
    context |= {"sections": sections, "errors": errors, "version": draft.version, "last": len(sections)}
    return page(request, right, "check", status=status, sentences=readers.sentences(right.request), **context)


def section(step, answers, found) -> dict:
    """One page of the questionnaire as it will be sent."""
    rows = []
    for group in step.part.groups:
        answered, *example = group.fields
        row = {
            "label": group.title,
            "value": words_of_answer(answered, answers),
            "example": "".join(words_of_answer(each, answers) for each in example),
            "problem": next((found[each.name] for each in group.fields if each.name in found), None),
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
