"""Who reads and does what with feedback. A person's part in a round is one of: subject, manager, hr, or none."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from feedback.states import RequestStatus, RoundStatus
from foundation.policy import NOTHING, Policy, action, through
from people.models import Delegation, User
from people.policies import UserPolicy

if TYPE_CHECKING:
    from feedback.models import FeedbackRound

SUBJECT, MANAGER, HR = "subject", "manager", "hr"


class RoundPolicy(Policy):
    """Rounds: `own`, `manage` and `handle` are the parts of subject, manager and HR; nobody has two of them."""

    model = "feedback.FeedbackRound"

    @action
    def read(cls, user: "User") -> Q:
        """That a round exists and whom it asks."""
        return cls.own(user) | cls.manage(user) | cls.handle(user)

    @action
    def own(cls, user: "User") -> Q:
        """The subject, who is only ever the subject."""
        return Q(subject=user.pk)

    @action
    def manage(cls, user: "User") -> Q:
        """The manager of record, or whoever stands in for them."""
        return Q(manager__in=user.acts_for) & ~Q(subject=user.pk)

    @action
    def handle(cls, user: "User") -> Q:
        """HR for the subject: extend, cancel, confirm outsiders, change the confidentiality.

        Never in rounds they lead: a manager does not see who has answered.
        """
        return through("subject", UserPolicy.handle(user)) & ~Q(manager__in=user.acts_for)

    @action
    def lead(cls, user: "User") -> Q:
        """Approve, add, remove: the manager's side, and HR who unblocks."""
        return cls.manage(user) | cls.handle(user)

    @action
    def propose(cls, user: "User") -> Q:
        """The subject proposes, the manager and HR add."""
        return cls.own(user) | cls.lead(user)

    @action
    def read_results(cls, user: "User") -> Q:
        """After the release the manager and HR; the subject from delivery on."""
        readers = cls.lead(user) | (cls.own(user) & Q(is_open_to_subject=True))
        return readers & Q(status=RoundStatus.RELEASED)

    @action
    def hide_text(cls, user: "User") -> Q:
        return cls.handle(user) & Q(status=RoundStatus.RELEASED)


class RequestPolicy(Policy):
    """Requests to collaborators. Who answers by a link has no account: `feedback/access_links/`."""

    model = "feedback.FeedbackRequest"

    @action
    def read(cls, user: "User") -> Q:
        """A giver reads the own request once asked; the others through the round it belongs to."""
        shown = [RequestStatus.ASKED, RequestStatus.ANSWERED, RequestStatus.DECLINED]
        return (cls.give(user) & Q(status__in=shown)) | cls.lead(user)

    @action
    def give(cls, user: "User") -> Q:
        """The one who was asked."""
        return Q(giver=user.pk)

    @action
    def lead(cls, user: "User") -> Q:
        """Whose list may be changed: the manager's rounds and those HR handles."""
        return through("round", RoundPolicy.lead(user))

    @action
    def handle(cls, user: "User") -> Q:
        """Stop asking: HR, who sees who has answered. To anybody else a refusal would tell it."""
        return through("round", RoundPolicy.handle(user))

    @action
    def take_off(cls, user: "User") -> Q:
        """The subject takes an own proposal back; the manager and HR remove."""
        return (through("round", RoundPolicy.own(user)) & Q(added_by=user.pk)) | cls.lead(user)

    @action
    def vouch(cls, user: "User") -> Q:
        """Say as a colleague that an outsider exists: nobody who gains by it or depends on who does.

        Not a reader of the result, the one who named the outsider, or a stand-in of either; nobody who reports to one
        of them, at any distance, nor anybody above the subject or the manager; nobody who gives feedback in this round.
        """
        if not user.is_active:
            return NOTHING
        request = apps.get_model("feedback.FeedbackRequest")
        has_part = through("round", RoundPolicy.read(user))
        principals = Delegation.objects.filter(stand_in=user.pk).values_list("principal", flat=True)
        is_beside = _is_party([*user.acts_for, *_line_above(user.pk), *principals])
        below = User.objects.below(user).values("pk")
        is_above = Q(round__subject__in=below) | Q(round__manager__in=below)
        gives = Q(round__in=request.objects.filter(giver=user.pk).values("round"))
        return Q(giver=None) & ~has_part & ~is_beside & ~is_above & ~gives

    @action
    def confirm(cls, user: "User") -> Q:
        """HR, or the colleague who was asked to vouch."""
        return cls.handle(user) | (cls.decline_to_confirm(user) & cls.vouch(user))

    @action
    def decline_to_confirm(cls, user: "User") -> Q:
        """The colleague who was asked."""
        return Q(confirmer=user.pk)


class PraisePolicy(Policy):
    """Thanks."""

    model = "feedback.Praise"

    @action
    def read(cls, user: "User") -> Q:
        """The two of them and, when the giver said so, the receiver's present manager or stand-in."""
        shared = Q(is_shared_with_manager=True) & through("receiver", UserPolicy.manage(user))
        return Q(giver=user.pk) | Q(receiver=user.pk) | shared


class AskPolicy(Policy):
    """Questions to a colleague."""

    model = "feedback.FeedbackAsk"

    @action
    def read(cls, user: "User") -> Q:
        """The two of them and, when the giver said so, the asker's present manager or stand-in once it is answered."""
        shared = Q(reply__is_shared_with_manager=True) & through("asker", UserPolicy.manage(user))
        return Q(asker=user.pk) | Q(giver=user.pk) | shared

    @action
    def reply(cls, user: "User") -> Q:
        return Q(giver=user.pk)


def _is_party(people: list[UUID]) -> Q:
    """Requests whose subject, manager or proposer is among `people`."""
    return Q(round__subject__in=people) | Q(round__manager__in=people) | Q(added_by__in=people)


def _line_above(pk: UUID | None) -> set[UUID]:
    """Ids of the managers of a person, up to the top."""
    found: set[UUID] = set()
    while (pk := User.objects.filter(pk=pk).values_list("manager", flat=True).first()) and pk not in found:
        found.add(pk)
    return found


def part_in(feedback_round: "FeedbackRound", user: "User") -> str:
    """The part of `user` in `feedback_round`: SUBJECT, MANAGER, HR, or empty."""
    parts = {"own": SUBJECT, "manage": MANAGER, "handle": HR}
    return next((part for name, part in parts.items() if RoundPolicy.allows(user, feedback_round, name)), "")


def principal_of(feedback_round: "FeedbackRound", user: "User") -> "User | None":
    """For whom `user` acts: the absent manager when standing in, otherwise nobody."""
    is_stand_in = feedback_round.manager_id != user.pk and RoundPolicy.allows(user, feedback_round, "manage")
    return feedback_round.manager if is_stand_in else None
