"""Writing in a review: each page saves drafts, by script or by button, and sends."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from foundation.ui import drafts
from goals.models import Evidence
from questionnaires import checks
from questionnaires.fields import BOXES, Choice, Field, fields_of
from questionnaires.states import Meaning, Purpose
from questionnaires.writing import WritingView
from reviews.evaluation import services
from reviews.evaluation.drafts import EVIDENCE, ReviewDraft
from reviews.evaluation.material import Material
from reviews.guards import paused_words
from reviews.models import ActionItem
from reviews.plan.models import OPEN
from reviews.policies import ReviewPolicy
from reviews.review.presenters import workspace
from reviews.review.views import managed, visible
from reviews.states import PREPARING, ReviewStatus


def never(review, *, by):
    """The page has no button for sending."""


class ReviewWriting(WritingView):
    """A page of a review: `template` shows it with `shown`, `send` is what its button for sending does."""

    def __init__(self, request, writing, parts, template: str, shown: dict, *, send: Callable = never, extra=()):
        fields = fields_of(parts) | {each.name: each for each in extra}
        super().__init__(request, ReviewDraft(writing, fields), parts, extra=extra)
        self.review, self.template, self.more, self.send = writing.review, template, shown, send

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


def self_assessment(request, pk):
    """The subject's form; open action items of earlier reviews first."""
    review = visible(request, pk)
    if not ReviewPolicy.allows(request.user, review, "own"):
        raise Http404
    if review.status != ReviewStatus.SELF_ASSESSMENT:
        if request.headers.get("X-Autosave"):
            return HttpResponse(status=410)
        return redirect(review)
    if drafts.asks_for_version(request):
        return drafts.version_answer(review.self_assessment)
    evidence = Evidence.objects.of(request.user).between(review.cycle.period_start, review.cycle.period_end)
    choices = tuple(Choice(str(each.pk), each.note) for each in evidence)
    shown = {
        "open_actions": ActionItem.objects.visible_to(request.user)
        .filter(owner=request.user, status__in=OPEN)
        .exclude(review=review),
        "evidence": evidence,
    }
    return ReviewWriting(
        request,
        review.self_assessment,
        Material(review).parts(Purpose.SELF_ASSESSMENT),
        "reviews/self_assessment_form.html",
        shown,
        send=services.send_self_assessment,
        extra=[Field(EVIDENCE, BOXES, _("Evidence of the period"), choices=choices)],
    ).respond()


def evaluation(request, pk):
    """The manager's form, but for the overall result: everything about the period beside it."""
    review = _open_evaluation(request, pk)
    if drafts.asks_for_version(request):
        return drafts.version_answer(review.evaluation)
    material = Material(review)
    parts = [each for each in material.parts(Purpose.EVALUATION) if not each.has(Meaning.OVERALL)]
    shown = workspace(review, request.user, material)
    return ReviewWriting(request, review.evaluation, parts, "reviews/evaluation_form.html", shown).respond()


def overall(request, pk):
    """The overall result, last; sending needs the whole evaluation."""
    review = _open_evaluation(request, pk)
    if drafts.asks_for_version(request):
        return drafts.version_answer(review.evaluation)
    every = Material(review).parts(Purpose.EVALUATION)
    parts = [each for each in every if each.has(Meaning.OVERALL)]
    missing = missing_parts(review, [each for each in every if not each.has(Meaning.OVERALL)])
    return ReviewWriting(
        request,
        review.evaluation,
        parts,
        "reviews/overall_form.html",
        {"missing": missing},
        send=never if missing else services.send_evaluation,
    ).respond()


def missing_parts(review, parts) -> list[dict]:
    """What is missing or too long: `{label, problem, target}`, in the order of the form."""
    fields = fields_of(parts)
    found = checks.problems(fields.values(), ReviewDraft(review.evaluation, fields).values())
    return [
        {"label": each.full_label, "problem": found[name], "target": f"id_{name}"}
        for name, each in fields.items()
        if name in found
    ]


def _open_evaluation(request, pk):
    """The evaluation is written while it is the manager's turn; an autosave that comes later is told so."""
    review = visible(request, pk)
    if not ReviewPolicy.allows(request.user, review, "evaluate"):
        raise Http404
    return review


def summary(request, pk):
    """Key achievements, strengths, growth areas, statement: written by the manager until delivery."""
    review = managed(request, pk, *PREPARING)
    if drafts.asks_for_version(request):
        return drafts.version_answer(review.summary)
    parts = Material(review).parts(Purpose.SUMMARY)
    return ReviewWriting(request, review.summary, parts, "reviews/summary_form.html", {}).respond()
