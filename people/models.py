"""People, their teams and grades, who reports to whom, and who stands in for whom."""

import uuid
import zoneinfo
from functools import cache

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.known_browsers import KnownBrowser
from people.querysets import DelegationQuerySet, UserManager
from people.roles import GIVEN, roles_with
from people.search import SearchField


@cache
def known_zones() -> frozenset[str]:
    """The names of all time zones of this installation."""
    return frozenset(zoneinfo.available_timezones())


__all__ = ["Delegation", "Grade", "KnownBrowser", "Profession", "Team", "User"]


class Profession(models.TextChoices):
    """What somebody does; towards a subject it becomes the relation of their feedback."""

    MLOPS_ENGINEER = "peer_mlops_engineer", _("MLOps engineer")
    DATA_SCIENTIST = "data_scientist", _("Data scientist")
    SOFTWARE_ENGINEER = "software_engineer", _("Software engineer")
    PRODUCT_MANAGER = "product_manager", _("Product manager")
    STAKEHOLDER = "stakeholder", _("Stakeholder")


class Grade(models.Model):
    """A step of the engineering ladder, MLO1 to MLO6 in the starter content."""

    key = models.CharField(max_length=20, primary_key=True)
    order = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=120)
    scope = models.TextField(blank=True)
    autonomy = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    collaborates_with = models.TextField(blank=True)
    may_have_reports = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return f"{self.key} {self.title}"


class Team(models.Model):
    """A unit of the organisation; its HR partners act for HR towards its members."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    search = SearchField(of=("name",))
    hr_partners = models.ManyToManyField("people.User", related_name="partner_teams", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class User(AbstractBaseUser):
    """Somebody in the organisation. Signs in by email address; the four roles add to what everyone may do.

    What a request asks of its user again and again is read once per object: the cached properties below. They are as
    old as the object, so whoever gives or takes something reads the person anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    search = SearchField(of=("name", "email"))
    employee_id = models.CharField(_("employee ID"), max_length=60, null=True, blank=True, unique=True)
    job_title = models.CharField(_("job title"), max_length=160, blank=True)
    profession = models.CharField(_("profession"), max_length=30, choices=Profession, default=Profession.MLOPS_ENGINEER)
    grade = models.ForeignKey(Grade, verbose_name=_("grade"), null=True, blank=True, on_delete=models.PROTECT)
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    manager = models.ForeignKey(
        "self", verbose_name=_("manager"), null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    joined_on = models.DateField(_("joined on"), default=timezone.localdate)
    leave_from = models.DateField(_("on leave from"), null=True, blank=True)
    leave_until = models.DateField(_("on leave until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Berlin")
    is_active = models.BooleanField(default=True)
    is_hr = models.BooleanField(_("HR"), default=False)
    is_auditor = models.BooleanField(_("auditor"), default=False)
    is_it = models.BooleanField(_("IT administrator"), default=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        indexes = [
            models.Index(fields=["name", "id"], name="people_by_name"),
            models.Index(fields=["id"], condition=Q(is_active=True, manager=None), name="people_without_manager"),
            models.Index(fields=["id"], condition=Q(is_active=False), name="people_who_left"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
            models.CheckConstraint(condition=~Q(manager=F("id")), name="nobody_manages_themselves"),
            models.CheckConstraint(
                condition=Q(leave_from__isnull=True, leave_until__isnull=True) | Q(leave_until__gte=F("leave_from")),
                name="leave_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The person's time zone; the organisation's where the stored name is none (an import once took any)."""
        if self.time_zone in known_zones():
            return zoneinfo.ZoneInfo(self.time_zone)
        return zoneinfo.ZoneInfo(settings.ORGANISATION_TIME_ZONE)

    def may(self, permission: str) -> bool:
        """Whether one of their roles holds `permission`. Raises LookupError for one that `people.roles` does not know.

        Which rows they reach is said by the policies.
        """
        return any(getattr(self, role.held) for role in roles_with(permission))

    @property
    def has_given_role(self) -> bool:
        """Whether they are HR, IT or an auditor."""
        return any(getattr(self, role.held) for role in GIVEN)

    @cached_property
    def partner_team_ids(self) -> frozenset[uuid.UUID]:
        """Ids of the teams whose HR partner they are: one query, none where it is known that there are none."""
        if self._known("partner") is False:
            return frozenset()
        return frozenset(self.partner_teams.values_list("pk", flat=True))

    @cached_property
    def is_hr_partner(self) -> bool:
        known = self._known("partner")
        return bool(self.partner_team_ids) if known is None else known

    @cached_property
    def is_manager(self) -> bool:
        return self._known("reports") or (self._known("reports") is None and self.reports.active().exists())

    @property
    def has_team(self) -> bool:
        """Whether they lead people, stand in today for somebody who does, or write the review of somebody else's."""
        return self.is_manager or len(self.acts_for) > 1 or bool(self._known("open_reviews"))

    @cached_property
    def acts_for(self) -> frozenset[uuid.UUID]:
        """Ids of this person and of everybody whom they stand in for today."""
        if self._known("stands_in") is False:
            return frozenset({self.pk})
        return frozenset(self.standing_in_for.current().values_list("principal_id", flat=True)) | {self.pk}

    @property
    def leads_nobody(self) -> bool:
        """Whether it is known that neither this person nor anybody they stand in for has reports."""
        return self._known("reports") is False and self.acts_for == {self.pk}

    @property
    def writes_no_evaluation(self) -> bool:
        """Whether it is known that neither this person nor anybody they stand in for has an open review to evaluate."""
        return self._known("open_reviews") is False and self.acts_for == {self.pk}

    def _known(self, part: str) -> bool | None:
        """What `UserQuerySet.with_parts` found out about this person; None when it was not asked."""
        return self.__dict__.get(f"has_{part}")

    def is_on_leave(self, day) -> bool:
        return bool(self.leave_from and self.leave_from <= day <= self.leave_until)


class ImportChoice(models.Model):
    """What HR chose at the last import, offered again at the next one.

    `key` is "column:" and a column's name in the file (as `columns.bare` makes it), or "dates"; `value` the field it
    holds (empty: ignored), or the order of day and month.
    """

    key = models.CharField(max_length=200, primary_key=True)
    value = models.CharField(max_length=60, blank=True)

    def __str__(self):
        return f"{self.key} = {self.value}"


class Delegation(models.Model):
    """`stand_in` has exactly the manager's rights of `principal` from `starts_on` to `ends_on`, both included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    principal = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations")
    stand_in = models.ForeignKey(User, on_delete=models.CASCADE, related_name="standing_in_for")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("stand_in")), name="nobody_stands_in_for_themselves"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_begins"),
        ]

    def __str__(self):
        return f"{self.stand_in} for {self.principal}"
