"""What a questionnaire asks, and what becomes of the answers: checked, then turned into rows without an author.

Answers are a plain dict: the key of a question to the key of a point or to a text; `<key>_example` to an example.
"""

import random
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from competencies.catalogue_cache import content_of
from competencies.models import Catalogue, Code, Question, Questionnaire
from competencies.states import QuestionKind
from feedback.models import Answer, AttributedAnswer
from feedback.states import Theme
from foundation.ui.drafts import why_too_long

GROWTH_ENDINGS = ("_change",)
chance = random.SystemRandom()


def example_of(question: Question) -> str:
    """The name of the field for the example of a rated question."""
    return f"{question.key}_example"


def theme_of(question: Question) -> str:
    return Theme.GROWTH if question.key.endswith(GROWTH_ENDINGS) else Theme.STRENGTHS


def questions_of(request) -> list[Question]:
    """The questions of the request's relation, with their scales and points, in order: kept with the catalogue."""
    asked = content_of(request.round.catalogue).questions
    return [question for question in asked if question.questionnaire.key == request.relation]


def words_of(feedback_round) -> dict:
    """The placeholders of a questionnaire."""
    period = f"{feedback_round.period_start:%B %Y} – {feedback_round.period_end:%B %Y}"
    return {"employee_name": feedback_round.subject.name, "period": period}


def questionnaire_of(request) -> Questionnaire:
    return Questionnaire.objects.get(catalogue=request.round.catalogue_id, key=request.relation)


def points_of(question: Question) -> list:
    """The points to choose from; none where text is asked for."""
    return list(question.scale.points.all()) if question.scale else []


def point_of(question: Question, answers: dict):
    """The point chosen, or None."""
    chosen = answers.get(question.key)
    return next((point for point in points_of(question) if point.key == chosen), None)


def is_extreme(question: Question, point) -> bool:
    """Whether this rating needs an example: at the scale's lower end, and at its top."""
    limit = question.scale.example_at_or_below if question.scale else None
    if limit is None or point is None or point.score is None:
        return False
    top = max(each.score for each in points_of(question) if each.score is not None)
    return point.score <= limit or point.score == top


def is_no_contact(question: Question, point) -> bool:
    """ "Hardly at all, please skip me": such an answer counts for nothing."""
    return question.kind == QuestionKind.CONTACT and point is not None and point.weight == 0


def problems(questions: list[Question], answers: dict) -> dict[str, str]:
    """What is missing or wrong, by field, in words for the giver; empty when it can be sent."""
    found: dict[str, str] = {}
    for question in questions:
        check = _problem_of_text if question.kind == QuestionKind.TEXT else _problem_of_rating
        found |= check(question, answers)
    return found


def _problem_of_text(question, answers) -> dict:
    text = answers.get(question.key, "").strip()
    if question.is_required and not text:
        return {question.key: _("Write a sentence or two.")}
    return _too_long(question.key, text, question.max_length)


def _problem_of_rating(question, answers) -> dict:
    point, name = point_of(question, answers), example_of(question)
    if point is None and (question.is_required or answers.get(question.key)):
        is_contact = question.kind == QuestionKind.CONTACT
        rated = _("Choose the sentence that fits best. “I cannot say” is fine too.")
        return {question.key: _("Choose what fits best.") if is_contact else rated}
    if is_no_contact(question, point):
        return {question.key: _("If you hardly worked together, decline instead. No reason is needed.")}
    example = answers.get(name, "").strip()
    if is_extreme(question, point) and not example:
        return {name: _("Add one example for this choice.")}
    return _too_long(name, example, question.max_length)


def _too_long(name, text, limit) -> dict:
    problem = why_too_long(text, limit)
    return {name: problem} if problem else {}


def as_answers(request, questions: list[Question], answers: dict) -> list[Answer]:
    """Unsaved rows without author, in random order. "I cannot say" leaves no row."""
    place = {"round_id": request.round_id, "relation": request.relation}
    rows: list = []
    texts: dict[str, list] = {theme: [] for theme in Theme.values}
    for question in questions:
        if question.kind == QuestionKind.TEXT:
            texts[theme_of(question)].append((answers.get(question.key, "").strip(), None))
            continue
        point = point_of(question, answers)
        if _is_counted(question, point):
            rows.append(Answer(question=question, point=point, **place))
        if is_extreme(question, point):
            texts[Theme.EXAMPLES].append((answers.get(example_of(question), "").strip(), question))
    for theme, written in texts.items():
        rows += _text_rows(theme, [each for each in written if each[0]], place)
    chance.shuffle(rows)
    return rows


def _is_counted(question, point) -> bool:
    if point is None:
        return False
    return point.weight > 0 if question.kind == QuestionKind.CONTACT else point.score is not None


def _text_rows(theme, texts, place) -> list[Answer]:
    """One row per text, from (text, question or None); a single one of them, drawn by lot, counts its author."""
    chance.shuffle(texts)
    return [
        Answer(theme=theme, text=text, question=question, counts_author=not number, **place)
        for number, (text, question) in enumerate(texts)
    ]


def as_attributed(request, questions: list[Question], answers: dict) -> list[AttributedAnswer]:
    """Unsaved rows with the request, for a round whose givers were told that their names are shown."""
    rows = []
    for question in questions:
        is_text = question.kind == QuestionKind.TEXT
        point = None if is_text else point_of(question, answers)
        text = answers.get(question.key if is_text else example_of(question), "").strip()
        if point or text:
            rows.append(AttributedAnswer(request=request, question=question, point=point, text=text))
    return rows


@dataclass(frozen=True)
class RatedGroup:
    """Questions of all relations whose ratings are read together: those of one code on one scale."""

    key: str
    title: str
    code: Code | None
    is_contact: bool
    points: tuple


class Groups:
    """The groups of a catalogue: no query for one that is published and was read before.

    At most one question of a questionnaire is in a group, so that counting answers counts authors.
    """

    def __init__(self, catalogue: Catalogue):
        self.of_question: dict[UUID, str] = {}
        self.by_key: dict[str, RatedGroup] = {}
        self.alone: set[str] = set()  # relations whose answers are never pooled
        taken: set[tuple[str, str]] = set()
        for question in content_of(catalogue).questions:
            if question.kind == QuestionKind.TEXT:
                continue
            key = _group_key(question)
            relation = question.questionnaire.key
            if (relation, key) in taken:
                key = f"question:{question.pk}"
            taken.add((relation, key))
            self.of_question[question.pk] = key
            self.by_key.setdefault(key, _group(key, question))
            if not question.questionnaire.is_pooled:
                self.alone.add(relation)
        self.asked = taken

    def asked_of(self, relations) -> set[str]:
        """The groups that people of these relations are asked about."""
        return {key for relation, key in self.asked if relation in relations}


def _group_key(question) -> str:
    if question.kind == QuestionKind.CONTACT:
        return f"contact:{question.scale_id}"
    return f"code:{question.code_id}:{question.scale_id}" if question.code_id else f"question:{question.pk}"


def _group(key, question) -> RatedGroup:
    counted = tuple(point for point in question.scale.points.all() if _is_counted(question, point))
    is_contact = question.kind == QuestionKind.CONTACT
    code = question.code
    title = question.scale.title if is_contact else (code.title if code else question.text)
    return RatedGroup(key, title, code, is_contact, counted)
