"""Who does what with people: the directory, reporting lines, HR towards people, roles.

`handle` is HR's side everywhere in the product: nobody acts for HR towards themselves or their own manager.
"""

from typing import TYPE_CHECKING

from django.db.models import Q

from foundation.policy import EVERYTHING, NOTHING, Policy, action, through

if TYPE_CHECKING:
    from people.models import User


class UserPolicy(Policy):
    """Towards which people somebody may do what."""

    model = "people.User"

    @action
    def read(cls, user: "User") -> Q:
        """Names and teams are the organisation's directory: every signed-in person may look somebody up."""
        return EVERYTHING if user.is_active else NOTHING

    @action
    def manage(cls, user: "User") -> Q:
        """Own reports, and those of an absent manager whom `user` stands in for; nobody manages themselves."""
        return Q(manager__in=user.acts_for) & ~Q(pk=user.pk)

    @action
    def handle(cls, user: "User") -> Q:
        """HR towards everybody, an HR partner towards their teams; not towards themselves or their own manager."""
        is_in_conflict = Q(pk__in=[user.pk, user.manager_id] if user.manager_id else [user.pk])
        if user.may("handle_everyone"):
            return ~is_in_conflict
        return Q(team__in=user.partner_team_ids) & ~is_in_conflict

    @action
    def edit(cls, user: "User") -> Q:
        """Master data, team and manager; invitations."""
        return EVERYTHING if user.may("edit_people") else NOTHING

    @action
    def deactivate(cls, user: "User") -> Q:
        """Somebody leaves; nobody ends their own account."""
        return cls.edit(user) & ~Q(pk=user.pk)

    @action
    def set_stand_in(cls, user: "User") -> Q:
        """For oneself, and by HR for everybody."""
        return cls.edit(user) | Q(pk=user.pk)

    @action
    def give_roles(cls, user: "User") -> Q:
        """HR and IT say who is HR, auditor, IT and HR partner; nobody says it of themselves."""
        return ~Q(pk=user.pk) if user.may("give_roles") else NOTHING

    @action
    def reset_factor(cls, user: "User") -> Q:
        """IT takes away a lost second factor; nobody their own."""
        return ~Q(pk=user.pk) if user.may("reset_factors") else NOTHING


class DelegationPolicy(Policy):
    """Stand-ins."""

    model = "people.Delegation"

    @action
    def read(cls, user: "User") -> Q:
        """Whoever could have set it."""
        return through("principal", UserPolicy.set_stand_in(user))

    @action
    def end(cls, user: "User") -> Q:
        return cls.read(user)
