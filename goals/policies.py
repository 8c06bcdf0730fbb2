"""Who reads goals and evidence, and who may move them. A goal is agreed between its owner and the owner's manager."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from goals.states import GoalStatus, Visibility
from people.models import User
from people.policies import hr_handles, subjects_hr_handles

if TYPE_CHECKING:
    from goals.models import Change, Goal


def goals_open_to(user: "User") -> Q:
    """The owner reads all; manager or stand-in, HR and, when marked so, the team read what has left the draft.

    A goal written for somebody and returned by them stays readable to its writer until the owner rewrites it.
    """
    led = Q(owner__manager__in=user.acts_for)
    others = led | subjects_hr_handles(user, "owner__")
    if user.team_id:
        others |= Q(visibility=Visibility.TEAM, owner__team=user.team_id)
    return _near(user) & (Q(owner=user) | (others & ~Q(status=GoalStatus.DRAFT)) | (led & Q(proposed_by=user)))


def _near(user: "User") -> Q:
    """The owners among whom a goal can be open to `user` at all: few people, found before any goal is looked at."""
    if user.is_hr:
        return Q()
    near = Q(pk=user.pk) | Q(manager__in=user.acts_for) | subjects_hr_handles(user)
    near |= Q(team=user.team_id) if user.team_id else Q()
    return Q(owner__in=User.objects.filter(near).order_by().values("pk"))


def evidence_open_to(user: "User", visible_goals: QuerySet) -> Q:
    """The owner reads all; evidence attached to a goal is read with that goal. Proposals are the owner's alone."""
    return Q(owner=user) | Q(goals__in=visible_goals, is_proposal=False)


def templates_open_to(user: "User") -> Q:
    return Q(is_active=True)


def objectives_open_to(user: "User") -> Q:
    """What the organisation wants is for everybody; HR also sees what is no longer pursued."""
    return Q() if user.is_hr else Q(is_active=True)


def can_edit_objectives(user: "User") -> bool:
    return user.is_hr


def manages(user: "User", owner: "User") -> bool:
    """The owner's manager or that manager's stand-in; nobody towards themselves."""
    if user.pk == owner.pk or owner.manager_id is None:
        return False
    return owner.manager_id in user.acts_for


def takes_part(goal: "Goal", user: "User") -> bool:
    """One of the two sides of the goal."""
    return user.pk == goal.owner_id or manages(user, goal.owner)


def answers(asked_by_id: UUID | None, owner: "User", user: "User") -> bool:
    """The other side than the one that asked. Somebody without a manager agrees with themselves."""
    if asked_by_id != owner.pk or owner.manager_id is None:
        return user.pk == owner.pk
    return manages(user, owner)


def can_propose(goal: "Goal", user: "User") -> bool:
    """The owner, or the manager who wrote the goal for somebody."""
    wrote_it = user.pk == goal.proposed_by_id and manages(user, goal.owner)
    return user.pk == goal.owner_id or wrote_it


def can_agree(goal: "Goal", user: "User") -> bool:
    return answers(goal.proposed_by_id, goal.owner, user)


def can_take_back(goal: "Goal", user: "User") -> bool:
    return user.pk == goal.proposed_by_id


def can_edit(goal: "Goal", user: "User") -> bool:
    """A draft by its owner; afterwards nothing but by agreement."""
    return goal.status == GoalStatus.DRAFT and user.pk == goal.owner_id


def can_share(goal: "Goal", user: "User") -> bool:
    """Who else reads it and what it serves is the owner's to say at any time."""
    return user.pk == goal.owner_id


def reads_history(goal: "Goal", user: "User") -> bool:
    """Who moved it and why, for its two sides and HR; the team sees the goal alone."""
    return takes_part(goal, user) or hr_handles(user, goal.owner)


def can_check_in(goal: "Goal", user: "User") -> bool:
    return goal.status == GoalStatus.AGREED and takes_part(goal, user)


def can_reopen(goal: "Goal", user: "User") -> bool:
    return manages(user, goal.owner) or (user.pk == goal.owner_id and goal.owner.manager_id is None)


def can_assign(user: "User") -> bool:
    """Write goals for others: whoever has reports, of their own or as a stand-in."""
    return User.objects.filter(is_active=True, manager__in=user.acts_for).exclude(pk=user.pk).exists()


def can_answer_change(change: "Change", user: "User") -> bool:
    return answers(change.asked_by_id, change.goal.owner, user)


def can_take_back_change(change: "Change", user: "User") -> bool:
    return user.pk == change.asked_by_id
