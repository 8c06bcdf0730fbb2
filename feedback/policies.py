"""Who reads and does what with feedback. A person's part in a round is one of: subject, manager, hr, or none."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from feedback.states import RequestStatus, RoundStatus
from people.models import Delegation, User
from people.policies import hr_handles, subjects_hr_handles

if TYPE_CHECKING:
    from feedback.models import FeedbackAsk, FeedbackRequest, FeedbackRound

SUBJECT, MANAGER, HR = "subject", "manager", "hr"


def _handled_by_hr(user: "User", path: str) -> Q:
    """As `subjects_hr_handles`, safe inside an OR: the join over a team's partners would repeat rows."""
    if user.is_hr:
        return subjects_hr_handles(user, f"{path}__")
    if user.is_hr_partner:
        return Q(**{f"{path}__in": User.objects.filter(subjects_hr_handles(user))})
    return Q(pk__in=[])


def rounds_led_by(user: "User", path: str = "") -> Q:
    """Rounds whose manager of record is `user` or somebody `user` stands in for; never the round about `user`."""
    leads = Q(**{f"{path}manager__in": user.acts_for})
    return leads & ~Q(**{f"{path}subject": user.pk})


def rounds_run_by_hr(user: "User", path: str = "") -> Q:
    """Rounds about people whom `user` handles as HR; never those they lead: a manager does not see who has answered."""
    return _handled_by_hr(user, f"{path}subject") & ~Q(**{f"{path}manager__in": user.acts_for})


def rounds_open_to(user: "User") -> Q:
    """That a round exists and whom it asks: its subject, the manager of record, HR who handles the subject."""
    return Q(subject=user.pk) | rounds_led_by(user) | rounds_run_by_hr(user)


def requests_open_to(user: "User") -> Q:
    """A giver reads the own request once asked; the others through the round it belongs to."""
    return Q(giver=user.pk, status__in=[RequestStatus.ASKED, RequestStatus.ANSWERED, RequestStatus.DECLINED])


def requests_handled_by(user: "User") -> Q:
    """Whose list may be changed: the manager's rounds and those HR handles."""
    return rounds_led_by(user, "round__") | rounds_run_by_hr(user, "round__")


def is_led_by(feedback_round: "FeedbackRound", user: "User") -> bool:
    """The single-row form of `rounds_led_by`."""
    return feedback_round.subject_id != user.pk and feedback_round.manager_id in user.acts_for


def part_in(feedback_round: "FeedbackRound", user: "User") -> str:
    """The part of `user` in `feedback_round`; the subject is only ever the subject, a manager never also HR."""
    if feedback_round.subject_id == user.pk:
        return SUBJECT
    if is_led_by(feedback_round, user):
        return MANAGER
    return HR if hr_handles(user, feedback_round.subject) else ""


def principal_of(feedback_round: "FeedbackRound", user: "User") -> "User | None":
    """For whom `user` acts: the absent manager when standing in, otherwise nobody."""
    is_stand_in = feedback_round.manager_id != user.pk and is_led_by(feedback_round, user)
    return feedback_round.manager if is_stand_in else None


def can_propose(feedback_round: "FeedbackRound", user: "User") -> bool:
    """The subject proposes, the manager and HR add."""
    return bool(part_in(feedback_round, user))


def can_lead(feedback_round: "FeedbackRound", user: "User") -> bool:
    """Approve, add, remove: the manager of record or stand-in, and HR who unblocks."""
    return part_in(feedback_round, user) in (MANAGER, HR)


def can_run(feedback_round: "FeedbackRound", user: "User") -> bool:
    """Extend, cancel, change the confidentiality: HR."""
    return part_in(feedback_round, user) == HR


def can_confirm(feedback_round: "FeedbackRound", user: "User") -> bool:
    """That an outsider exists: HR, never somebody who leads or is the subject of the round."""
    return part_in(feedback_round, user) == HR


def can_vouch(request: "FeedbackRequest", user: "User") -> bool:
    """Whether `user` may say as a colleague that an outsider exists: nobody who gains by it or depends on who does.

    Not a reader of the result, the one who named the outsider, or a stand-in of either; nobody who reports to one of
    them, at any distance, nor anybody above the subject or the manager; nobody who gives feedback in this round.
    """
    feedback_round = request.round
    parties = {feedback_round.subject_id, feedback_round.manager_id, request.added_by_id} - {None}
    if not user.is_active or request.giver_id is not None or part_in(feedback_round, user) or parties & user.acts_for:
        return False
    above = _line_above(feedback_round.subject_id) | _line_above(feedback_round.manager_id)
    if parties & _line_above(user.pk) or user.pk in above:
        return False
    is_stand_in = Delegation.objects.filter(principal__in=parties, stand_in=user).exists()
    return not is_stand_in and not feedback_round.requests.filter(giver=user).exists()


def _line_above(pk: UUID) -> set:
    """Ids of the managers of a person, up to the top."""
    found: set = set()
    while (pk := User.objects.filter(pk=pk).values_list("manager", flat=True).first()) and pk not in found:
        found.add(pk)
    return found


def can_lead_request(request: "FeedbackRequest", user: "User") -> bool:
    return can_lead(request.round, user)


def can_run_request(request: "FeedbackRequest", user: "User") -> bool:
    """Stop asking: HR, who sees who has answered. To anybody else a refusal would tell it."""
    return can_run(request.round, user)


def can_take_off(request: "FeedbackRequest", user: "User") -> bool:
    """The subject takes an own proposal back; the manager and HR remove."""
    own = request.round.subject_id == user.pk and request.added_by_id == user.pk
    return own or can_lead(request.round, user)


def is_giver(request: "FeedbackRequest", user: "User") -> bool:
    return request.giver_id == user.pk


def reads_results(feedback_round: "FeedbackRound", user: "User") -> bool:
    """After the release the manager and HR; the subject from delivery on."""
    if feedback_round.status != RoundStatus.RELEASED:
        return False
    part = part_in(feedback_round, user)
    return feedback_round.is_open_to_subject if part == SUBJECT else bool(part)


def can_hide_text(feedback_round: "FeedbackRound", user: "User") -> bool:
    return feedback_round.status == RoundStatus.RELEASED and part_in(feedback_round, user) == HR


def praise_open_to(user: "User") -> Q:
    """The two of them and, when the giver said so, the receiver's present manager or stand-in."""
    shared = Q(is_shared_with_manager=True, receiver__manager__in=user.acts_for)
    return Q(giver=user.pk) | Q(receiver=user.pk) | (shared & ~Q(receiver=user.pk))


def asks_open_to(user: "User") -> Q:
    shared = Q(reply__is_shared_with_manager=True, asker__manager__in=user.acts_for)
    return Q(asker=user.pk) | Q(giver=user.pk) | shared


def can_reply(ask: "FeedbackAsk", user: "User") -> bool:
    return ask.giver_id == user.pk
