"""What HR does to the questionnaires and templates of a draft: write, order, retire, bring back.

Every function locks the draft first and raises PermissionDenied unless `by` may edit it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, QuerySet
from django.utils.text import slugify

from competencies.editing import locked_draft
from competencies.models import Catalogue
from competencies.versions import copy_rows
from foundation.audit.events import record
from people.models import User
from questionnaires.models import Option, Question, Questionnaire, ReviewTemplate, Section, TemplateStage
from questionnaires.states import Purpose

QUESTIONNAIRE_FIELDS = ("title", "audience", "intro", "minutes", "is_pooled", "order")
TEMPLATE_FIELDS = ("title", "order")
SCALES = ("overall_scale", "code_scale", "goal_scale")
STAGE_FIELDS = ("order", "title", "purpose", "texts", "is_enabled", "days", "starts_with_previous", "reminder_days")
# What a question has in common with those of the same key in the questionnaires of other relations.
SHARED = ("text", "help", "scale", "code", "max_length", "example", "example_text", "meaning")


def catalogue_id_of(row: Any):
    """The version that a questionnaire, section, question, template or stage belongs to."""
    if isinstance(row, Question):
        return row.section.questionnaire.catalogue_id
    if isinstance(row, Section):
        return row.questionnaire.catalogue_id
    if isinstance(row, TemplateStage):
        return row.template.catalogue_id
    return row.catalogue_id


# --- order -----------------------------------------------------------------------------------------------------------
def siblings(row: Questionnaire | Section | Question) -> QuerySet:
    """The rows among which `row` has its place, itself among them, in their order."""
    if isinstance(row, Question):
        return Question.objects.filter(section=row.section_id)
    if isinstance(row, Section):
        return Section.objects.filter(questionnaire=row.questionnaire_id)
    return Questionnaire.objects.filter(catalogue=row.catalogue_id, purpose=row.purpose)


@transaction.atomic
def move_past(row: Questionnaire | Section | Question, other: Model, *, is_up: bool, by: User) -> bool:
    """Put `row` right before its sibling `other` (`is_up`) or right after it; False where it stands there already."""
    draft = locked_draft(catalogue_id_of(row), by=by)
    rows = list(siblings(row))
    places = {each.pk: place for place, each in enumerate(rows)}
    if (places[row.pk] < places[other.pk]) == is_up:
        return False
    moved = rows.pop(places[row.pk])
    place = [each.pk for each in rows].index(other.pk)
    rows.insert(place + (0 if is_up else 1), moved)
    _renumber(rows)
    record(draft, "questionnaires_reordered", by=by)
    return True


def _renumber(rows: list) -> None:
    for place, each in enumerate(rows):
        each.order = place
    type(rows[0])._default_manager.bulk_update(rows, ["order"])


def next_place(rows: QuerySet) -> int:
    last = rows.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def free_key(words: str, taken: Iterable[str], *, most: int = 40) -> str:
    """A key made of `words`, without hyphens, that is not among `taken`."""
    stem = slugify(words).replace("-", "_")[: most - 6].strip("_") or "new"
    known = set(taken)
    numbered = (f"{stem}_{number}" for number in range(2, len(known) + 3))
    return next(key for key in (stem, *numbered) if key not in known)


# --- write -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def write_questionnaire(questionnaire: Questionnaire, *, by: User) -> Questionnaire:
    draft = locked_draft(questionnaire.catalogue_id, by=by)
    questionnaire.save()
    record(draft, "questionnaire_written", by=by, questionnaire=questionnaire.title)
    return questionnaire


@transaction.atomic
def write_section(section: Section, *, by: User) -> Section:
    """Save a section; a new one comes last, with a key made of its title."""
    draft = locked_draft(section.questionnaire.catalogue_id, by=by)
    if section._state.adding:
        others = siblings(section)
        section.key = free_key(section.title, others.values_list("key", flat=True), most=60)
        section.order = next_place(others)
    section.save()
    record(draft, "section_written", by=by, questionnaire=section.questionnaire.title)
    return section


@transaction.atomic
def write_question(question: Question, labels: list[str] | None, *, by: User) -> Question:
    """Save a question with its boxes; what it shares with the same question of other relations changes there too.

    A new question comes last, before the texts that close a questionnaire of collaborators, with a key made of its
    text. `labels` are those of its boxes in order; None for a question without.
    """
    questionnaire = question.section.questionnaire
    draft = locked_draft(questionnaire.catalogue_id, by=by)
    is_new = question._state.adding
    if is_new:
        question.key = free_key(question.text, _taken_keys(questionnaire))
        question.order = next_place(siblings(question))
    question.save()
    if is_new and questionnaire.purpose == Purpose.FEEDBACK:
        _before_closing_texts(question)
    if labels is not None:
        _write_options(question, labels)
    for twin in twins_of(question):
        for name in SHARED:
            setattr(twin, name, getattr(question, name))
        twin.save()
    record(draft, "question_written", by=by, questionnaire=questionnaire.title)
    return question


def _taken_keys(questionnaire: Questionnaire) -> list[str]:
    """Of all questions that a new one could be taken for: those of the form, and of all relations."""
    found = Question.objects.filter(section__questionnaire__catalogue=questionnaire.catalogue_id)
    return list(found.filter(section__questionnaire__purpose=questionnaire.purpose).values_list("key", flat=True))


def _before_closing_texts(question: Question) -> None:
    """What collaborators rate stands before what they write."""
    rows = [each for each in siblings(question) if each.pk != question.pk]
    place = len(rows)
    while question.scale_id and place and rows[place - 1].meaning:
        place -= 1
    rows.insert(place, question)
    _renumber(rows)


def twins_of(question: Question) -> QuerySet[Question]:
    """The same question in the questionnaires of other relations of its version; none in other forms."""
    questionnaire = question.section.questionnaire
    if questionnaire.purpose != Purpose.FEEDBACK:
        return Question.objects.none()
    rows = Question.objects.filter(
        key=question.key,
        kind=question.kind,
        section__questionnaire__catalogue=questionnaire.catalogue_id,
        section__questionnaire__purpose=Purpose.FEEDBACK,
    )
    return rows.exclude(pk=question.pk).select_related("section__questionnaire")


def _write_options(question: Question, labels: list[str]) -> None:
    """Boxes in the order of `labels`. A label that was there keeps its key; so does one that took its place."""
    before = list(question.options.all())
    keys = {option.label: option.key for option in before}
    freed = [option.key if option.label not in labels else "" for option in before]
    taken = {keys[label] for label in labels if label in keys}
    options = []
    for place, label in enumerate(labels):
        key = keys.get(label) or (freed[place] if place < len(freed) else "")
        key = key or free_key(label, {*taken, *filter(None, freed)})
        taken.add(key)
        options.append(Option(question=question, order=place, key=key, label=label))
    question.options.all().delete()
    Option.objects.bulk_create(options)


@transaction.atomic
def add_shared(question: Question, section: Section, *, by: User) -> Question:
    """Ask a question of another relation in `section` too: the same key, words and code."""
    draft = locked_draft(section.questionnaire.catalogue_id, by=by)
    copy = Question.objects.get(pk=question.pk)
    copy.pk, copy._state.adding = Question._meta.pk.get_default(), True
    copy.section, copy.required_if = section, None
    copy.order = next_place(siblings(copy))
    copy.save()
    _before_closing_texts(copy)
    record(draft, "question_written", by=by, questionnaire=section.questionnaire.title)
    return copy


# --- retire and bring back -------------------------------------------------------------------------------------------
@transaction.atomic
def retire(row: Section | Question, *, by: User) -> None:
    """Take a question, or a section with its questions, out of its draft."""
    draft = locked_draft(catalogue_id_of(row), by=by)
    is_section = isinstance(row, Section)
    title = row.questionnaire.title if isinstance(row, Section) else row.section.questionnaire.title
    row.delete()
    record(draft, "section_retired" if is_section else "question_retired", by=by, questionnaire=title)


@transaction.atomic
def bring_back(questionnaire: Questionnaire, *, by: User) -> None:
    """Make a questionnaire of a draft what it is in the version in use.

    Raises DoesNotExist where that has none of its kind. A code that the draft has retired is not asked about.
    """
    draft = locked_draft(questionnaire.catalogue_id, by=by)
    original = original_of(questionnaire).get()
    for name in QUESTIONNAIRE_FIELDS:
        setattr(questionnaire, name, getattr(original, name))
    questionnaire.save()
    questionnaire.sections.all().delete()
    current = original.catalogue
    scales = _by_key(current.scales.all(), draft.scales.all())
    sections = copy_rows(Section.objects.filter(questionnaire=original), questionnaire={original.pk: questionnaire.pk})
    questions = copy_rows(
        Question.objects.filter(section__questionnaire=original),
        itself="required_if",
        section=sections,
        scale=scales,
        code=_by_key(current.codes.all(), draft.codes.all()),
    )
    copy_rows(Option.objects.filter(question__section__questionnaire=original), question=questions)
    record(draft, "questionnaire_brought_back", by=by, questionnaire=questionnaire.title)


def _by_key(old: QuerySet, new: QuerySet) -> dict:
    """Ids of rows of one version to those of the rows with the same key in another."""
    found = {row.key: row.pk for row in new}
    return {row.pk: found.get(row.key) for row in old}


def has_scales_of(original: Catalogue, draft: Catalogue) -> bool:
    """Whether nothing of `original` would lack its scale in `draft`; an imported draft may have others."""
    return not set(original.scales.values_list("key", flat=True)) - set(draft.scales.values_list("key", flat=True))


def original_of(questionnaire: Questionnaire) -> QuerySet[Questionnaire]:
    """The same questionnaire in the version in use: one or none."""
    current = Catalogue.objects.in_use().values("pk")
    rows = Questionnaire.objects.filter(catalogue__in=current, purpose=questionnaire.purpose, key=questionnaire.key)
    return rows.select_related("catalogue")


# --- templates -------------------------------------------------------------------------------------------------------
@transaction.atomic
def write_template(template: ReviewTemplate, *, by: User) -> ReviewTemplate:
    draft = locked_draft(template.catalogue_id, by=by)
    template.save()
    record(draft, "template_written", by=by, template=template.title)
    return template


@transaction.atomic
def write_stage(stage: TemplateStage, *, by: User) -> TemplateStage:
    draft = locked_draft(stage.template.catalogue_id, by=by)
    stage.save()
    record(draft, "stage_written", by=by, template=stage.template.title)
    return stage


def original_template_of(template: ReviewTemplate) -> QuerySet[ReviewTemplate]:
    """The same template in the version in use: one or none."""
    current = Catalogue.objects.in_use().values("pk")
    return ReviewTemplate.objects.filter(catalogue__in=current, key=template.key).select_related("catalogue")


@transaction.atomic
def bring_back_template(template: ReviewTemplate, *, by: User) -> None:
    """Make a template and its stages what they are in the version in use; its forms stay. Raises DoesNotExist."""
    draft = locked_draft(template.catalogue_id, by=by)
    original = original_template_of(template).get()
    scales = _by_key(original.catalogue.scales.all(), draft.scales.all())
    for name in TEMPLATE_FIELDS:
        setattr(template, name, getattr(original, name))
    for name in SCALES:
        setattr(template, f"{name}_id", scales[getattr(original, f"{name}_id")])
    template.save()
    stages = {stage.key: stage for stage in template.stages.all()}
    for source in original.stages.all():
        stage = stages.get(source.key) or TemplateStage(template=template, key=source.key)
        for name in STAGE_FIELDS:
            setattr(stage, name, getattr(source, name))
        stage.save()
    record(draft, "template_brought_back", by=by, template=template.title)
