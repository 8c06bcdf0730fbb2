"""How long a form takes, from its questions."""

from math import ceil

from questionnaires.models import Question, Questionnaire
from questionnaires.states import BOXED, RATED, Repeat

# Seconds, chosen so that the shipped questionnaires take the minutes they promise.
FOR_A_CHOICE = 20
FOR_A_TEXT = 140
ASKED_OF = {Repeat.CODES: 12, Repeat.GOALS: 3}  # codes and goals of a usual review


def estimated_minutes(questionnaire: Questionnaire) -> int:
    """Whole minutes, at least 1, for a form that was read with its questions. What is not required counts half."""
    seconds = 0.0
    for section in questionnaire.sections.all():
        times = ASKED_OF.get(section.repeat_for, 1)  # type: ignore[call-overload]
        seconds += times * sum(_seconds(question) for question in section.questions.all())
    return max(1, ceil(seconds / 60))


def _seconds(question: Question) -> float:
    if question.kind in (*RATED, *BOXED):
        return FOR_A_CHOICE
    texts = max(question.min_items, 1) if question.is_list else 1
    return texts * FOR_A_TEXT * (1 if question.is_required else 0.5)
