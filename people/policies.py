"""Who sees whom, and who acts for HR towards whom. Nobody acts for HR towards themselves or their own manager."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

if TYPE_CHECKING:
    from people.models import User


def people_open_to(viewer: "User") -> Q:
    """Names and teams are the organisation's directory: every signed-in person may look somebody up."""
    return Q() if viewer.is_active else Q(pk__in=[])


def subjects_hr_handles(user: "User", path: str = "") -> Q:
    """The people whom `user` handles in the role of HR or HR partner, as a filter on the person at `path`.

    `path` is the lookup prefix of the person, for instance "subject__".
    """
    key = path.removesuffix("__") or "pk"
    if not (user.is_hr or user.is_hr_partner):
        return Q(**{f"{path}pk__in": []})
    not_conflicted = ~Q(**{key: user.pk}) & (~Q(**{key: user.manager_id}) if user.manager_id else Q())
    return not_conflicted if user.is_hr else not_conflicted & Q(**{f"{path}team__in": user.partner_teams.all()})


def hr_handles(user: "User", subject: "User") -> bool:
    """The single-row form of `subjects_hr_handles`: the same rule, asked of the database once per loaded person."""
    answers = subject.__dict__.setdefault("_hr_answers", {})
    if user.pk not in answers:
        answers[user.pk] = type(subject).objects.filter(subjects_hr_handles(user), pk=subject.pk).exists()
    return answers[user.pk]


def can_manage_people(user: "User") -> bool:
    """Import people, invite them, set teams, managers and stand-ins."""
    return user.is_hr


def can_see_roles(user: "User") -> bool:
    """Who has which role: HR and IT."""
    return user.is_hr or user.is_it


def can_give_roles(user: "User", pk: UUID) -> bool:
    """HR and IT say who is HR, auditor, IT and HR partner; nobody says it of themselves."""
    return can_see_roles(user) and user.pk != pk


def can_reset_factor(user: "User", pk: UUID) -> bool:
    """IT takes away a lost second factor; nobody their own."""
    return user.is_it and user.pk != pk


def can_operate(user: "User") -> bool:
    """Settings, roles and health; no content."""
    return user.is_it
