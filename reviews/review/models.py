"""The review of one subject in one cycle, and its life."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from foundation.workdays import organisation_today
from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from reviews import guards as conditions
from reviews.policies import ReviewPolicy
from reviews.review.querysets import ReviewQuerySet
from reviews.states import (
    AFTER_DELIVERY,
    DUE_FIELD,
    FINISHED,
    STAGE_OF,
    UNDELIVERED,
    UNFINISHED,
    ReviewStatus,
    StageKey,
)

S = ReviewStatus
WITH_ANOTHER_MANAGER = Q(status__in=UNDELIVERED) & ~Q(manager=F("line_manager"))


def after_submission(review, **_kwargs) -> str:
    return S.CALIBRATION if review.cycle.has_calibration else S.DELIVERY


class Review(models.Model):
    """One subject in one cycle. Manager, grade and team are those of launch; the manager is changed only on purpose."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey("reviews.Cycle", on_delete=models.PROTECT, related_name="reviews")
    subject = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="reviews")
    manager = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="managed_reviews")
    line_manager = models.ForeignKey(
        "people.User",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The subject's manager of today, kept so by a trigger: the reviews with another one have an index.",
    )
    grade = models.ForeignKey("people.Grade", null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.PROTECT, related_name="+")
    round = models.OneToOneField("feedback.FeedbackRound", null=True, on_delete=models.PROTECT, related_name="review")
    status = StatusField(_("status"), default=S.SELF_ASSESSMENT, choices=S.choices)
    note = models.TextField(_("note with the return"), blank=True, help_text="Why it came back; shown beside the form.")
    is_returned = models.BooleanField(default=False)
    conversation_on = models.DateField(_("meeting on"), null=True, blank=True)
    conversation_at = models.DateTimeField(null=True, help_text="When it begins; empty while only the day is known.")
    conversation_place = models.CharField(_("place or link"), max_length=300, blank=True)
    conversation_changes = models.PositiveSmallIntegerField(default=0, help_text="How often the meeting was set.")
    delivered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    refused_acknowledgement = models.BooleanField(default=False)
    # Empty instead of false: SQLite adds such a column without building the table, and its triggers, anew.
    goes_on_without_subject_at = models.DateTimeField(
        null=True, help_text="When HR decided so, as the subject has left; until then the review is paused."
    )
    self_assessment_due_on = models.DateField()
    peer_review_due_on = models.DateField()
    evaluation_due_on = models.DateField()
    calibration_due_on = models.DateField(null=True)
    delivery_due_on = models.DateField()
    acknowledgement_due_on = models.DateField()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["subject__name"]
        indexes = [
            models.Index(fields=["manager", "status"], name="review_manager"),
            models.Index(fields=["cycle", "status"], include=["subject", "manager"], name="review_counted"),
            # It holds all that is asked of it: PostgreSQL takes the condition for common, and would read the reviews.
            models.Index(
                fields=["cycle"],
                include=["id", "line_manager"],
                condition=WITH_ANOTHER_MANAGER,
                name="review_of_another_manager",
            ),
            *[
                models.Index(
                    fields=["cycle", DUE_FIELD[STAGE_OF[status]]],
                    condition=Q(status=status),
                    name=f"review_due_{status}"[:30],
                )
                for status in UNFINISHED
            ],
        ]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "subject"], name="one_review_per_subject_and_cycle"),
            models.CheckConstraint(condition=~Q(subject=F("manager")), name="nobody_reviews_themselves"),
            models.CheckConstraint(
                condition=~Q(status__in=["delivered", "acknowledged"]) | Q(delivered_at__isnull=False),
                name="delivered_review_has_its_moment",
            ),
        ]

    def __str__(self):
        return f"{self.subject} – {self.cycle}"

    def get_absolute_url(self):
        return reverse("reviews:review", args=[self.pk])

    # --- where it stands -------------------------------------------------------------------------------------------
    @property
    def stage_key(self) -> str | None:
        return STAGE_OF.get(self.status)

    @property
    def stage(self):
        """The cycle's row for the present stage; None once cancelled."""
        return self.cycle.stage.get(self.stage_key)

    def due_on(self, stage_key: str) -> date | None:
        return getattr(self, DUE_FIELD[stage_key])

    @property
    def current_due_on(self) -> date | None:
        return self.due_on(self.stage_key) if self.stage_key and self.status not in FINISHED else None

    @cached_property
    def is_late(self) -> bool:
        return self.current_due_on is not None and self.current_due_on < organisation_today()

    def principal_of(self, user):
        """Whom `user` acts for when they act as stand-in ("X for Y"); None when they act for themselves."""
        is_stand_in = user.pk != self.manager_id and ReviewPolicy.allows(user, self, "manage")
        return self.manager if is_stand_in else None

    @property
    def is_paused(self) -> bool:
        """The subject has left and HR has not decided yet; the single-row form of `paused()`, for open cycles."""
        is_undecided = not self.subject.is_active and self.goes_on_without_subject_at is None
        return is_undecided and self.status in UNFINISHED and self.status != S.DELIVERED

    @property
    def sub_state(self) -> str:
        """One of the template's seven words for how far the present stage is."""
        if self.status == S.ACKNOWLEDGED:
            return "skipped" if self.refused_acknowledgement else "done"
        if self.is_late:
            return "overdue"
        if self.is_returned:
            return "returned"
        return "in_progress" if self.is_begun else "not_started"

    @property
    def is_begun(self) -> bool:
        """Whether anything of the present stage is there already."""
        if self.status == S.SELF_ASSESSMENT:
            return self.self_assessment.version > 0
        if self.status == S.PEER_REVIEW:
            return self.round is not None and self.round.status != "nominating"
        if self.status == S.MANAGER_EVALUATION:
            return self.evaluation.version > 0
        return self.status == S.CALIBRATION or (self.status == S.DELIVERY and self.conversation_on is not None)

    @property
    def status_text(self) -> str:
        """What the organisation calls this status (custom statuses)."""
        if self.status == S.CANCELLED or self.stage is None:
            return self.get_status_display()
        return self.stage.texts.get(self.sub_state) or self.stage.title

    @property
    def tone(self) -> str:
        if self.refused_acknowledgement:
            return "warn"
        if self.status in AFTER_DELIVERY:
            return "good"
        if self.status == S.CANCELLED:
            return "muted"
        return "bad" if self.is_late else "warn" if self.is_returned else "info"

    # --- its life --------------------------------------------------------------------------------------------------
    @transition(
        status,
        source=S.SELF_ASSESSMENT,
        target=S.PEER_REVIEW,
        permission=ReviewPolicy.permission("own"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused, conditions.self_assessment_is_sent],
        custom=Move(
            done=_("Self-assessment submitted"),
            own_done=_("Submitted: %(stage)s"),
            stage=StageKey.SELF_ASSESSMENT,
            follows="reviews.review.moves.after_submission",
        ),
    )
    def submit_self_assessment(self):
        """The manager may read the text from now on, the ratings later."""
        self.is_returned, self.note = False, ""

    @transition(
        status,
        source=S.SELF_ASSESSMENT,
        target=S.PEER_REVIEW,
        permission=ReviewPolicy.permission("handle"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused],
        custom=Move(
            label=_("Continue without self-assessment"),
            done=_("Continued without self-assessment"),
            own_done=_("Skipped: %(stage)s"),
            stage=StageKey.SELF_ASSESSMENT,
            logged=_("Self-assessment skipped"),
            follows="reviews.review.moves.after_self_assessment",
            effect=_("Feedback collection continues. The draft stays private to its author."),
            needs_reason=True,
            is_bulk=True,
        ),
    )
    def skip_self_assessment(self):
        """HR moves on; what the subject had drafted stays the subject's own."""
        self.is_returned, self.note = False, ""

    @transition(
        status,
        source=[S.PEER_REVIEW, S.MANAGER_EVALUATION],
        target=S.SELF_ASSESSMENT,
        permission=ReviewPolicy.permission("manage_or_handle"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused, conditions.self_assessment_is_sent],
        custom=Move(
            label=_("Return self-assessment"),
            done=_("Self-assessment returned"),
            own_done=_("Returned: %(stage)s"),
            stage=StageKey.SELF_ASSESSMENT,
            follows="reviews.review.moves.after_return_self_assessment",
            effect=_("The engineer gets an email with your reason and can edit the text again."),
            needs_reason=True,
            returns_to=StageKey.SELF_ASSESSMENT,
            is_bulk=True,
        ),
    )
    def return_self_assessment(self, reason=""):
        """The subject may change the self-assessment again; the note is shown beside it."""
        self.is_returned, self.note = True, reason

    @transition(
        status,
        source=S.PEER_REVIEW,
        target=S.MANAGER_EVALUATION,
        conditions=[conditions.cycle_is_open, conditions.is_not_paused, conditions.feedback_is_over],
        custom=Move(
            done=_("Feedback closed"),
            own_done=_("Closed: %(stage)s"),
            stage=StageKey.PEER_REVIEW,
            logged=_("Peer review ended"),
            follows="reviews.review.moves.after_peer_review",
        ),
    )
    def end_peer_review(self):
        """The window is over or everybody has answered or declined: by the clock."""

    @transition(
        status,
        source=S.PEER_REVIEW,
        target=S.MANAGER_EVALUATION,
        permission=ReviewPolicy.permission("manage"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused, conditions.feedback_is_enough],
        custom=Move(
            label=_("Close feedback early"),
            done=_("Feedback closed early"),
            own_done=_("Closed early: %(stage)s"),
            stage=StageKey.PEER_REVIEW,
            follows="reviews.review.moves.after_peer_review",
            effect=_("No further answers are accepted. You and HR can read the answers now, in groups."),
            needs_reason=True,
        ),
    )
    def close_peer_review(self):
        """Enough have answered; the manager does not wait for the others."""

    @transition(
        status,
        source=S.PEER_REVIEW,
        target=S.MANAGER_EVALUATION,
        permission=ReviewPolicy.permission("handle"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused],
        custom=Move(
            label=_("Move on to evaluation"),
            done=_("Moved on to evaluation"),
            own_done=_("Moved on to: %(stage)s"),
            stage=StageKey.MANAGER_EVALUATION,
            logged=_("Moved on to the evaluation"),
            follows="reviews.review.moves.after_peer_review",
            effect=_("No further answers are accepted. Groups with too few answers are shown to nobody."),
            needs_reason=True,
            is_bulk=True,
        ),
    )
    def move_on_to_evaluation(self):
        """HR ends the wait; too few answers are then shown to nobody."""

    @transition(
        status,
        source=S.MANAGER_EVALUATION,
        target=GET_STATE(after_submission, states=[S.CALIBRATION, S.DELIVERY]),
        permission=ReviewPolicy.permission("manage"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused, conditions.evaluation_is_complete],
        custom=Move(
            done=_("Evaluation submitted"),
            own_done=_("Submitted: %(stage)s"),
            stage=StageKey.MANAGER_EVALUATION,
            follows="reviews.review.moves.after_evaluation",
        ),
    )
    def submit_evaluation(self):
        """The evaluation can no longer be changed; the manager may now read the self-ratings."""
        self.is_returned, self.note = False, ""

    @transition(
        status,
        source=[S.CALIBRATION, S.DELIVERY],
        target=S.MANAGER_EVALUATION,
        permission=ReviewPolicy.permission("handle"),
        conditions=[conditions.cycle_is_open, conditions.is_not_paused],
        custom=Move(
            label=_("Return evaluation"),
            done=_("Evaluation returned"),
            own_done=_("Returned: %(stage)s"),
            stage=StageKey.MANAGER_EVALUATION,
            hidden_from=("subject",),
            follows="reviews.review.moves.after_return_evaluation",
            effect=_("The manager gets an email with your reason and can edit the evaluation again."),
            needs_reason=True,
            returns_to=StageKey.MANAGER_EVALUATION,
            is_bulk=True,
        ),
    )
    def return_evaluation(self, reason=""):
        """The manager revises; the note is shown beside the evaluation."""
        self.is_returned, self.note = True, reason

    @transition(
        status,
        source=S.CALIBRATION,
        target=S.DELIVERY,
        conditions=[conditions.cycle_is_open, conditions.is_not_paused],
        custom=Move(
            done=_("Calibrated"),
            own_done=_("Done: %(stage)s"),
            stage=StageKey.CALIBRATION,
            follows="reviews.review.moves.after_evaluation",
        ),
    )
    def calibrate(self):
        """The calibration group is locked."""

    @transition(
        status,
        source=S.DELIVERY,
        target=S.DELIVERED,
        permission=ReviewPolicy.permission("manage"),
        conditions=[
            conditions.cycle_is_open,
            conditions.is_not_paused,
            conditions.summary_is_complete,
            conditions.summary_fits,
            conditions.plan_has_an_item,
            conditions.conversation_has_a_date,
        ],
        custom=Move(
            label=_("Deliver review"),
            done=_("Review delivered"),
            own_done=_("Done: %(stage)s"),
            stage=StageKey.DELIVERY,
            logged=_("Evaluation delivered"),
            icon="send",
            follows="reviews.review.moves.after_deliver",
            effect=_(
                "The engineer can now read the evaluation, summary, plan and feedback. You can no longer change them."
            ),
        ),
    )
    def deliver(self):
        """The subject may read the review from now on; the manager may no longer change it."""
        self.delivered_at, self.is_returned = timezone.now(), False

    @transition(
        status,
        source=S.DELIVERED,
        target=S.ACKNOWLEDGED,
        permission=ReviewPolicy.permission("own"),
        custom=Move(
            label=_("Acknowledge"),
            done=_("Acknowledged"),
            own_done=_("Done: %(stage)s"),
            stage=StageKey.ACKNOWLEDGEMENT,
            logged=_("Delivery acknowledged"),
            follows="reviews.review.moves.after_acknowledge",
            effect=_(
                "Your manager is told that you have received it, not that you agree. You can still add a statement."
            ),
        ),
    )
    def acknowledge(self):
        """Received and talked about; it does not mean agreed."""
        self.acknowledged_at = timezone.now()

    @transition(
        status,
        source=S.DELIVERED,
        target=S.ACKNOWLEDGED,
        permission=ReviewPolicy.permission("manage_or_handle"),
        custom=Move(
            label=_("Record refusal to acknowledge"),
            done=_("Refusal to acknowledge recorded"),
            effect=_("The review ends without acknowledgement. The engineer sees who recorded this and your reason."),
            needs_reason=True,
        ),
    )
    def record_refusal(self):
        """The subject has read it and does not want to confirm."""
        self.acknowledged_at, self.refused_acknowledgement = timezone.now(), True

    @transition(
        status,
        source=[S.DELIVERED, S.ACKNOWLEDGED],
        target=S.DELIVERY,
        permission=ReviewPolicy.permission("handle"),
        conditions=[conditions.cycle_is_open],
        custom=Move(
            label=_("Reopen for a correction"),
            done=_("Reopened for a correction"),
            logged=_("Delivery reopened"),
            follows="reviews.review.moves.after_reopen",
            effect=_(
                "The manager gets it back with your reason. The engineer can't read it again until the next delivery."
            ),
            needs_reason=True,
            returns_to=StageKey.DELIVERY,
            is_bulk=True,
        ),
    )
    def reopen(self, reason=""):
        """Back to the manager; the subject reads it again after the next delivery. Issued documents stay verifiable."""
        self.is_returned, self.note = True, reason
        self.acknowledged_at, self.refused_acknowledgement = None, False

    @transition(
        status,
        source=[each for each in UNFINISHED if each != S.DELIVERED],
        target=S.CANCELLED,
        permission=ReviewPolicy.permission("handle"),
        custom=Move(
            label=_("Cancel review"),
            done=_("Cancelled"),
            logged=_("Review cancelled"),
            icon="x",
            follows="reviews.review.moves.after_cancel",
            effect=_("Nobody can read what was written, and feedback requests end. This can't be undone."),
            needs_reason=True,
            tone="danger",
            is_bulk=True,
        ),
    )
    def cancel(self):
        """Its drafts become unreadable for everyone; they are kept for the retention time."""


class ManagerChange(models.Model):
    """The manager of record changed during the cycle; what the former manager contributes goes to the new one."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="manager_changes")
    before = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    changed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    reason = models.TextField()
    contribution = models.TextField(_("what the new manager should know"), blank=True)

    class Meta:
        ordering = ["changed_at"]

    def __str__(self):
        return f"{self.before} → {self.after}"
