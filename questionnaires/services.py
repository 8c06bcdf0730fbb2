"""What happens to questionnaires and templates with the version they belong to."""

from competencies.models import Code
from competencies.versions import Copied, copy_rows
from questionnaires.models import Option, Question, Questionnaire, ReviewTemplate, Section, TemplateStage


def copy_version(copied: Copied) -> None:
    """Take templates and questionnaires into the next version; the number of queries does not grow with them."""
    catalogue, source, scales = {copied.source.pk: copied.target.pk}, copied.source, copied.scales
    templates = copy_rows(
        ReviewTemplate.objects.filter(catalogue=source),
        catalogue=catalogue,
        overall_scale=scales,
        code_scale=scales,
        goal_scale=scales,
    )
    copy_rows(TemplateStage.objects.filter(template__catalogue=source), template=templates)
    questionnaires = copy_rows(Questionnaire.objects.filter(catalogue=source), catalogue=catalogue, template=templates)
    sections = copy_rows(Section.objects.filter(questionnaire__catalogue=source), questionnaire=questionnaires)
    questions = copy_rows(
        Question.objects.filter(section__questionnaire__catalogue=source),
        itself="required_if",
        section=sections,
        scale=scales,
        code=copied.codes,
    )
    copy_rows(Option.objects.filter(question__section__questionnaire__catalogue=source), question=questions)


def ask_again(code: Code, copy: Code) -> None:
    """Questions of a draft that lost their code ask about it again, where the same question asks about `code`."""
    for asked in code.questions.select_related("section__questionnaire"):
        section = asked.section
        there = Question.objects.filter(
            section__questionnaire__catalogue=copy.catalogue_id,
            section__questionnaire__purpose=section.questionnaire.purpose,
            section__questionnaire__key=section.questionnaire.key,
            section__key=section.key,
        )
        there.filter(key=asked.key, code=None).update(code=copy)
