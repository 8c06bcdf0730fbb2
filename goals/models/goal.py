"""A goal of one person, agreed by both sides, with a measure and a deadline."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from foundation.policy import holds
from foundation.workdays import organisation_today
from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField
from foundation.workflow.moves import guard
from goals import progress
from goals.measures import in_words, plain
from goals.policies import GoalPolicy, awaits_answer
from goals.querysets import GoalQuerySet
from goals.states import CLOSED, ChangeStatus, Confidence, Direction, GoalStatus, Measure, Visibility


@guard(_("A deadline in the past cannot be agreed. Change the date first."))
def is_not_over(goal) -> bool:
    return goal.due_on >= organisation_today()


@guard(_("A change to this goal is waiting for an answer. Answer it first."))
def has_no_open_change(goal) -> bool:
    return not goal.changes.open().exists()


@guard(_("Dropping a goal needs both sides' agreement. Propose it, and the other side decides."))
def both_drop_it(goal) -> bool:
    return goal.changes.filter(status=ChangeStatus.ACCEPTED, is_withdrawal=True).exists()


class Goal(models.Model):
    """What one person aims at."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="goals")
    title = models.CharField(_("title"), max_length=160)
    statement = models.TextField(_("what exactly"), max_length=2000, blank=True)
    metric = models.CharField(_("what is measured"), max_length=200, blank=True)
    kind = models.CharField(_("kind of measure"), max_length=10, choices=Measure, default=Measure.NUMBER)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.INCREASE)
    baseline = models.DecimalField(_("baseline"), max_digits=16, decimal_places=4, default=0)
    target = models.DecimalField(_("target"), max_digits=16, decimal_places=4, default=1)
    current = models.DecimalField(_("now"), max_digits=16, decimal_places=4, null=True, blank=True)
    confidence = models.CharField(max_length=10, choices=Confidence, blank=True)
    starts_on = models.DateField(_("starts on"), default=timezone.localdate)
    due_on = models.DateField(_("deadline"))
    weight = models.PositiveSmallIntegerField(_("weight in per cent"), default=0)
    guardrail = models.CharField(_("must not get worse"), max_length=300, blank=True)
    is_team_measure = models.BooleanField(_("the figure belongs to a team or service"), default=False)
    contribution = models.TextField(_("own contribution to it"), max_length=2000, blank=True)
    objective = models.ForeignKey(
        "goals.Objective",
        verbose_name=_("serves the objective"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="goals",
    )
    codes = models.ManyToManyField(
        "competencies.Code", verbose_name=_("performance codes"), blank=True, related_name="goals"
    )
    template = models.ForeignKey(
        "goals.GoalTemplate", null=True, blank=True, on_delete=models.SET_NULL, related_name="goals"
    )
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried_to"
    )
    visibility = models.CharField(_("who reads it"), max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    status = StatusField(_("status"), default=GoalStatus.DRAFT, choices=GoalStatus.choices)
    proposed_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts saved edits; a stale form is refused.")
    created_at = models.DateTimeField(auto_now_add=True)
    as_of: date | None = None  # the day a copy of this goal was taken; None for the goal itself
    question_by: uuid.UUID | None  # on rows of `GoalQuerySet.with_question` only

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="deadline_is_not_before_the_start"),
            models.CheckConstraint(condition=Q(weight__lte=100), name="weight_is_at_most_100_per_cent"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="agreed_by_and_agreed_at_together",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], name="goals_of_owner"),
            models.Index(fields=["objective", "due_on", "title", "id"], name="goals_of_objective"),
            models.Index(fields=["due_on", "title", "id"], condition=Q(objective=None), name="goals_of_no_objective"),
            models.Index(fields=["objective", "status"], include=["owner"], name="goals_counted"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("goals:detail", args=[self.pk])

    @property
    def label_id(self) -> str:
        """The id that its title has in a list."""
        return f"goal-{self.pk}"

    @cached_property
    def progress(self) -> int:
        """Per cent of the way from baseline to target; over 100 beyond the target, negative behind the baseline."""
        return progress.per_cent(self.baseline, self.target, self.current, self.direction)

    def principal_of(self, user):
        """The manager for whom `user` acts as a stand-in; None where they act for themselves."""
        return self.owner.manager if user.pk not in (self.owner_id, self.owner.manager_id) else None

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    @property
    def is_overdue(self) -> bool:
        return self.status == GoalStatus.AGREED and self.due_on < (self.as_of or organisation_today())

    def asks(self, user) -> bool:
        """Whether a row of `with_question` waits for the answer of `user`."""
        return holds(awaits_answer(user), self)

    @property
    def tone(self) -> str:
        return progress.tone(self.status, self.progress, self.confidence, self.is_overdue)

    @property
    def state_label(self) -> str:
        """One or two words for the badge: the progress of an agreed goal, else its status."""
        if self.status != GoalStatus.AGREED:
            return str(self.get_status_display())
        if self.progress >= 100:
            return str(_("Target met"))
        return str(_("Overdue") if self.is_overdue else self.get_confidence_display() or self.get_status_display())

    @property
    def arithmetic(self) -> str:
        """How `progress` is calculated; empty where there is nothing to calculate."""
        if self.kind == Measure.YES_NO or self.baseline == self.target or self.current is None:
            return ""
        current, baseline, target = plain(self.current), plain(self.baseline), plain(self.target)
        minus = "\N{MINUS SIGN}"
        way = f"({current} {minus} {baseline}) ÷ ({target} {minus} {baseline})"
        return f"{way} = {self.progress}\N{NO-BREAK SPACE}%"

    @property
    def baseline_text(self) -> str:
        return in_words(self.baseline, self.kind, self.unit)

    @property
    def target_text(self) -> str:
        return in_words(self.target, self.kind, self.unit)

    @property
    def current_text(self) -> str:
        return in_words(self.baseline if self.current is None else self.current, self.kind, self.unit)

    @transition(
        status,
        source=GoalStatus.DRAFT,
        target=GoalStatus.PROPOSED,
        permission=GoalPolicy.permission("propose"),
        conditions=[is_not_over],
        custom=Move(
            label=_("Propose"),
            done=_("Proposed"),
            logged=_("Goal proposed"),
            follows="goals.services.tell_other_side",
            icon="send",
            style="primary",
        ),
    )
    def propose(self, by):
        """The other side reads it and answers."""
        self.proposed_by = by

    @transition(
        status,
        source=GoalStatus.PROPOSED,
        target=GoalStatus.AGREED,
        permission=GoalPolicy.permission("agree"),
        conditions=[is_not_over],
        custom=Move(
            label=_("Agree"),
            done=_("Agreed"),
            logged=_("Goal agreed"),
            icon="check",
            style="primary",
        ),
    )
    def agree(self, by):
        """Counts from now on; target and deadline change only by agreement."""
        self.agreed_by, self.agreed_at = by, timezone.now()

    @transition(
        status,
        source=GoalStatus.PROPOSED,
        target=GoalStatus.DRAFT,
        permission=GoalPolicy.permission("agree"),
        custom=Move(
            label=_("Return with a note"),
            done=_("Returned"),
            logged=_("Goal returned"),
            icon="arrow-back-up",
            needs_reason=True,
        ),
    )
    def return_to_owner(self):
        """The owner rewrites it and proposes it again."""

    @transition(
        status,
        source=GoalStatus.PROPOSED,
        target=GoalStatus.WITHDRAWN,
        permission=GoalPolicy.permission("take_back"),
        custom=Move(
            label=_("Take back"),
            done=_("Taken back"),
            logged=_("Goal taken back"),
            icon="x",
        ),
    )
    def take_back(self):
        """Whoever proposed it no longer wants it."""
        self.closed_at = timezone.now()

    @transition(
        status,
        source=GoalStatus.AGREED,
        target=GoalStatus.REACHED,
        permission=GoalPolicy.permission("take_part"),
        conditions=[has_no_open_change],
        custom=Move(
            label=_("Reached"),
            done=_("Reached"),
            logged=_("Goal reached"),
            icon="circle-check",
            order=4,
        ),
    )
    def reach(self):
        """Ended well; check-ins stop."""
        self.closed_at = timezone.now()

    @transition(
        status,
        source=GoalStatus.AGREED,
        target=GoalStatus.MISSED,
        permission=GoalPolicy.permission("take_part"),
        conditions=[has_no_open_change],
        custom=Move(
            label=_("Not reached"),
            done=_("Not reached"),
            logged=_("Goal not reached"),
            icon="circle-x",
            needs_reason=True,
        ),
    )
    def miss(self):
        """Ended without the target being met."""
        self.closed_at = timezone.now()

    @transition(
        status,
        source=GoalStatus.AGREED,
        target=GoalStatus.WITHDRAWN,
        permission=GoalPolicy.permission("take_part"),
        conditions=[both_drop_it],
        custom=Move(
            done=_("Dropped by agreement"),
            logged=_("Goal dropped by agreement"),
        ),
    )
    def withdraw(self):
        """Dropped by agreement: only an accepted change takes this step."""
        self.closed_at = timezone.now()

    @transition(
        status,
        source=[GoalStatus.REACHED, GoalStatus.MISSED],
        target=GoalStatus.AGREED,
        permission=GoalPolicy.permission("reopen"),
        custom=Move(
            label=_("Reopen"),
            done=_("Reopened"),
            logged=_("Goal reopened"),
            icon="refresh",
            needs_reason=True,
        ),
    )
    def reopen(self):
        """Closed too early, or wrongly."""
        self.closed_at = None
