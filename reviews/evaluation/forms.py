"""The three forms of a review: who writes each, while it is whose turn, what is asked in it, and who sends it."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.moments import day_in_words
from goals.models import Evidence
from questionnaires.fields import BOXES, Choice, Field, Group, Part, fields_of
from questionnaires.states import Meaning, Purpose
from questionnaires.steps import Missing, Step, Steps, steps_of
from reviews.evaluation import services
from reviews.evaluation.drafts import EVIDENCE, ReviewDraft
from reviews.evaluation.material import Material
from reviews.models import Review
from reviews.policies import ReviewPolicy
from reviews.states import PREPARING, CycleStatus, ReviewStatus


class ReviewForm:
    """What one person writes in one review. Raises Http404 for everybody else, and while it is not their turn."""

    name: ClassVar[str]  # in addresses
    purpose: ClassVar[Purpose]
    title: ClassVar[str | Promise]
    send: ClassVar[Callable | None] = None  # what its button for sending does; None where nothing is sent
    send_label: ClassVar[str | Promise] = ""
    send_question: ClassVar[str | Promise] = ""

    def __init__(self, review: Review, user: Any):
        self.review, self.user = review, user
        self.check_turn()

    def check_turn(self) -> None:
        """Raises Http404, or Over."""
        raise NotImplementedError

    @property
    def writing(self):
        """The row of the answers."""
        return getattr(self.review, self.purpose)

    @cached_property
    def material(self) -> Material:
        return Material(self.review)

    @cached_property
    def parts(self) -> list[Part]:
        return self.material.parts(self.purpose)

    @cached_property
    def all_steps(self) -> list[Step]:
        return steps_of(self.parts)

    @cached_property
    def holder(self) -> ReviewDraft:
        return ReviewDraft(self.writing, fields_of(self.parts))

    @property
    def steps(self) -> Steps:
        """All steps with the answers that are stored now."""
        return Steps(self.all_steps, self.holder.values())

    def why_locked(self, step: Step) -> list[Missing]:
        """What has to be filled in before `step` is; empty for a step that is open."""
        return []


class Over(Exception):
    """The form was sent, and the review has moved on."""


class SelfAssessmentForm(ReviewForm):
    """The subject's, with the evidence of the period as a part of its own."""

    name, purpose, title = "self-assessment", Purpose.SELF_ASSESSMENT, gettext_lazy("Self-assessment")
    send = staticmethod(services.send_self_assessment)
    send_label = gettext_lazy("Submit self-assessment")
    send_question = gettext_lazy("Submit your self-assessment? Your manager can then read it.")

    def check_turn(self) -> None:
        if not ReviewPolicy.allows(self.user, self.review, "own"):
            raise Http404
        if self.review.status != ReviewStatus.SELF_ASSESSMENT:
            raise Over

    @cached_property
    def evidence(self) -> list[Evidence]:
        """What the subject has kept in the period, with codes and goals."""
        cycle = self.review.cycle
        rows = Evidence.objects.of(self.user).between(cycle.period_start, cycle.period_end)
        return list(rows.with_links(self.user))

    @cached_property
    def evidence_field(self) -> Field:
        choices = tuple(
            Choice(str(each.pk), each.note, day_in_words(each.happened_on, "j M Y")) for each in self.evidence
        )
        return Field(EVIDENCE, BOXES, _("Evidence to attach"), choices=choices)

    @cached_property
    def parts(self) -> list[Part]:
        title, help = _("Evidence of the period"), _("Attach what your manager should see.")
        asked = self.material.parts(self.purpose)
        return [*asked[:1], Part(EVIDENCE, title, help, (Group(title, (self.evidence_field,)),)), *asked[1:]]


class EvaluationForm(ReviewForm):
    """The manager's; the overall result is chosen last."""

    name, purpose, title = "evaluation", Purpose.EVALUATION, gettext_lazy("Evaluation")
    send = staticmethod(services.send_evaluation)
    send_label = gettext_lazy("Submit evaluation")
    send_question = gettext_lazy("Submit the evaluation? You can't change it afterwards unless HR returns it.")

    def check_turn(self) -> None:
        if not ReviewPolicy.allows(self.user, self.review, "evaluate"):
            raise Http404

    def why_locked(self, step: Step) -> list[Missing]:
        if not step.part.has(Meaning.OVERALL):
            return []
        return [each for each in self.steps.missing() if not each.step.part.has(Meaning.OVERALL)]


class SummaryForm(ReviewForm):
    """The manager's too, written until delivery and sent with the review."""

    name, purpose, title = "summary", Purpose.SUMMARY, gettext_lazy("Summary")

    def check_turn(self) -> None:
        is_open = self.review.status in PREPARING and self.review.cycle.status == CycleStatus.OPEN
        if not is_open or not ReviewPolicy.allows(self.user, self.review, "manage"):
            raise Http404


FORMS: dict[str, type[ReviewForm]] = {each.name: each for each in (SelfAssessmentForm, EvaluationForm, SummaryForm)}
