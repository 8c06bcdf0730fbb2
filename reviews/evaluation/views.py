"""Writing in a review, step by step or on one page: each page saves drafts, by script or by button."""

from collections.abc import Callable, Iterable
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_fsm import TransitionNotAllowed

from foundation.ui import drafts
from questionnaires.fields import Field, Part
from questionnaires.states import Meaning
from questionnaires.steps import Step, overview
from questionnaires.writing import StepWriting, WritingView
from reviews.evaluation import services
from reviews.evaluation.beside import as_read_by, beside, open_actions
from reviews.evaluation.forms import FORMS, EvaluationForm, Over, ReviewForm, SelfAssessmentForm, SummaryForm
from reviews.evaluation.preview import preview_of
from reviews.guards import paused_words
from reviews.models import Review
from reviews.review.presenters import workspace
from reviews.review.views import visible


def never(review, *, by):
    """The page has no button for sending."""


class ReviewPage(WritingView):
    """A page on which something is written in `review`: `template` shows it with `more`."""

    review: Review
    more: dict

    def respond(self):
        if self.review.is_paused:
            return self.paused()
        return super().respond()

    def paused(self):
        """Nothing is stored while the review is paused: what was typed stays in the page, drafts as they are."""
        if self.request.headers.get("X-Autosave"):
            return HttpResponse(status=410)
        if self.request.method != "POST":
            messages.warning(self.request, paused_words(self.review))
            return redirect(self.review)
        form = self.form(self.request.POST)
        form.add_error(None, paused_words(self.review))
        return self.page(form, status=400)

    def refused(self, refusal):
        messages.warning(self.request, str(refusal))
        return redirect(self.review)

    def saved_text(self, merge) -> str:
        if not merge.others:
            return _("Saved.")
        kept = ", ".join(self.label(name) for name in merge.others)
        return _("Saved. What you changed in another tab was kept: %(fields)s.") % {"fields": kept}

    def context(self, form):
        return self.more | {"review": self.review} | super().context(form)


class WholeWriting(ReviewPage):
    """A whole form on one page; `send` is what its button for sending does."""

    def __init__(
        self,
        request: HttpRequest,
        form: ReviewForm,
        parts: Iterable[Part],
        template: str,
        shown: dict,
        *,
        send: Callable = never,
        extra: Iterable[Field] = (),
    ):
        super().__init__(request, form.holder, parts, extra=extra)
        self.review, self.template, self.more, self.send = form.review, template, shown | {"written": form}, send

    @property
    def is_final(self):
        return self.send is not never and "send" in self.request.POST

    def saved(self, form, merge):
        if self.is_final:
            if form.is_valid() and not merge.others:
                return self.sent()
        elif form.is_valid():
            messages.success(self.request, self.saved_text(merge))
            return redirect(self.request.path)
        others = [self.label(name) for name in merge.others]
        return self.page(self.with_others(merge), status=409 if others else 400, others=others)

    def sent(self):
        try:
            self.send(self.review, by=self.request.user)
        except TransitionNotAllowed as refusal:
            return self.refused(refusal)
        messages.success(self.request, _("Submitted. Thank you."))
        return redirect(self.review)


class ReviewStep(StepWriting, ReviewPage):
    """One step of a form of a review, with what helps to answer it beside it."""

    def __init__(self, request: HttpRequest, form: ReviewForm, step: Step):
        super().__init__(request, form.holder, form.all_steps, step)
        self.written, self.review = form, form.review
        self.template, self.more = f"reviews/{form.purpose}_step.html", {}

    def url_of(self, step):
        return step_url(self.written, step)

    @property
    def check_url(self):
        return self.address("check")

    @property
    def start_url(self):
        return self.review.get_absolute_url()

    def address(self, name):
        return reverse(f"reviews:{name}", args=[self.review.pk, self.written.name])

    def lead_on(self, merge):
        go = self.request.POST.get("go")
        if merge.others or go == "later":
            messages.success(self.request, self.saved_text(merge))
        if go == "all":
            return redirect(whole_url(self.written))
        return redirect(self.address("preview")) if go == "preview" else super().lead_on(merge)

    def context(self, form):
        locked = self.written.why_locked(self.step)
        found = super().context(form) | {"written": self.written, "locked": locked}
        if locked:  # its fields are not sent, and must not count as emptied
            found["hidden_fields"] = drafts.hidden_fields(self.holder.version, {})
        return found | {"check_label": check_label(self.written)} | beside(self.written, self.step)


def check_label(form: ReviewForm) -> str:
    return _("Check and submit") if form.send else _("Check")


def opened(request: HttpRequest, pk, name: str) -> ReviewForm:
    """The form of this name in a review, for whoever writes it. Raises Http404, or Over."""
    if name not in FORMS:
        raise Http404
    return FORMS[name](visible(request, pk), request.user)


def whole_url(form: ReviewForm) -> str:
    return reverse(f"reviews:{form.purpose}", args=[form.review.pk])


def step_url(form: ReviewForm, step: Step) -> str:
    return reverse("reviews:step", args=[form.review.pk, form.name, step.key])


def of_form(view):
    """Decorator: the view gets the opened form in place of the review's id and the form's name.

    When the form was sent, an autosave is told that it is over, and everybody else led to the review.
    """

    @wraps(view)
    def answer(request, pk, form, **words):
        try:
            written = opened(request, pk, form)
        except Over:
            return over(request, pk)
        return view(request, written, **words)

    return answer


def over(request, pk):
    """The form was sent meanwhile, by a second click or in another tab."""
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=410)
    return redirect("reviews:review", pk)


@of_form
def write(request, form):
    """To the first step where something is missing."""
    found = form.steps.to_go_on_with()
    return redirect(step_url(form, found) if found else whole_url(form))


@of_form
def step(request, form, step):
    """One step: a goal, a performance code, or a section."""
    found = form.steps.find(step)
    if found is None:
        raise Http404
    if drafts.asks_for_version(request):
        return drafts.version_answer(form.writing)
    return ReviewStep(request, form, found).respond()


@of_form
def check(request, form):
    """What is still missing, with the way to it; once nothing is, the form is sent here."""
    if form.review.is_paused:
        messages.warning(request, paused_words(form.review))
        return redirect(form.review)
    if request.method != "POST":
        return check_page(request, form)
    if form.send is None:
        raise Http404
    try:
        return send(request, form)
    except drafts.NotAVersion:
        return check_page(request, form, status=400, is_stale=True)
    except TransitionNotAllowed as refusal:
        messages.warning(request, str(refusal))
        return redirect(form.review)


@transaction.atomic
def send(request, form):
    """Send what was looked at, if it is complete and still what is stored. Raises NotAVersion, TransitionNotAllowed."""
    version = drafts.posted_version(request.POST)
    form.holder.refresh()
    if version != form.holder.version:
        return check_page(request, form, status=409, is_stale=True)
    if form.steps.missing():
        return check_page(request, form, status=400)
    form.send(form.review, by=request.user)
    messages.success(request, _("Submitted. Thank you."))
    return redirect(form.review)


def check_page(request, form, *, status=200, is_stale=False):
    steps = form.steps
    shown = {
        "written": form,
        "review": form.review,
        "overview": overview(steps.progress()),
        "missing": steps.missing(),
        "version": form.holder.version,
        "saved_at": form.holder.saved_at,
        "is_stale": is_stale,
        "label": check_label(form),
        "whole_url": whole_url(form),
    }
    return render(request, "reviews/writing_check.html", shown, status=status)


@of_form
@require_safe
def preview(request, form):
    """The draft as each reader will see it."""
    readers = preview_of(form)
    chosen = next((each for each in readers if each.key == request.GET.get("reader")), readers[0])
    shown = {
        "written": form,
        "review": form.review,
        "readers": readers,
        "chosen": chosen,
        "shown": as_read_by(form, chosen),
        "whole_url": whole_url(form),
    }
    return render(request, "reviews/writing_preview.html", shown)


def self_assessment(request, pk):
    """The subject's whole form on one page; open action items of earlier reviews first."""
    try:
        form = SelfAssessmentForm(visible(request, pk), request.user)
    except Over:
        return over(request, pk)
    if drafts.asks_for_version(request):
        return drafts.version_answer(form.writing)
    shown = {"evidence": form.evidence, "open_actions": open_actions(form)}
    return WholeWriting(
        request,
        form,
        form.material.parts(form.purpose),
        "reviews/self_assessment_form.html",
        shown,
        send=services.send_self_assessment,
        extra=[form.evidence_field],
    ).respond()


def evaluation(request, pk):
    """The manager's form on one page, but for the overall result: everything about the period beside it."""
    form = EvaluationForm(visible(request, pk), request.user)
    if drafts.asks_for_version(request):
        return drafts.version_answer(form.writing)
    parts = [each for each in form.parts if not each.has(Meaning.OVERALL)]
    shown = workspace(form.review, request.user, form.material)
    return WholeWriting(request, form, parts, "reviews/evaluation_form.html", shown).respond()


def overall(request, pk):
    """The overall result, last; sending needs the whole evaluation."""
    form = EvaluationForm(visible(request, pk), request.user)
    if drafts.asks_for_version(request):
        return drafts.version_answer(form.writing)
    parts = [each for each in form.parts if each.has(Meaning.OVERALL)]
    missing = [each for each in form.steps.missing() if not each.step.part.has(Meaning.OVERALL)]
    return WholeWriting(
        request,
        form,
        parts,
        "reviews/overall_form.html",
        {"missing": missing},
        send=never if missing else services.send_evaluation,
    ).respond()


def summary(request, pk):
    """Key achievements, strengths, growth areas, statement: written by the manager until delivery."""
    form = SummaryForm(visible(request, pk), request.user)
    if drafts.asks_for_version(request):
        return drafts.version_answer(form.writing)
    return WholeWriting(request, form, form.parts, "reviews/summary_form.html", {}).respond()
