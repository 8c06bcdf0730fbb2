"""What the organisation wants, and ready-made goals that serve it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.outbox.mails import PLACEHOLDER, fill
from goals.querysets import ObjectiveQuerySet, TemplateQuerySet
from goals.states import Direction, Measure


class Objective(models.Model):
    """One thing the organisation wants in a period; a tree by `parent`, and the parent of goals."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey(
        "self", verbose_name=_("part of"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    key = models.SlugField(_("short name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    indicator = models.CharField(_("indicator"), max_length=200, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.INCREASE)
    target = models.DecimalField(_("target"), max_digits=16, decimal_places=4, null=True, blank=True)
    owner = models.ForeignKey(
        "people.User",
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="objectives",
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("pursued"), default=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ["order", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="objective_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="no_objective_is_its_own_part"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("goals:objective", args=[self.pk])

    @property
    def target_text(self) -> str:
        from goals.measures import in_words

        return in_words(self.target, Measure.NUMBER, self.unit)

    def branch_ids(self) -> set:
        """This objective and everything below it: none of them may become its parent."""
        parents = dict(Objective.objects.values_list("pk", "parent_id"))
        branch, size = {self.pk}, 0
        while len(branch) > size:
            size = len(branch)
            branch |= {pk for pk, parent in parents.items() if parent in branch}
        return branch


class GoalTemplate(models.Model):
    """A ready-made goal. `statement` holds {{ baseline }}, {{ target }}, {{ deadline }}, {{ service }} and so on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    group = models.CharField(max_length=60)
    group_title = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    statement = models.TextField()
    metric = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Measure)
    unit = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=10, choices=Direction)
    example_baseline = models.DecimalField(max_digits=16, decimal_places=4)
    example_target = models.DecimalField(max_digits=16, decimal_places=4)
    deadline_days = models.PositiveSmallIntegerField(help_text="Days from start to deadline that are usual.")
    objective = models.ForeignKey(Objective, null=True, blank=True, on_delete=models.SET_NULL, related_name="templates")
    code_keys = models.JSONField(default=list, help_text="Performance codes, by key: they outlive a catalogue version.")
    is_team_measure = models.BooleanField(default=False)
    guardrail = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict, help_text="Where the figure can be read: source, query, reduce, notes.")
    is_active = models.BooleanField(default=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return self.title

    @property
    def readable(self) -> str:
        """The statement with [service] where a word is to be put in."""
        return fill(self.statement, {name: f"[{name}]" for name in PLACEHOLDER.findall(self.statement)})
