"""How the demo's people do their part of one review: they write, ask, answer, evaluate, deliver and acknowledge."""

from datetime import timedelta
from itertools import cycle as endless
from pathlib import Path
from typing import Any

from django.utils import timezone

from feedback import services as feedback
from feedback.answers.questions import asked_of, example_of, theme_of
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.states import Theme
from foundation.content import read_yaml
from people.models import Profession, User
from questionnaires.drafts import save
from questionnaires.fields import BOXES, RATING, TEXT, Field, Part, fields_of
from questionnaires.models import Question
from questionnaires.states import Kind, Purpose
from reviews.evaluation import services as writing
from reviews.evaluation.drafts import ReviewDraft, is_overall
from reviews.evaluation.material import Material
from reviews.models import ActionItem, Review
from reviews.review import moves

CONTENT = Path(__file__).parent / "starter" / "demo_organisation.yaml"
OVERALL_POINT = "fully"
GIVER = "Arjun Kapoor"  # comes last, so that a visitor of the demo finds feedback to give
INCIDENTS = "OPS-INCR"


COLLABORATORS = ((Profession.DATA_SCIENTIST, 4), (Profession.MLOPS_ENGINEER, 3), (Profession.SOFTWARE_ENGINEER, 1))


class Steps:
    """Takes single reviews on; `people` maps names to users."""

    hr: User

    def __init__(self):
        self.content = read_yaml(CONTENT)
        self.people: dict[str, User] = {}
        self.today = timezone.localdate()
        self.keep, self.change = endless(self.content["keep"]), endless(self.content["change"])
        self.incident = endless(self.content["incident"])

    def fresh(self, review: Review) -> Review:
        rows = Review.objects.select_related(
            "cycle__template", "cycle__catalogue", "subject", "manager", "round", "grade"
        )
        return rows.get(pk=review.pk)

    def through(self, review: Review, until: str) -> Review:
        """Take the review on until its status is `until`."""
        steps = (
            self.write_self,
            self.give_feedback,
            self.close_feedback,
            self.evaluate,
            self.deliver,
            self.acknowledge,
        )
        review = self.fresh(review)
        for step in steps:
            if review.status == until:
                break
            step(review)
            review = self.fresh(review)
        return review

    def level(self, review: Review, field: Field, number: int) -> int:
        """Near what the grade expects, now and then a step off; the two raters do not always agree."""
        near = max(int((review.grade_id or "1")[-1]) - 1, 0)
        step = (0, 1, 0, 0, -1, 0, 1)[(number + sum(map(ord, field.name))) % 7]
        return min(max(near + step, 0), 4)

    def answers(self, review: Review, parts: list[Part], number: int) -> dict:
        """What somebody might have written and chosen."""
        values: dict = {}
        for name, field in fields_of(parts).items():
            keys = [choice.key for choice in field.choices]
            if field.kind == RATING:
                values[name] = OVERALL_POINT if is_overall(field) else keys[self.level(review, field, number)]
            elif field.kind == BOXES and field.must_check_all:
                values[name] = keys
            elif field.kind == TEXT:
                values[name] = self.text(field)
        return values

    def text(self, field: Field) -> str:
        question: Any = field.question
        own = self.content["answers"].get(question.key)
        if isinstance(own, list):
            return own[field.number - 1] if field.number <= len(own) else ""
        if own is not None:
            return own
        return self.content["example"] if field.item else self.content["texts"][question.section.questionnaire.purpose]

    def write(self, review: Review, purpose: str, sections: int | None = None) -> None:
        """Write all that is asked, or the first `sections` of it."""
        parts = Material(review).parts(purpose)[:sections]
        draft = ReviewDraft(getattr(review, purpose), fields_of(parts))
        answers = self.answers(review, parts, len(review.subject.name) + len(purpose))
        save(draft, answers, version=draft.version)

    def write_self(self, review: Review) -> None:
        self.write(review, Purpose.SELF_ASSESSMENT)
        writing.send_self_assessment(review, by=review.subject)

    def collaborators(self, review: Review) -> list[tuple[User, str]]:
        """Colleagues from several professions, none of them the subject or the manager, spread over all of them."""
        number = sorted(self.people).index(review.subject.name)
        chosen: list[tuple[User, str]] = []
        for profession, count in COLLABORATORS:
            able = [user for user in self.people.values() if user.profession == profession]
            able = [user for user in able if user.pk not in (review.subject_id, review.manager_id, self.hr.pk)]
            loads = feedback.loads_of([user.pk for user in able])
            able.sort(key=lambda user: (loads.get(user.pk, 0), (sorted(self.people).index(user.name) - number) % 60))
            chosen += [(user, profession) for user in able[:count]]
        return chosen

    def ask(self, review: Review, approve=True) -> None:
        feedback_round = FeedbackRound.objects.get(review=review)
        for giver, relation in self.collaborators(review):
            feedback.propose(feedback_round, by=review.subject, giver=giver, relation=relation)
        feedback.submit_list(feedback_round, by=review.subject)
        if approve:
            feedback.approve(feedback_round, by=review.manager)

    def give_feedback(self, review: Review, answered: int = 8, declined: int = 0) -> None:
        """All eight answer by default: four write an example of one code, and four other examples are left.

        With fewer authors in either half no example could be shown beside its code.
        """
        self.ask(review)
        rows = FeedbackRequest.objects.filter(round=review.round_id, status="asked")
        asked = list(rows.select_related("round__subject", "round__catalogue"))
        asked.sort(key=lambda request: request.name == GIVER)
        for seat, request in enumerate(asked[:answered]):
            feedback.answer(request, self.feedback_answers(request, seat), by=request.giver)
        for request in asked[answered : answered + declined]:
            feedback.decline(request, reason="We hardly worked together this time.", by=request.giver)

    def feedback_answers(self, request, seat: int) -> dict:
        answers = {}
        for number, question in enumerate(asked_of(request)):
            if question.kind == Kind.CONTACT:
                answers[question.key] = ("weekly", "monthly")[number % 2]
            elif question.kind == Kind.RATING:
                answers |= self.rated(question, request, number + seat)
            else:
                answers[question.key] = next(self.change if theme_of(question) == Theme.GROWTH else self.keep)
        return answers

    def rated(self, question: Question, request, place: int) -> dict:
        """Of eight people the four data scientists see something wanting, the others an incident handled."""
        is_critic = request.relation == Profession.DATA_SCIENTIST
        is_incident = question.code is not None and question.code.key == INCIDENTS
        if is_incident and not is_critic:
            return {question.key: "always", example_of(question): next(self.incident)}
        if is_critic and not is_incident and place % 3 == 0:
            return {question.key: "sometimes", example_of(question): next(self.change)}
        return {question.key: ("often", "nearly_always", "often")[place % 3]}

    def close_feedback(self, review: Review) -> None:
        if moves.end_peer_review_if_over(review) is None:
            moves.move(review, "close_peer_review", by=review.manager, reason="Enough have answered.")

    def evaluate(self, review: Review) -> None:
        if review.status != "manager_evaluation":
            return
        self.write(review, Purpose.EVALUATION)
        writing.send_evaluation(self.fresh(review), by=review.manager)

    def plan(self, review: Review) -> None:
        self.write(review, Purpose.SUMMARY)
        ActionItem.objects.create(
            review=review,
            owner=review.subject,
            action=self.content["plan"]["action"],
            success_sign=self.content["plan"]["sign"],
            due_on=self.today + timedelta(days=60),
        )
        Review.objects.filter(pk=review.pk).update(conversation_on=self.today)

    def deliver(self, review: Review) -> None:
        self.plan(review)
        moves.move(self.fresh(review), "deliver", by=review.manager)

    def acknowledge(self, review: Review) -> None:
        moves.move(review, "acknowledge", by=review.subject)
