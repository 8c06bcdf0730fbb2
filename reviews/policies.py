"""Who reads and does what in a review: product words in `docs/privacy.md`, one screen of rules here.

A stand-in has the manager's rights; nobody acts as manager or as HR towards themselves.
"""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import F, Q

from foundation.policy import EVERYTHING, NOTHING, Policy, action, through
from people.policies import UserPolicy
from reviews.states import AFTER_DELIVERY, AFTER_EVALUATION, UNFINISHED, CycleStatus, GroupStatus, Rater, ReviewStatus

if TYPE_CHECKING:
    from people.models import User

IS_READABLE = ~Q(review__status=ReviewStatus.CANCELLED)  # a cancelled review's texts are nobody's


class ReviewPolicy(Policy):
    """Reviews: `own`, `manage` and `handle` are the parts of subject, manager and HR."""

    model = "reviews.Review"

    @action
    def read(cls, user: "User") -> Q:
        """That it exists and where it stands; the texts are rows of their own."""
        own = cls.own(user) & ~Q(cycle__status=CycleStatus.DRAFT)
        return own | cls.manage(user) | cls.handle(user) | cls.read_skip_level(user)

    @action
    def own(cls, user: "User") -> Q:
        return Q(subject=user.pk)

    @action
    def manage(cls, user: "User") -> Q:
        """Acts as manager today, directly or as stand-in."""
        return Q(manager__in=user.acts_for) & ~Q(subject=user.pk)

    @action
    def handle(cls, user: "User") -> Q:
        """HR or HR partner of the subject's team, not in conflict, and not the manager of the review."""
        return through("subject", UserPolicy.handle(user)) & ~Q(manager=user.pk)

    @action
    def manage_or_handle(cls, user: "User") -> Q:
        return cls.manage(user) | cls.handle(user)

    @action
    def read_skip_level(cls, user: "User") -> Q:
        """Delivered reviews one level further up, where the cycle says so."""
        above = Q(manager__manager=user.pk, cycle__skip_level_reads=True) & ~Q(subject=user.pk)
        return above & Q(status__in=AFTER_DELIVERY)

    @action
    def read_evaluation(cls, user: "User") -> Q:
        """Managers read their own, HR what is submitted, subjects what is delivered."""
        delivered = cls.own(user) & Q(status__in=AFTER_DELIVERY)
        submitted = cls.handle(user) & Q(status__in=AFTER_EVALUATION)
        return delivered | cls.manage(user) | submitted | cls.read_skip_level(user)

    @action
    def evaluate(cls, user: "User") -> Q:
        """The evaluation is written while it is the manager's turn."""
        return cls.manage(user) & Q(status=ReviewStatus.MANAGER_EVALUATION)

    @action
    def write_statement(cls, user: "User") -> Q:
        """The subject, at any time from delivery on."""
        return cls.own(user) & Q(status__in=AFTER_DELIVERY)

    @action
    def compare(cls, user: "User") -> Q:
        """In a calibration group that `user` reads: not the review about themselves or about their own manager."""
        return ~Q(subject__in=[user.pk, user.manager_id] if user.manager_id else [user.pk])

    @action
    def calibrate(cls, user: "User") -> Q:
        """Give another result in such a group: not to own reports, nor while the review is paused."""
        undecided = Q(subject__is_active=False, goes_on_without_subject_at=None, status__in=UNFINISHED)
        is_paused = undecided & ~Q(status=ReviewStatus.DELIVERED)
        return cls.compare(user) & ~Q(manager__in=user.acts_for) & ~is_paused


class SelfAssessmentPolicy(Policy):
    """What the subject writes."""

    model = "reviews.SelfAssessment"

    @action
    def read(cls, user: "User") -> Q:
        """The subject's own; once submitted also the manager's and HR's."""
        others = Q(submitted_at__isnull=False) & through("review", ReviewPolicy.manage_or_handle(user))
        return (through("review", ReviewPolicy.own(user)) | others) & IS_READABLE


class RatingPolicy(Policy):
    """Chosen points of a scale."""

    model = "reviews.Rating"

    @action
    def read(cls, user: "User") -> Q:
        """Self-ratings reach the manager only after the manager has submitted; the manager's follow the evaluation."""
        manager = ReviewPolicy.manage(user) & Q(status__in=AFTER_EVALUATION)
        others = (manager | ReviewPolicy.handle(user)) & Q(self_assessment__submitted_at__isnull=False)
        selfs = Q(rater=Rater.SELF) & through("review", ReviewPolicy.own(user) | others)
        evaluations = Q(rater=Rater.MANAGER) & through("review", ReviewPolicy.read_evaluation(user))
        return (selfs | evaluations) & IS_READABLE


class EvaluationPolicy(Policy):
    """What the manager writes."""

    model = "reviews.Evaluation"

    @action
    def read(cls, user: "User") -> Q:
        return through("review", ReviewPolicy.read_evaluation(user)) & IS_READABLE


class SummaryPolicy(EvaluationPolicy):
    """The summary has the readers of the evaluation."""

    model = "reviews.Summary"


class PrivateNotePolicy(Policy):
    """Private notes."""

    model = "reviews.PrivateNote"

    @action
    def read(cls, user: "User") -> Q:
        """Its author's, and nobody else's at any time."""
        return Q(author=user.pk)


class RebuttalPolicy(Policy):
    """Statements of the subject."""

    model = "reviews.Rebuttal"

    @action
    def read(cls, user: "User") -> Q:
        readers = ReviewPolicy.own(user) | ReviewPolicy.manage_or_handle(user) | ReviewPolicy.read_skip_level(user)
        return through("review", readers)


class ActionItemPolicy(Policy):
    """Items of the action plan. Their two sides are the subject and the manager of the review."""

    model = "reviews.ActionItem"

    @action
    def read(cls, user: "User") -> Q:
        """They follow the evaluation; somebody else who owns one sees that one after delivery."""
        owned = Q(owner=user.pk, review__status__in=AFTER_DELIVERY)
        return owned | EvaluationPolicy.read(user)

    @action
    def work_on(cls, user: "User") -> Q:
        """The owner, and both sides."""
        return Q(owner=user.pk) | cls.take_part(user)

    @action
    def take_part(cls, user: "User") -> Q:
        """Both sides; somebody else who owns an item works on it, and asks one of them."""
        return through("review", ReviewPolicy.own(user) | ReviewPolicy.manage(user))

    @action
    def agree_to_drop(cls, user: "User") -> Q:
        """The side that did not propose it."""
        by_subject = Q(drop_proposed_by=F("review__subject"))
        manager = through("review", ReviewPolicy.manage(user)) & by_subject
        return manager | (through("review", ReviewPolicy.own(user)) & ~Q(drop_proposed_by=user.pk))


class CyclePolicy(Policy):
    """Cycles. Others meet a cycle only through their reviews."""

    model = "reviews.Cycle"

    @action
    def read(cls, user: "User") -> Q:
        """HR runs cycles, HR partners follow those that were launched."""
        if user.may("run_cycles"):
            return EVERYTHING
        return ~Q(status=CycleStatus.DRAFT) if user.may("follow_cycles") else NOTHING

    @action
    def run(cls, user: "User") -> Q:
        """Only HR launches, closes and cancels; partners look after single reviews."""
        return EVERYTHING if user.may("run_cycles") else NOTHING

    @action
    def edit(cls, user: "User") -> Q:
        """Settings of a cycle that is not launched."""
        return cls.run(user) & Q(status=CycleStatus.DRAFT)

    @action
    def steer(cls, user: "User") -> Q:
        """Deadlines, terms of feedback and calibration groups of an open cycle."""
        return cls.run(user) & Q(status=CycleStatus.OPEN)


class CalibrationGroupPolicy(Policy):
    """Calibration groups; what may be changed in one is also a matter of the review (`ReviewPolicy.calibrate`)."""

    model = "reviews.CalibrationGroup"

    @action
    def read(cls, user: "User") -> Q:
        """Its facilitator, its members and HR."""
        return EVERYTHING if user.may("see_calibration") else cls.belong(user)

    @action
    def belong(cls, user: "User") -> Q:
        """Facilitator and members."""
        members = apps.get_model("reviews.CalibrationGroup").members.through.objects.filter(user=user.pk)
        return Q(facilitator=user.pk) | Q(pk__in=members.values("calibrationgroup"))

    @action
    def calibrate(cls, user: "User") -> Q:
        """Change results as long as the group is open."""
        return cls.read(user) & Q(status=GroupStatus.OPEN)

    @action
    def lock(cls, user: "User") -> Q:
        return through("cycle", CyclePolicy.run(user)) & Q(status=GroupStatus.OPEN)
