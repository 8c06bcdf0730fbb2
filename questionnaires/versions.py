"""The questionnaires and templates of a version, read at once to be checked, compared or written to a file."""

from django.db.models import Prefetch, prefetch_related_objects

from competencies.models import Catalogue
from questionnaires.models import Question, Questionnaire, ReviewTemplate
from questionnaires.states import Purpose

QUESTIONS = Question.objects.select_related("scale", "code", "required_if")
QUESTIONNAIRES = Questionnaire.objects.select_related(
    "template__overall_scale", "template__code_scale", "template__goal_scale"
)


def read(*catalogues: Catalogue) -> None:
    """Five queries for any number of questions, and none for what was read already."""
    prefetch_related_objects(
        catalogues,
        Prefetch("questionnaires", QUESTIONNAIRES.all()),
        "questionnaires__sections",
        Prefetch("questionnaires__sections__questions", QUESTIONS.all()),
        "questionnaires__sections__questions__options",
        "questionnaires__template__stages",
    )


def feedback_of(catalogue: Catalogue) -> list[Questionnaire]:
    """What collaborators are asked, in order; the catalogue was read before."""
    return [each for each in catalogue.questionnaires.all() if each.purpose == Purpose.FEEDBACK]


def templates_of(catalogue: Catalogue) -> list[ReviewTemplate]:
    """In order; the catalogue was read before. A template is where its forms are, so each has one at least."""
    found = {each.template_id: each.template for each in catalogue.questionnaires.all() if each.template}
    return sorted(found.values(), key=lambda each: (each.order, each.title))
