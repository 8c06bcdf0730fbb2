"""What becomes of the answers of one questionnaire: checked, then turned into rows without an author.

Answers are a plain dict by name of field (questionnaires/fields.py): the key of a question to that of a point or to a
text; beside it an example.
"""

import random
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from competencies.models import Catalogue, Code
from feedback.models import Answer, AttributedAnswer
from feedback.states import Theme
from questionnaires import checks
from questionnaires.cache import questionnaires_of, questions_of
from questionnaires.checks import Wording
from questionnaires.fields import Builder, example_name
from questionnaires.models import Question, Questionnaire
from questionnaires.states import Kind, Meaning

chance = random.SystemRandom()
NO_CONTACT = _("If you hardly worked together, decline instead. No reason is needed.")


class ToGivers(Wording):
    text = _("Write a sentence or two.")
    rating = _("Choose the sentence that fits best. “I cannot say” is fine too.")
    contact = _("Choose what fits best.")
    example = _("Add one example for this choice.")


def example_of(question: Question) -> str:
    """The name of the field for the example of a rated question."""
    return example_name(question.key)


def theme_of(question: Question) -> str:
    return Theme.GROWTH if question.meaning == Meaning.GROWTH else Theme.STRENGTHS


def questionnaire_of(request) -> Questionnaire:
    """What the request's relation is asked, with all its questions: kept with the version."""
    return questionnaires_of(request.round.catalogue).for_relation(request.relation)


def asked_of(request) -> list[Question]:
    """The questions of the request's relation, with their scales and points, in order."""
    return questions_of(questionnaire_of(request))


def words_of(feedback_round) -> dict:
    """The placeholders of a questionnaire."""
    period = f"{feedback_round.period_start:%B %Y} – {feedback_round.period_end:%B %Y}"
    return {"employee_name": feedback_round.subject.name, "period": period}


def points_of(question: Question) -> list:
    """The points to choose from; none where text is asked for."""
    return list(question.scale.points.all()) if question.scale else []


def point_of(question: Question, answers: dict):
    """The point chosen, or None."""
    chosen = answers.get(question.key)
    return next((point for point in points_of(question) if point.key == chosen), None)


def rests_on_example(question: Question, point) -> bool:
    return point is not None and point.score is not None and checks.is_example_due(question, point.score)


def is_no_contact(question: Question, point) -> bool:
    """ "Hardly at all": such an answer counts for nothing."""
    return question.kind == Kind.CONTACT and point is not None and point.weight == 0


def problems(questions: list[Question], answers: dict) -> dict[str, str]:
    """What is missing or wrong, by field, in words for the giver; empty when it can be sent."""
    fields = [each for question in questions for each in Builder().fields(question)]
    refused = {each.key: str(NO_CONTACT) for each in questions if is_no_contact(each, point_of(each, answers))}
    return checks.problems(fields, answers, ToGivers) | refused


def as_answers(request, questions: list[Question], answers: dict) -> list[Answer]:
    """Unsaved rows without author, in random order. "I cannot say" leaves no row."""
    place = {"round_id": request.round_id, "relation": request.relation}
    rows: list = []
    texts: dict[str, list] = {theme: [] for theme in Theme.values}
    for question in questions:
        if question.kind == Kind.TEXT:
            texts[theme_of(question)].append((answers.get(question.key, "").strip(), None))
            continue
        point = point_of(question, answers)
        if _is_counted(question, point):
            rows.append(Answer(question=question, point=point, **place))
        if rests_on_example(question, point):
            texts[Theme.EXAMPLES].append((answers.get(example_of(question), "").strip(), question))
    for theme, written in texts.items():
        rows += _text_rows(theme, [each for each in written if each[0]], place)
    chance.shuffle(rows)
    return rows


def _is_counted(question, point) -> bool:
    if point is None:
        return False
    return point.weight > 0 if question.kind == Kind.CONTACT else point.score is not None


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
        is_text = question.kind == Kind.TEXT
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
        for questionnaire in questionnaires_of(catalogue).feedback():
            relation = questionnaire.key
            if not questionnaire.is_pooled:
                self.alone.add(relation)
            for question in questions_of(questionnaire):
                if question.kind == Kind.TEXT:
                    continue
                key = _group_key(question)
                if (relation, key) in taken:
                    key = f"question:{question.pk}"
                taken.add((relation, key))
                self.of_question[question.pk] = key
                self.by_key.setdefault(key, _group(key, question))
        self.asked = taken

    def asked_of(self, relations) -> set[str]:
        """The groups that people of these relations are asked about."""
        return {key for relation, key in self.asked if relation in relations}


def _group_key(question) -> str:
    if question.kind == Kind.CONTACT:
        return f"contact:{question.scale_id}"
    return f"code:{question.code_id}:{question.scale_id}" if question.code_id else f"question:{question.pk}"


def _group(key, question) -> RatedGroup:
    counted = tuple(point for point in question.scale.points.all() if _is_counted(question, point))
    is_contact = question.kind == Kind.CONTACT
    code = question.code
    title = question.scale.title if is_contact else (code.title if code else question.text)
    return RatedGroup(key, title, code, is_contact, counted)
