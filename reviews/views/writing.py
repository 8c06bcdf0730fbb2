"""Writing in a review: each page saves drafts, by script or by button, and sends."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from goals.models import Evidence
from reviews import policies
from reviews.forms import EvaluationForm, WritingForm
from reviews.models import ActionItem
from reviews.models.plan import OPEN
from reviews.pages import workspace
from reviews.questions import Material
from reviews.services import writing as services
from reviews.states import PREPARING, ReviewStatus
from reviews.views.reviews import managed, visible


class Desk:
    """One page on which somebody writes: the row, its questions, and where to go after saving or sending."""

    def __init__(self, request, review, writing, sections, *, form_class=WritingForm, codes=()):
        self.request, self.review, self.writing = request, review, writing
        self.sections, self.form_class, self.codes = sections, form_class, codes
        self.specs = {spec.name: spec for section in sections for spec in section.fields}

    def form(self, data=None, is_final=False):
        if data is not None:
            return self.form_class(self.sections, data, codes=self.codes, is_final=is_final)
        stored = self.writing.answers | services.current_ratings(self.writing, self.specs)
        return self.form_class(self.sections, initial=stored, codes=self.codes)

    @property
    def version(self) -> int:
        given = self.request.POST.get("version", "")
        return int(given) if given.isdecimal() else self.writing.version

    def save(self, values: dict) -> None:
        self.writing = services.save(self.writing, values, self.specs, version=self.version)

    def autosave(self):
        """What changed, saved at once; 409 with both texts when another tab was faster, 410 when it is too late."""
        form = self.form(self.request.POST)
        form.is_valid()
        try:
            self.save(form.changed(self.request.POST))
        except services.Stale as stale:
            conflicts = [{"field": each["field"], "theirs": each["theirs"]} for each in stale.conflicts]
            return JsonResponse({"version": stale.version, "conflicts": conflicts}, status=409)
        except services.Closed:
            return HttpResponse(status=410)
        at = timezone.localtime(self.writing.saved_at)
        return JsonResponse({"version": self.writing.version, "saved_at": f"{at:%H:%M}"})

    def post(self, send=None):
        """A full save by button; with `send` and its button also the sending. Returns (form, conflicts, response)."""
        is_final = send is not None and "send" in self.request.POST
        form = self.form(self.request.POST, is_final=is_final)
        is_valid = form.is_valid()
        try:
            self.save(form.changed(self.request.POST))
            if is_final and is_valid:
                send(self.review, by=self.request.user)
                messages.success(self.request, _("Sent. Thank you."))
                return form, [], redirect(self.review)
        except services.Stale as stale:
            labels = {name: spec.label for name, spec in self.specs.items()}
            return form, [each | {"label": labels[each["field"]]} for each in stale.conflicts], None
        except services.Closed:
            messages.warning(self.request, _("This was sent already and cannot be changed any more."))
            return form, [], redirect(self.review)
        except TransitionNotAllowed as refused:
            messages.warning(self.request, str(refused))
            return form, [], redirect(self.review)
        if not is_final and is_valid:
            messages.success(self.request, _("Saved."))
            return form, [], redirect(self.request.path)
        return form, [], None

    def answer(self, template, context, send=None):
        if self.request.method == "POST":
            if self.request.headers.get("X-Autosave"):
                return self.autosave()
            form, conflicts, response = self.post(send)
            if response is not None:
                return response
            context |= {"form": form, "conflicts": conflicts}
            return render(self.request, template, context | self.common(), status=409 if conflicts else 400)
        return render(self.request, template, {"form": self.form()} | context | self.common())

    def common(self) -> dict:
        return {"review": self.review, "writing": self.writing}


def self_assessment(request, pk):
    """The subject's form; open action items of earlier reviews first."""
    review = visible(request, pk)
    if not policies.is_subject(review, request.user):
        raise Http404
    if review.status != ReviewStatus.SELF_ASSESSMENT:
        if request.headers.get("X-Autosave"):
            return HttpResponse(status=410)
        return redirect(review)
    material = Material(review)
    desk = Desk(request, review, review.self_assessment, material.sections("self_form"))
    context = {
        "open_actions": ActionItem.objects.visible_to(request.user)
        .filter(owner=request.user, status__in=OPEN)
        .exclude(review=review),
        "evidence": Evidence.objects.of(request.user).between(review.cycle.period_start, review.cycle.period_end),
        "attached": set(review.self_assessment.evidence.values_list("pk", flat=True)),
    }
    if request.method == "POST" and not request.headers.get("X-Autosave"):
        attach(review.self_assessment, context["evidence"], request.POST.getlist("evidence"))
    return desk.answer("reviews/self_assessment_form.html", context, send=services.send_self_assessment)


def attach(writing, own_evidence, chosen: list[str]) -> None:
    """Attach the chosen pieces of the subject's own evidence, and no others."""
    if writing.submitted_at is None:
        writing.evidence.set([each for each in own_evidence if str(each.pk) in chosen])


def evaluation(request, pk):
    """The manager's desk: everything about the period beside the form."""
    review = _open_evaluation(request, pk)
    material = Material(review)
    sections = [each for each in material.sections("manager_form") if each.key != "mgr_overall"]
    desk = Desk(request, review, review.evaluation, sections, form_class=EvaluationForm)
    return desk.answer("reviews/evaluation_form.html", workspace(review, request.user, material))


def overall(request, pk):
    """The overall result, last; sending needs the whole evaluation."""
    review = _open_evaluation(request, pk)
    material = Material(review)
    every = material.sections("manager_form")
    desk = Desk(
        request,
        review,
        review.evaluation,
        [each for each in every if each.key == "mgr_overall"],
        form_class=EvaluationForm,
    )
    missing = missing_parts(review, every)
    send = None if missing else services.send_evaluation
    context = {"missing": missing, "conflicts": []}
    return desk.answer("reviews/overall_form.html", context, send=send)


def missing_parts(review, sections) -> list[str]:
    """Titles of the groups, other than the overall result, in which something required is still missing."""
    above = [each for each in sections if each.key != "mgr_overall"]
    specs = {spec.name: spec for section in above for spec in section.fields}
    stored = review.evaluation.answers | services.current_ratings(review.evaluation, specs)
    form = EvaluationForm(above, {k: v for k, v in stored.items() if v}, is_final=True)
    form.is_valid()
    return [
        group.title
        for section in above
        for group in section.groups
        if any(spec.name in form.errors for spec in group.fields)
    ]


def _open_evaluation(request, pk):
    """The evaluation is written while it is the manager's turn; an autosave that comes later is told so."""
    review = visible(request, pk)
    if not policies.acts_as_manager(review, request.user) or review.status != ReviewStatus.MANAGER_EVALUATION:
        raise Http404
    return review


def summary(request, pk):
    """Key achievements, strengths, growth areas, statement: written by the manager until delivery."""
    review = managed(request, pk, *PREPARING)
    material = Material(review)
    desk = Desk(request, review, review.summary, material.summary_sections(), codes=material.content.codes)
    return desk.answer("reviews/summary_form.html", {"conflicts": []})
