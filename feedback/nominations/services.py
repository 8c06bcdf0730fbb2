"""Who is asked: proposing, completing the list, approving, adding, removing. Loads are judged under a lock."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import FeedbackRequest, FeedbackRound
from feedback.policies import SUBJECT, RoundPolicy, part_in, principal_of
from feedback.rounds.models import paused_words
from feedback.states import OFF_THE_LIST, ON_THE_LIST, Confidentiality, RequestStatus, RoundStatus
from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from foundation.outbox.messages import enqueue, message_for
from foundation.ui.forms import REASON_MAX
from foundation.workflow.declaration import Taken
from foundation.workflow.moves import MoveRefused, perform, perform_many
from people.models import User
from people.typed import typed_address, untagged
from questionnaires.cache import questionnaires_of


def open_rounds(rounds: list[FeedbackRound]) -> list[FeedbackRound]:
    """Store new rounds in bulk. Nobody is told here: the launch of a cycle tells everyone once."""
    return FeedbackRound.objects.bulk_create(rounds, batch_size=1000)


@transaction.atomic
def propose(feedback_round: FeedbackRound, *, by, giver=None, name="", email="", relation: str) -> FeedbackRequest:
    """Put somebody on the list: a colleague as `giver`, or an outsider by `name` and `email`.

    Raises PermissionDenied, or MoveRefused with the reason (closed, twice, themselves, full).
    """
    feedback_round = FeedbackRound.objects.select_for_update(of=("self",), no_key=True).get(pk=feedback_round.pk)
    if not RoundPolicy.allows(by, feedback_round, "propose"):
        raise PermissionDenied
    if feedback_round.subject_id == by.pk and feedback_round.status != RoundStatus.NOMINATING:
        raise MoveRefused(_("The list has been approved; your manager can still add somebody."))
    if feedback_round.is_paused:
        raise MoveRefused(paused_words(feedback_round))
    email = typed_address(giver.email if giver else email)
    if giver is None:
        giver = User.objects.with_address(email).first()
    _check_candidate(feedback_round, giver, email, relation)
    if giver is None:
        check_outsider(feedback_round, email)
    language = (giver or feedback_round.subject).language  # somebody from outside most likely works in the subject's
    person = {"name": giver.name if giver else name.strip() or email, "language": language}
    try:
        with transaction.atomic():
            request = FeedbackRequest.objects.create(
                round=feedback_round,
                giver=giver,
                email=email,
                relation=relation,
                added_by=by,
                confirmed_by=by if giver is None and RoundPolicy.allows(by, feedback_round, "handle") else None,
                **person,
            )
    except IntegrityError as twice:
        raise MoveRefused(_("This person is on the list already.")) from twice
    record(request, "propose", by=by, on_behalf_of=principal_of(feedback_round, by))
    return request


def relations_of(feedback_round: FeedbackRound) -> list[str]:
    """The relations for which the round's version has questions, in order."""
    return [each.key for each in questionnaires_of(feedback_round.catalogue).feedback()]


def _check_candidate(feedback_round, giver, email, relation) -> None:
    """Raises MoveRefused when this person cannot be asked in this round."""
    if giver is not None and not giver.is_active:
        raise MoveRefused(_("This person has left."))
    if email == feedback_round.subject.email.lower():
        raise MoveRefused(_("Nobody is asked about themselves: that is what the self-assessment is for."))
    if giver is not None:
        check_colleague(feedback_round, giver)
    if relation not in relations_of(feedback_round):
        raise MoveRefused(_("There are no questions for this relation."))
    if feedback_round.requests.filter(status__in=ON_THE_LIST).count() >= feedback_round.max_total:
        raise MoveRefused(_("The list is full: %(most)s people at most.") % {"most": feedback_round.max_total})


def check_colleague(feedback_round: FeedbackRound, giver: User) -> None:
    """Raises MoveRefused for the subject and the manager of `feedback_round`."""
    if giver.pk == feedback_round.subject_id:
        raise MoveRefused(_("Nobody is asked about themselves: that is what the self-assessment is for."))
    if giver.pk == feedback_round.manager_id:
        raise MoveRefused(_("The manager writes the evaluation and is not asked here as well."))


def check_outsider(feedback_round: FeedbackRound, email: str, but: FeedbackRequest | None = None) -> None:
    """Raises MoveRefused when `email` is another spelling (+tag) of somebody who is known here. `but` is not compared.

    Mail to "priya+peer@…" reaches Priya: she would answer about herself, or somebody would answer twice.
    """
    mailbox = untagged(email)
    if mailbox == untagged(feedback_round.subject.email):
        raise MoveRefused(
            _("This address belongs to %(name)s, whom the feedback is about.") % {"name": feedback_round.subject}
        )
    if mailbox == untagged(feedback_round.manager.email):
        raise MoveRefused(_("The manager writes the evaluation and is not asked here as well."))
    listed = feedback_round.requests.exclude(status__in=OFF_THE_LIST)
    if but is not None:
        listed = listed.exclude(pk=but.pk)
    if any(untagged(row.address) == mailbox for row in listed.select_related("giver")):
        raise MoveRefused(_("This person is on the list already."))
    if colleague := User.objects.with_mailbox(mailbox).first():
        words = _("This address belongs to %(name)s, who has an account. Choose them from the search instead.")
        raise MoveRefused(words % {"name": colleague.name})


@transaction.atomic
def submit_list(feedback_round: FeedbackRound, *, by) -> FeedbackRound:
    """The subject says that the list is complete; the manager is told. Raises MoveRefused outside min and max."""
    feedback_round = FeedbackRound.objects.select_for_update(of=("self",), no_key=True).get(pk=feedback_round.pk)
    if not RoundPolicy.allows(by, feedback_round, "own"):
        raise PermissionDenied
    count = feedback_round.requests.filter(status=RequestStatus.PROPOSED).count()
    if (
        feedback_round.status != RoundStatus.NOMINATING
        or not feedback_round.min_total <= count <= feedback_round.max_total
    ):
        raise MoveRefused(
            _("Please suggest %(least)s to %(most)s people; there are %(count)s on the list.")
            % {"least": feedback_round.min_total, "most": feedback_round.max_total, "count": count}
        )
    if feedback_round.list_sent_on is None:
        feedback_round.list_sent_on, feedback_round.list_note = timezone.localdate(), ""
        feedback_round.save()
        event = record(feedback_round, "send_list", by=by)
        enqueue([_message_to(feedback_round.manager, feedback_round, "nomination_approval", event.number)])
    return feedback_round


@transaction.atomic
def return_list(feedback_round: FeedbackRound, *, by, note: str) -> FeedbackRound:
    """The manager sends the list back to the subject with a note."""
    feedback_round = FeedbackRound.objects.select_for_update(of=("self",), no_key=True).get(pk=feedback_round.pk)
    if not RoundPolicy.allows(by, feedback_round, "lead"):
        raise PermissionDenied
    if feedback_round.status != RoundStatus.NOMINATING or feedback_round.list_sent_on is None:
        raise MoveRefused(_("The list isn't with you at the moment."))
    if feedback_round.is_paused:
        raise MoveRefused(paused_words(feedback_round))
    feedback_round.list_sent_on, feedback_round.list_note = None, note.strip()[:REASON_MAX]
    feedback_round.save()
    event = record(feedback_round, "return_list", by=by, on_behalf_of=principal_of(feedback_round, by))
    enqueue(
        [_message_to(feedback_round.subject, feedback_round, "returned_for_changes", event.number, returned_by=by.name)]
    )
    return feedback_round


def _message_to(person, feedback_round, kind, number, **data):
    """A message about the list; `number` is that of the event it follows from."""
    values = {
        "employee_name": feedback_round.subject.name,
        "due_date": feedback_round.closes_on.isoformat(),
        "cycle_name": feedback_round.title,
    }
    return message_for(feedback_round, kind, to=person, key=f"{feedback_round.pk}:{number}", **values | data)


@transaction.atomic
def approve(feedback_round: FeedbackRound, *, by) -> FeedbackRound:
    """Ask everyone on the list. Raises MoveRefused when the confidentiality or somebody's load does not allow it."""
    feedback_round = FeedbackRound.objects.select_for_update(of=("self",), no_key=True).get(pk=feedback_round.pk)
    behalf = principal_of(feedback_round, by)
    if feedback_round.status == RoundStatus.NOMINATING:
        feedback_round = perform(feedback_round, "collect", by=by, on_behalf_of=behalf)
    elif feedback_round.status != RoundStatus.COLLECTING or not RoundPolicy.allows(by, feedback_round, "lead"):
        raise MoveRefused(_("This list can no longer be approved."))
    proposed = list(
        feedback_round.requests.filter(status=RequestStatus.PROPOSED).select_related("giver").order_by("pk")
    )
    check_again(feedback_round, proposed)
    invite(feedback_round, proposed, by=by, on_behalf_of=behalf)
    return feedback_round


def tell_of_approval(taken: list[Taken]) -> None:
    """The subject hears that the list was approved."""
    tell(
        line_for(each.row, "line_list_approved", to=each.row.subject, key=f"{each.row.pk}", manager_name=each.by.name)
        for each in taken
    )


def check_again(feedback_round: FeedbackRound, proposed: list[FeedbackRequest]) -> None:
    """The rules of proposing, on what was stored earlier: accounts, addresses and the manager may be others by now.

    Raises MoveRefused with the name, the address and the reason of every entry that is none any more.
    """
    refused = []
    for request in proposed:
        try:
            if request.giver is None:
                check_outsider(feedback_round, request.email, but=request)
            else:
                check_colleague(feedback_round, request.giver)
        except MoveRefused as why:
            refused.append(f"{request.name} ({request.address}): {why}")
    if refused:
        words = _("Take these off the list or choose somebody else. %(entries)s")
        raise MoveRefused(words % {"entries": " ".join(refused)})


@transaction.atomic
def add(feedback_round: FeedbackRound, *, by, giver=None, name="", email="", relation: str) -> FeedbackRequest:
    """The manager or HR puts somebody on the list; in a round that is collecting they are asked at once."""
    if not RoundPolicy.allows(by, feedback_round, "lead"):
        raise PermissionDenied
    request = propose(feedback_round, by=by, giver=giver, name=name, email=email, relation=relation)
    if feedback_round.status == RoundStatus.COLLECTING:
        [request] = invite(request.round, [request], by=by, on_behalf_of=principal_of(feedback_round, by))
    return request


def invite(
    feedback_round: FeedbackRound, requests: list[FeedbackRequest], *, by, on_behalf_of=None
) -> list[FeedbackRequest]:
    """Move each to asked and owe the invitation. Raises MoveRefused naming those who left or whose cap is reached."""
    if feedback_round.is_paused:
        raise MoveRefused(paused_words(feedback_round))
    if left := [request.name for request in requests if request.has_left]:
        words = _("%(names)s: no longer here. Take them off the list, or choose somebody else.")
        raise MoveRefused(words % {"names": ", ".join(left)})
    check_loads(feedback_round, [request.giver for request in requests if request.giver])
    related = ("round__manager", "round__subject", "giver")
    return perform_many(requests, "ask", by=by, on_behalf_of=on_behalf_of, related=related)


def owe_invitations(taken: list[Taken]) -> None:
    enqueue(invitation_for(each.row) for each in taken)


def check_loads(feedback_round: FeedbackRound, givers: Iterable[User]) -> None:
    """Lock `givers` and compare their load with the cap: two managers approving at once do not both win."""
    ids = [giver.pk for giver in givers]
    locked = list(User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))
    loads = loads_of(ids)
    full = [person.name for person in locked if loads[person.pk] >= feedback_round.max_per_giver]
    if full:
        raise MoveRefused(
            _("%(names)s: asked by %(most)s colleagues already. Please choose somebody else.")
            % {"names": ", ".join(full), "most": feedback_round.max_per_giver}
        )


def loads_of(ids) -> dict:
    """How many requests each person has now, by id; one query."""
    loads = dict.fromkeys(ids, 0)
    for giver_id in FeedbackRequest.objects.load().filter(giver__in=ids).values_list("giver_id", flat=True):
        loads[giver_id] += 1
    return loads


def invitation_for(request: FeedbackRequest):
    """The invitation: to colleagues and to outsiders in their own words; the link is made while it is sent."""
    kind = "feedback_request_external" if request.is_external else "nomination"
    if request.confidentiality == Confidentiality.ATTRIBUTED:
        kind = f"{kind}_named"
    return message_to_giver(request, kind, f"{request.pk}:{request.invitations}")


def message_to_giver(request: FeedbackRequest, kind: str, key: str, **data):
    return message_for(
        request,
        kind,
        to=request.giver,
        address=request.email,
        name=request.name,
        language=request.language,
        key=key,
        **data,
    )


@transaction.atomic
def remove(request: FeedbackRequest, *, by, reason: str = "") -> FeedbackRequest:
    """Take somebody off the list or, as HR, stop asking them; the subject reads the reason.

    A subject takes back an own proposal; the manager and HR need a reason. Raises PermissionDenied for everyone else
    who was asked, answered or not: the manager would learn from a refusal who has answered.
    """
    feedback_round = request.round
    verb = "remove" if request.status == RequestStatus.PROPOSED else "revoke"
    if verb == "revoke" and not RoundPolicy.allows(by, feedback_round, "handle"):
        raise PermissionDenied
    if feedback_round.is_paused and not RoundPolicy.allows(by, feedback_round, "handle"):
        raise MoveRefused(paused_words(feedback_round))
    if part_in(feedback_round, by) != SUBJECT and not reason.strip():
        raise MoveRefused(_("Give a reason. The person who proposed the list will read it."))
    return perform(
        request,
        verb,
        by=by,
        on_behalf_of=principal_of(feedback_round, by),
        reason=reason,
        why=reason.strip()[:REASON_MAX],
    )
