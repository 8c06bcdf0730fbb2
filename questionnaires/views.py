"""The questionnaires and review templates of a draft, for HR: to read, edit and preview. Nobody else knows of them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from competencies.changes import Effect, Entry
from competencies.draft_views import DIRECTIONS
from competencies.models import Catalogue
from competencies.views import draft, draft_for_change
from foundation.outbox.mails import fill
from foundation.ui.drafts import writing
from questionnaires import editing
from questionnaires.cache import questionnaires_of
from questionnaires.changes import entries_of_version
from questionnaires.draft_forms import (
    DraftQuestionForm,
    QuestionnaireForm,
    SectionForm,
    TemplateForm,
    TemplateStageForm,
)
from questionnaires.draft_presenters import placed, preview_parts, sample_words, section_cards
from questionnaires.findings import findings
from questionnaires.forms import QuestionForm
from questionnaires.minutes import estimated_minutes
from questionnaires.models import Question, Questionnaire, ReviewTemplate, Section
from questionnaires.states import KINDS_OF, Kind, Purpose
from questionnaires.versions import feedback_of, read, templates_of

QUESTIONNAIRES = Questionnaire.objects.select_related("catalogue", "template")
SECTIONS = Section.objects.select_related("questionnaire__catalogue", "questionnaire__template")
QUESTIONS = Question.objects.select_related(
    "section__questionnaire__catalogue", "section__questionnaire__template", "scale", "code", "required_if"
)
TEMPLATES = ReviewTemplate.objects.select_related("catalogue")


def of_draft(request, rows, pk):
    """A row of a draft that the person may edit; for a POST read again once the draft is locked."""
    row = get_object_or_404(rows.all(), pk=pk)
    draft_for_change(request, editing.catalogue_id_of(row))
    return get_object_or_404(rows.all(), pk=pk) if request.method == "POST" else row


def just_moved(request) -> dict[str, str]:
    pk, direction = request.GET.get("moved"), request.GET.get("to")
    return {pk: direction} if pk and direction in DIRECTIONS else {}


# --- pages -----------------------------------------------------------------------------------------------------------
def forms_of_draft(request, pk):
    """Templates with their forms, then what collaborators are asked."""
    catalogue = draft(request, pk)
    effects = {entry.subject.pk: entry.effect for entry in changes_of(catalogue)}
    found = sorted(findings(catalogue), key=lambda each: not each.is_error)
    feedback = feedback_of(catalogue)
    for each in catalogue.questionnaires.all():
        each.effect = str(effects.get(each.pk, ""))  # type: ignore[attr-defined]
        each.estimate = estimated_minutes(each)  # type: ignore[attr-defined]
        each.count = sum(len(section.questions.all()) for section in each.sections.all())  # type: ignore[attr-defined]
    templates = [
        {
            "template": template,
            "effect": str(effects.get(template.pk, "")),
            "forms": [each for each in catalogue.questionnaires.all() if each.template_id == template.pk],
        }
        for template in templates_of(catalogue)
    ]
    context = {
        "catalogue": catalogue,
        "templates": templates,
        "feedback": placed(feedback, just_moved(request)),
        "errors": [each for each in found if each.is_error],
        "warnings": [each for each in found if not each.is_error],
    }
    return render(request, "studio/list.html", context)


def questionnaire(request, pk):
    """The sections and questions of one form, with everything that can be done about them."""
    row = of_draft(request, QUESTIONNAIRES, pk)
    changes = changes_of(row.catalogue)
    form = next(each for each in row.catalogue.questionnaires.all() if each.pk == row.pk)
    context = {
        "questionnaire": form,
        "catalogue": form.catalogue,
        "is_feedback": form.purpose == Purpose.FEEDBACK,
        "cards": section_cards(form, just_moved(request)),
        "minutes": estimated_minutes(form),
        "is_changed": is_changed(form, changes),
    }
    return render(request, "studio/questionnaire.html", context)


def changes_of(catalogue: Catalogue) -> list[Entry]:
    """What differs from the version in use; both are read for it."""
    current = Catalogue.objects.in_use().first()
    if current is None:
        read(catalogue)
        return []
    return list(entries_of_version(current, catalogue))


def is_changed(row: Questionnaire | ReviewTemplate, changes: list[Entry]) -> bool:
    """Whether it differs from the version in use, which has it too."""
    return any(entry.subject.pk == row.pk and entry.effect == Effect.CHANGED for entry in changes)


def preview(request, pk):
    """A form as its reader would meet it, by the engine's own form; nothing of it can be sent."""
    form = of_draft(request, QUESTIONNAIRES, pk)
    every = questionnaires_of(form.catalogue).rows
    full = next(each for each in every if each.pk == form.pk)
    context = {
        "questionnaire": full,
        "catalogue": form.catalogue,
        "is_feedback": full.purpose == Purpose.FEEDBACK,
        "intro": fill(full.intro, sample_words()),
        "words": sample_words(),
        "minutes": estimated_minutes(full),
        "form": QuestionForm(preview_parts(full, form.catalogue)),
        "following": next(iter(every[every.index(full) + 1 :]), None),
    }
    return render(request, "studio/preview.html", context)


def template(request, pk):
    """The scales and stages of a review template."""
    row = of_draft(request, TEMPLATES, pk)
    context = {
        "template": row,
        "catalogue": row.catalogue,
        "stages": row.stages.all(),
        "forms": row.questionnaires.all(),
        "is_changed": is_changed(row, changes_of(row.catalogue)),
    }
    return render(request, "studio/template.html", context)


# --- forms -----------------------------------------------------------------------------------------------------------
def form_page(request, form, *, back: str, title: str, sub: str = ""):
    context = {"form": form, "back": back, "title": title, "sub": sub}
    return render(request, "studio/form.html", context, status=form.status)


def page_of(row: Questionnaire) -> str:
    return reverse("questionnaires:questionnaire", args=[row.pk])


@writing
def questionnaire_edit(request, pk):
    row = of_draft(request, QUESTIONNAIRES, pk)
    form = QuestionnaireForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        editing.write_questionnaire(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s saved.") % {"title": row.title})
        return redirect(page_of(row))
    return form_page(request, form, back=page_of(row), title=row.title)


@writing
def section_new(request, pk):
    row = with_sections(of_draft(request, QUESTIONNAIRES, pk))
    return section_form(request, Section(questionnaire=row), _("New section"))


@writing
def section_edit(request, pk):
    section = of_draft(request, SECTIONS, pk)
    with_sections(section.questionnaire)
    return section_form(request, section, section.title)


def with_sections(row: Questionnaire) -> Questionnaire:
    """Collaborators answer in one section without a title."""
    if row.purpose == Purpose.FEEDBACK:
        raise Http404
    return row


def section_form(request, section: Section, title: str):
    form = SectionForm(request.POST or None, instance=section)
    back = page_of(section.questionnaire)
    if request.method == "POST" and form.is_valid():
        editing.write_section(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s saved.") % {"title": section.title})
        return redirect(back)
    return form_page(request, form, back=back, title=title, sub=section.questionnaire.title)


def question_kinds(request, pk):
    """Which kind a new question is of."""
    section = of_draft(request, SECTIONS, pk)
    context = {"section": section, "kinds": kinds_of(section), "back": page_of(section.questionnaire)}
    return render(request, "studio/kinds.html", context)


def kinds_of(section: Section) -> list[Kind]:
    """What can be asked in a section. How close the contact was is asked once."""
    kinds = KINDS_OF[section.questionnaire.purpose]
    has_contact = Question.objects.filter(section__questionnaire=section.questionnaire_id, kind=Kind.CONTACT).exists()
    return [kind for kind in kinds if kind != Kind.CONTACT or not has_contact]


@writing
def question_new(request, pk, kind):
    section = of_draft(request, SECTIONS, pk)
    found = next((each for each in kinds_of(section) if each.value == kind), None)
    if found is None:
        raise Http404
    return question_form(request, Question(section=section, kind=found), str(found.label))


@writing
def question_edit(request, pk):
    question = of_draft(request, QUESTIONS, pk)
    return question_form(request, question, str(question.get_kind_display()))


def question_form(request, question: Question, title: str):
    form = DraftQuestionForm(request.POST or None, instance=question)
    row = question.section.questionnaire
    if request.method == "POST" and form.is_valid():
        editing.write_question(form.save(commit=False), form.labels, by=request.user)
        messages.success(request, _("Question saved."))
        return redirect(f"{page_of(row)}#q-{question.pk}")
    twins = [] if question._state.adding else list(editing.twins_of(question))
    sub = row.title
    if twins:
        sub = _("Asked in %(count)d questionnaires. All but “Required” changes in all of them.") % {
            "count": len(twins) + 1
        }
    return form_page(request, form, back=page_of(row), title=title, sub=sub)


@writing
def template_edit(request, pk):
    row = of_draft(request, TEMPLATES, pk)
    form = TemplateForm(request.POST or None, instance=row)
    back = reverse("questionnaires:template", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        editing.write_template(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s saved.") % {"title": row.title})
        return redirect(back)
    return form_page(request, form, back=back, title=row.title)


@writing
def stage_edit(request, pk, key):
    template = of_draft(request, TEMPLATES, pk)
    stage = get_object_or_404(template.stages.select_related("template"), key=key)
    form = TemplateStageForm(request.POST or None, instance=stage)
    back = reverse("questionnaires:template", args=[stage.template_id])
    if request.method == "POST" and form.is_valid():
        editing.write_stage(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s saved.") % {"title": stage.title})
        return redirect(back)
    return form_page(request, form, back=back, title=stage.title, sub=stage.template.title)


# --- order -----------------------------------------------------------------------------------------------------------
@require_POST
@writing
def questionnaire_move(request, pk, direction):
    row = of_draft(request, QUESTIONNAIRES, pk)
    return move(request, row, direction, reverse("questionnaires:list", args=[row.catalogue_id]))


@require_POST
@writing
def section_move(request, pk, direction):
    section = of_draft(request, SECTIONS, pk)
    return move(request, section, direction, page_of(section.questionnaire))


@require_POST
@writing
def question_move(request, pk, direction):
    question = of_draft(request, QUESTIONS, pk)
    return move(request, question, direction, page_of(question.section.questionnaire))


def move(request, row, direction: str, back: str):
    """Move a row past the one that stood beside it when the page was opened; its id comes as `past`."""
    if direction not in DIRECTIONS:
        raise Http404
    past = request.POST.get("past", "")
    other = next((each for each in editing.siblings(row) if str(each.pk) == past), None)
    if other is None or other.pk == row.pk:
        messages.warning(request, _("The order has changed meanwhile. This is how it is now."))
    elif not editing.move_past(row, other, is_up=direction == "up", by=request.user):
        messages.warning(request, _("It was moved there already."))
    return redirect(f"{back}?moved={row.pk}&to={direction}")


# --- share, retire, bring back ---------------------------------------------------------------------------------------
@require_POST
@writing
def question_share(request, pk, question):
    """Ask here too what another relation is asked, in the same words."""
    section = of_draft(request, SECTIONS, pk)
    row = section.questionnaire
    of_version = QUESTIONS.filter(
        section__questionnaire__catalogue=row.catalogue_id, section__questionnaire__purpose=Purpose.FEEDBACK
    )
    other = get_object_or_404(of_version, pk=question)
    if row.purpose != Purpose.FEEDBACK:
        raise Http404
    if Question.objects.filter(section__questionnaire=row, key=other.key).exists():
        messages.warning(request, _("It is asked here already."))
    else:
        editing.add_shared(other, section, by=request.user)
        messages.success(request, _("Question added."))
    return redirect(page_of(row))


@writing
def section_retire(request, pk):
    section = of_draft(request, SECTIONS, pk)
    with_sections(section.questionnaire)
    return retire(request, section, section.questionnaire, list(section.questions.all()))


@writing
def question_retire(request, pk):
    question = of_draft(request, QUESTIONS, pk)
    return retire(request, question, question.section.questionnaire, [question])


def retire(request, row, form: Questionnaire, questions: list[Question]):
    """Says what is asked no longer; then it leaves the draft."""
    if request.method == "POST":
        editing.retire(row, by=request.user)
        messages.success(request, _("Retired: %(title)s") % {"title": getattr(row, "in_words", str(row))})
        return redirect(page_of(form))
    context = {
        "row": row,
        "is_section": isinstance(row, Section),
        "questionnaire": form,
        "questions": questions,
        "can_undo": editing.original_of(form).exists(),
        "back": page_of(form),
    }
    return render(request, "studio/retire.html", context)


@require_POST
@writing
def questionnaire_bring_back(request, pk):
    """Undo: the form becomes again what it is in the version in use."""
    row = of_draft(request, QUESTIONNAIRES, pk)
    original = get_object_or_404(editing.original_of(row))
    if not editing.has_scales_of(original.catalogue, row.catalogue):
        messages.warning(request, other_scales())
        return redirect(page_of(row))
    editing.bring_back(row, by=request.user)
    messages.success(request, _("%(title)s is as in the version in use again.") % {"title": row.title})
    return redirect(page_of(row))


def other_scales() -> str:
    return _("This draft has other scales than the version in use, so it can't be undone.")


@require_POST
@writing
def template_bring_back(request, pk):
    """Undo: scales and stages become again what they are in the version in use; the forms stay."""
    row = of_draft(request, TEMPLATES, pk)
    original = get_object_or_404(editing.original_template_of(row))
    if not editing.has_scales_of(original.catalogue, row.catalogue):
        messages.warning(request, other_scales())
        return redirect("questionnaires:template", row.pk)
    editing.bring_back_template(row, by=request.user)
    messages.success(request, _("%(title)s is as in the version in use again.") % {"title": row.title})
    return redirect("questionnaires:template", row.pk)
