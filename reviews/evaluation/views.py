"""Writing in a review: each page saves drafts, by script or by button, and sends."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from foundation.ui import drafts
from goals.models import Evidence
from reviews.evaluation import services
from reviews.evaluation.forms import EvaluationForm, WritingForm
from reviews.evaluation.questions import Choice, Field, Material
from reviews.guards import paused_words
from reviews.models import ActionItem
from reviews.plan.models import OPEN
from reviews.policies import ReviewPolicy
from reviews.review.presenters import workspace
from reviews.review.views import managed, visible
from reviews.states import PREPARING, ReviewStatus


class WritingView:
    """One page on which somebody writes: the row, its questions, and where to go after saving or sending.

    `extra` are fields that stand beside the sections.
    """

    def __init__(self, request, review, writing, sections, *, form_class=WritingForm, codes=(), extra=()):
        self.request, self.review, self.writing = request, review, writing
        self.sections, self.form_class, self.codes, self.extra = sections, form_class, codes, extra
        asked = [spec for section in sections for spec in section.fields]
        self.specs = {spec.name: spec for spec in [*asked, *extra]}

    def form(self, data=None, is_final=False):
        options = {"codes": self.codes, "extra": self.extra}
        if data is not None:
            return self.form_class(self.sections, data, is_final=is_final, **options)
        return self.form_class(self.sections, initial=self.stored(), **options)

    def stored(self) -> dict:
        return services.stored_values(self.writing, self.specs)

    def save(self, values: dict) -> drafts.Merge:
        """Raises NotAVersion, Stale, Closed."""
        version, base = drafts.posted_version(self.request.POST), drafts.posted_base(self.request.POST)
        self.writing, merge = services.save(self.writing, values, self.specs, version=version, base=base)
        return merge

    def autosave(self):
        """What changed, saved at once; the answer is that of foundation/ui/drafts.py, or 410 when it is too late."""
        form = self.form(self.request.POST)
        form.is_valid()
        refused = {name: " ".join(errors) for name, errors in form.errors.items() if name in self.request.POST}
        try:
            merge = self.save(form.changed(self.request.POST))
        except drafts.Stale as stale:
            self.writing, merge = stale.row, stale.merge
        except drafts.NotAVersion:
            return HttpResponse(status=400)
        except services.Closed:
            return HttpResponse(status=410)
        answer = (self.writing, self.stored(), merge)
        return drafts.autosave_answer(*answer, refused=refused, saved_at=self.writing.saved_at)

    def post(self, send=None):
        """A full save by button; with `send` and its button also the sending. Returns (form, context, response)."""
        data = self.request.POST
        is_final = send is not None and "send" in data
        form = self.form(data, is_final=is_final)
        is_valid = form.is_valid()
        try:
            merge = self.save(form.changed(data, is_whole=True))
            if is_final and is_valid and not merge.others:
                send(self.review, by=self.request.user)
                messages.success(self.request, _("Submitted. Thank you."))
                return form, {}, redirect(self.review)
        except drafts.Stale as stale:
            self.writing, merge = stale.row, stale.merge
        except drafts.NotAVersion:
            return form, self.unread(form), None
        except services.Closed:
            messages.warning(self.request, _("This has already been submitted and can't be changed."))
            return form, {}, redirect(self.review)
        except TransitionNotAllowed as refused:
            messages.warning(self.request, str(refused))
            return form, {}, redirect(self.review)
        if is_valid and not is_final and not merge.conflicts:
            messages.success(self.request, self.saved_text(merge))
            return form, {}, redirect(self.request.path)
        form = self.form(drafts.with_others(data, merge), is_final=is_final)
        return form, {"conflicts": self.shown(merge.conflicts), "others": self.labels(merge.others)}, None

    def unread(self, form) -> dict:
        """A post whose version cannot be read: nothing is saved, and what differs from it is shown."""
        form.add_error(
            None, _("Nothing has been saved yet: this page was damaged on its way. Check it and save again.")
        )
        merge = drafts.merged(self.stored(), form.changed(self.request.POST), {})
        return {"conflicts": self.shown(merge.conflicts), "status": 400}

    def saved_text(self, merge) -> str:
        if not merge.others:
            return _("Saved.")
        kept = ", ".join(self.labels(merge.others))
        return _("Saved. What you changed in another tab was kept: %(fields)s.") % {"fields": kept}

    def labels(self, names) -> list[str]:
        return [self.specs[name].full_label for name in names]

    def shown(self, conflicts) -> list[dict]:
        """Conflicts as a page shows them: the words of choices, not their keys."""
        rows = []
        for each in conflicts:
            spec = self.specs[each.field]
            words = {choice.key: choice.label for choice in spec.choices}
            given = each.theirs if isinstance(each.theirs, list) else [each.theirs]
            theirs = ", ".join(str(words.get(value, value)) for value in given)
            rows.append({"label": spec.full_label, "theirs": theirs, "target": f"id_{each.field}"})
        return rows

    def paused(self, template, context):
        """Nothing is stored while the review is paused: what was typed stays in the page, drafts as they are."""
        if self.request.headers.get("X-Autosave"):
            return HttpResponse(status=410)
        if self.request.method != "POST":
            messages.warning(self.request, paused_words(self.review))
            return redirect(self.review)
        form = self.form(self.request.POST)
        form.add_error(None, paused_words(self.review))
        return render(self.request, template, context | {"form": form} | self.common(), status=400)

    def answer(self, template, context, send=None):
        if self.review.is_paused:
            return self.paused(template, context)
        if self.request.method == "POST":
            if self.request.headers.get("X-Autosave"):
                return self.autosave()
            form, more, response = self.post(send)
            if response is not None:
                return response
            status = more.pop("status", 409 if more.get("conflicts") or more.get("others") else 400)
            return render(self.request, template, context | {"form": form} | more | self.common(), status=status)
        return render(self.request, template, {"form": self.form()} | context | self.common())

    def common(self) -> dict:
        hidden = drafts.hidden_fields(self.writing.version, self.stored())
        return {"review": self.review, "writing": self.writing, "hidden_fields": hidden}


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
    material = Material(review)
    evidence = Evidence.objects.of(request.user).between(review.cycle.period_start, review.cycle.period_end)
    choices = tuple(Choice(str(each.pk), each.note, "") for each in evidence)
    extra = [Field(services.EVIDENCE, "evidence", _("Evidence of the period"), choices=choices)]
    writing_view = WritingView(request, review, review.self_assessment, material.sections("self_form"), extra=extra)
    context = {
        "open_actions": ActionItem.objects.visible_to(request.user)
        .filter(owner=request.user, status__in=OPEN)
        .exclude(review=review),
        "evidence": evidence,
    }
    return writing_view.answer("reviews/self_assessment_form.html", context, send=services.send_self_assessment)


def evaluation(request, pk):
    """The manager's writing_view: everything about the period beside the form."""
    review = _open_evaluation(request, pk)
    if drafts.asks_for_version(request):
        return drafts.version_answer(review.evaluation)
    material = Material(review)
    sections = [each for each in material.sections("manager_form") if each.key != "mgr_overall"]
    writing_view = WritingView(request, review, review.evaluation, sections, form_class=EvaluationForm)
    return writing_view.answer("reviews/evaluation_form.html", workspace(review, request.user, material))


def overall(request, pk):
    """The overall result, last; sending needs the whole evaluation."""
    review = _open_evaluation(request, pk)
    if drafts.asks_for_version(request):
        return drafts.version_answer(review.evaluation)
    material = Material(review)
    every = material.sections("manager_form")
    writing_view = WritingView(
        request,
        review,
        review.evaluation,
        [each for each in every if each.key == "mgr_overall"],
        form_class=EvaluationForm,
    )
    missing = missing_parts(review, every)
    send = None if missing else services.send_evaluation
    context = {"missing": missing}
    return writing_view.answer("reviews/overall_form.html", context, send=send)


def missing_parts(review, sections) -> list[dict]:
    """What is missing or too long outside the overall result: `{label, problem, target}`, in the order of the form."""
    above = [each for each in sections if each.key != "mgr_overall"]
    specs = {spec.name: spec for section in above for spec in section.fields}
    stored = services.stored_values(review.evaluation, specs)
    form = EvaluationForm(above, {name: value for name, value in stored.items() if value}, is_final=True)
    form.is_valid()
    return [
        {"label": spec.full_label, "problem": problem, "target": f"id_{name}"}
        for name, spec in specs.items()
        for problem in form.errors.get(name, [])
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
    material = Material(review)
    writing_view = WritingView(
        request, review, review.summary, material.summary_sections(), codes=material.content.codes
    )
    return writing_view.answer("reviews/summary_form.html", {})
