"""How the demo's people do their part of one review: they write, ask, answer, evaluate, deliver and acknowledge."""

from datetime import timedelta
from itertools import cycle as endless
from pathlib import Path

from django.utils import timezone

from feedback import services as feedback
from feedback.answers.questions import example_of, questions_of
from feedback.models import FeedbackRequest, FeedbackRound
from foundation.content import read_yaml
from people.models import User
from reviews.evaluation import services as writing
from reviews.evaluation.questions import Material
from reviews.models import ActionItem, Review
from reviews.review import moves

CONTENT = Path(__file__).parent / "starter" / "demo_organisation.yaml"
MLOPS = "peer_mlops_engineer"
GIVER = "Arjun Kapoor"  # comes last, so that a visitor of the demo finds feedback to give
INCIDENTS = "OPS-INCR"  # a code that two professions are asked about


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

    def level(self, review: Review, spec, number: int) -> int:
        """Near what the grade expects, now and then a step off; the two raters do not always agree."""
        near = max(int((review.grade_id or "1")[-1]) - 1, 0)
        step = (0, 1, 0, 0, -1, 0, 1)[(number + sum(map(ord, spec.name))) % 7]
        return min(max(near + step, 0), 4)

    def answers(self, review: Review, sections, number: int) -> dict:
        """What somebody might have written and chosen."""
        values = {}
        for section in sections:
            for spec in section.fields:
                keys = [choice.key for choice in spec.choices]
                if spec.kind == "rating":
                    values[spec.name] = "fully" if "fully" in keys else keys[self.level(review, spec, number)]
                elif spec.kind == "checks" and spec.must_check_all:
                    values[spec.name] = keys
                elif spec.kind == "text":
                    values[spec.name] = self.text(spec.name, number)
        return values

    def text(self, name: str, number: int) -> str:
        own, manager = self.content["self"], self.content["manager"]
        place = int(name[-1]) - 1 if name[-1].isdigit() else 0
        if name.startswith("sr_results"):
            return own["results"][place] if place < len(own["results"]) else ""
        if name.startswith("key_achievements"):
            return manager["achievement"][place] if place < len(manager["achievement"]) else ""
        for prefix, text in (
            ("so_automation", own["automation"]),
            ("overall_statement", manager["statement"]),
            ("strengths_1", manager["strength"]),
            ("growth_areas_1", manager["growth"]),
        ):
            if name.startswith(prefix):
                return text
        if name.startswith(("strengths", "growth_areas", "mr_citation")):
            return ""
        return manager["text"] if name.startswith("m") else own["text"] if name.startswith("s") else manager["example"]

    def write(self, review: Review, part: str, sections) -> None:
        specs = {spec.name: spec for section in sections for spec in section.fields}
        row = getattr(review, part)
        answers = self.answers(review, sections, len(review.subject.name) + len(part))
        writing.save(row, answers, specs, version=row.version)

    def write_self(self, review: Review) -> None:
        self.write(review, "self_assessment", Material(review).sections("self_form"))
        writing.send_self_assessment(review, by=review.subject)

    def collaborators(self, review: Review) -> list[tuple[User, str]]:
        """Colleagues from several professions, none of them the subject or the manager, spread over all of them."""
        number = sorted(self.people).index(review.subject.name)
        chosen = []
        for profession, count in (("data_scientist", 4), (MLOPS, 3), ("software_engineer", 1)):
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
        for request in asked[:answered]:
            feedback.answer(request, self.feedback_answers(request), by=request.giver)
        for request in asked[answered : answered + declined]:
            feedback.decline(request, reason="We hardly worked together this time.", by=request.giver)

    def feedback_answers(self, request) -> dict:
        answers = {}
        for number, question in enumerate(questions_of(request)):
            if question.kind == "contact":
                answers[question.key] = ("weekly", "monthly")[number % 2]
            elif question.code is not None and question.code.key == INCIDENTS:
                answers |= {question.key: "always_and_beyond", example_of(question): next(self.incident)}
            elif question.kind == "rated":
                choice = ("often", "nearly_always", "often", "sometimes")[(number + len(request.name)) % 4]
                answers[question.key] = choice
                if choice == "sometimes":
                    answers[example_of(question)] = next(self.change)
            else:
                answers[question.key] = next(self.change if question.key.endswith("_change") else self.keep)
        return answers

    def close_feedback(self, review: Review) -> None:
        if moves.end_peer_review_if_over(review) is None:
            moves.move(review, "close_peer_review", by=review.manager, reason="Enough have answered.")

    def evaluate(self, review: Review) -> None:
        if review.status != "manager_evaluation":
            return
        self.write(review, "evaluation", Material(review).sections("manager_form"))
        writing.send_evaluation(self.fresh(review), by=review.manager)

    def plan(self, review: Review) -> None:
        sections = Material(review).summary_sections()
        self.write(review, "summary", sections)
        ActionItem.objects.create(
            review=review,
            owner=review.subject,
            action=self.content["manager"]["action"],
            success_sign=self.content["manager"]["sign"],
            due_on=self.today + timedelta(days=60),
        )
        Review.objects.filter(pk=review.pk).update(conversation_on=self.today)

    def deliver(self, review: Review) -> None:
        self.plan(review)
        moves.move(self.fresh(review), "deliver", by=review.manager)

    def acknowledge(self, review: Review) -> None:
        moves.move(review, "acknowledge", by=review.subject)
