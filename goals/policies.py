"""Who reads goals and evidence, and who may move them. A goal is agreed between its owner and the owner's manager."""

from django.apps import apps
from django.db.models import F, Q

from foundation.policy import EVERYTHING, NOTHING, Policy, action, through
from goals.states import GoalStatus, Visibility
from people.models import User
from people.policies import UserPolicy


def waits_for(user: "User", asked_by: str, owner: str = "owner") -> Q:
    """What `user` is the side to answer: asked by the one in the column `asked_by` about the goal of `owner`.

    Somebody without a manager agrees with themselves.
    """
    own = Q(**{owner: user.pk})
    if user.manager_id is not None:
        own &= ~Q(**{asked_by: user.pk})
    return own | (through(owner, UserPolicy.manage(user)) & Q(**{asked_by: F(owner)}))


def awaits_answer(user: "User") -> Q:
    """Rows of `GoalQuerySet.with_question` on which `user` is the side to answer: a proposal, or a change asked for."""
    changing = Q(status=GoalStatus.AGREED, question_by__isnull=False) & waits_for(user, "question_by")
    return (Q(status=GoalStatus.PROPOSED) & waits_for(user, "proposed_by")) | changing


class GoalPolicy(Policy):
    """Goals. Their two sides are the owner and the owner's manager or stand-in."""

    model = "goals.Goal"

    @action
    def read(cls, user: "User") -> Q:
        """The owner reads all; manager or stand-in, HR and, when marked so, the team read what has left the draft.

        A goal written for somebody and returned by them stays readable to its writer until the owner rewrites it.
        """
        others = cls.manage(user) | cls.handle(user)
        if user.team_id:
            others |= Q(visibility=Visibility.TEAM, owner__team=user.team_id)
        written = cls.manage(user) & Q(proposed_by=user.pk)
        return cls._near(user) & (cls.own(user) | (others & ~Q(status=GoalStatus.DRAFT)) | written)

    @staticmethod
    def _near(user: "User") -> Q:
        """The owners among whom a goal can be open to `user` at all: few, found before any goal is looked at."""
        if user.may("handle_everyone"):
            return EVERYTHING
        near = Q(pk=user.pk) | UserPolicy.manage(user) | UserPolicy.handle(user)
        near |= Q(team=user.team_id) if user.team_id else NOTHING
        return Q(owner__in=User.objects.filter(near).order_by().values("pk"))

    @action
    def own(cls, user: "User") -> Q:
        return Q(owner=user.pk)

    @action
    def manage(cls, user: "User") -> Q:
        return through("owner", UserPolicy.manage(user))

    @action
    def handle(cls, user: "User") -> Q:
        return through("owner", UserPolicy.handle(user))

    @action
    def take_part(cls, user: "User") -> Q:
        """One of the two sides of the goal."""
        return cls.own(user) | cls.manage(user)

    @action
    def propose(cls, user: "User") -> Q:
        """The owner, or the manager who wrote the goal for somebody."""
        return cls.own(user) | (cls.manage(user) & Q(proposed_by=user.pk))

    @action
    def agree(cls, user: "User") -> Q:
        """The other side than the one that proposed it."""
        return waits_for(user, "proposed_by")

    @action
    def take_back(cls, user: "User") -> Q:
        return Q(proposed_by=user.pk)

    @action
    def edit(cls, user: "User") -> Q:
        """A draft by its owner; afterwards nothing but by agreement."""
        return cls.own(user) & Q(status=GoalStatus.DRAFT)

    @action
    def share(cls, user: "User") -> Q:
        """Who else reads it and what it serves is the owner's to say at any time."""
        return cls.own(user)

    @action
    def read_history(cls, user: "User") -> Q:
        """Who moved it and why, for its two sides and HR; the team sees the goal alone."""
        return cls.take_part(user) | cls.handle(user)

    @action
    def check_in(cls, user: "User") -> Q:
        return cls.take_part(user) & Q(status=GoalStatus.AGREED)

    @action
    def ask_change(cls, user: "User") -> Q:
        return cls.take_part(user) & Q(status=GoalStatus.AGREED)

    @action
    def reopen(cls, user: "User") -> Q:
        """The manager; somebody without a manager themselves."""
        return cls.manage(user) if user.manager_id else cls.take_part(user)


class ChangePolicy(Policy):
    """Changes asked for of an agreed goal."""

    model = "goals.Change"

    @action
    def read(cls, user: "User") -> Q:
        return through("goal", GoalPolicy.read(user))

    @action
    def answer(cls, user: "User") -> Q:
        """The other side than the one that asked."""
        return waits_for(user, "asked_by", "goal__owner")

    @action
    def take_back(cls, user: "User") -> Q:
        return Q(asked_by=user.pk)


class EvidencePolicy(Policy):
    """Facts."""

    model = "goals.Evidence"

    @action
    def read(cls, user: "User") -> Q:
        """The owner reads all; evidence attached to a goal is read with that goal. Proposals are the owner's alone."""
        evidence, goal = apps.get_model("goals.Evidence"), apps.get_model("goals.Goal")
        attached = Q(goals__in=GoalPolicy.filter(goal.objects.all(), user), is_proposal=False)
        return Q(pk__in=evidence.objects.filter(Q(owner=user.pk) | attached).values("pk"))

    @action
    def edit(cls, user: "User") -> Q:
        return Q(owner=user.pk)


class TemplatePolicy(Policy):
    """Templates of goals."""

    model = "goals.GoalTemplate"

    @action
    def read(cls, user: "User") -> Q:
        return Q(is_active=True)


class ObjectivePolicy(Policy):
    """What the organisation wants."""

    model = "goals.Objective"

    @action
    def read(cls, user: "User") -> Q:
        """For everybody; HR also sees what is no longer pursued."""
        return EVERYTHING if user.may("edit_objectives") else Q(is_active=True)


def writes_for_others(user: "User") -> bool:
    """Whether `user` may write goals for others: whoever has reports, of their own or as a stand-in."""
    return bool(UserPolicy.filter(User.objects.active(), user, "manage").exists())
