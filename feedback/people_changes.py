"""What feedback keeps about a person: what depends on them, and what follows when HR changes name or address."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback.models import FeedbackRequest, FeedbackRound
from feedback.nominations.services import invitation_for
from feedback.rounds.services import ask_again, change_manager
from feedback.states import OFF_THE_LIST, RUNNING, RequestStatus, RoundStatus
from foundation.audit.events import record
from foundation.outbox.messages import enqueue
from people.dependents import Item, after_change, depends_on_a_person
from people.models import User


def _item(feedback_round: FeedbackRound, note="") -> Item:
    return Item(
        str(feedback_round),
        reverse("feedback:round", args=[feedback_round.pk]),
        note or str(feedback_round.get_status_display()),
    )


def _give_rounds(leaver: User, successor: User, by: User) -> int:
    """Rounds whose review has taken them along are the successor's already; nobody leads a round about themselves."""
    count = 0
    for feedback_round in FeedbackRound.objects.running().filter(manager=leaver).exclude(subject=successor):
        change_manager(feedback_round, successor, by=by)
        count += 1
    return count


@depends_on_a_person(_("Rounds of feedback they lead"), hand_over=_give_rounds)
def rounds_led(person: User):
    rounds = FeedbackRound.objects.running().filter(manager=person).select_related("subject").order_by("subject__name")
    return [_item(feedback_round) for feedback_round in rounds]


@depends_on_a_person(_("Feedback about them"))
def rounds_about(person: User):
    return [
        _item(feedback_round)
        for feedback_round in FeedbackRound.objects.running().filter(subject=person).select_related("subject")
    ]


@depends_on_a_person(_("Feedback they are asked for"))
def requests_to(person: User):
    waiting = [RequestStatus.PROPOSED, RequestStatus.ASKED]
    rows = FeedbackRequest.objects.filter(giver=person, status__in=waiting, round__status__in=RUNNING)
    return [_item(row.round) for row in rows.select_related("round__subject").order_by("round__subject__name")]


@after_change
def follow_name_and_address(changed, by) -> None:
    """Requests are found under the new name; whoever is asked under a new address gets a new link there at once."""
    moved = {person.pk: (person, fields) for person, fields in changed if fields & {"name", "email"}}
    if not moved:
        return
    rows = (
        FeedbackRequest.objects.filter(giver__in=moved)
        .exclude(status__in=OFF_THE_LIST)
        .select_related("round__subject", "giver")
    )
    invited = []
    for row in rows.order_by("pk"):
        person, fields = moved[row.giver_id]
        row.name, row.giver = person.name, person
        if not _is_taken(row, person.email):
            row.email = person.email
        if "email" in fields and _is_open(row):
            row.invitations += 1
            invited.append(row)
        row.save(update_fields=["name", "search", "email", "invitations"])
    for row in invited:
        record(row, "send_again", by=by)
    enqueue(invitation_for(row) for row in invited)


@after_change
def follow_return(changed, by) -> None:
    """Somebody who had left is back: feedback about them goes on where it was on hold."""
    back = [person.pk for person, fields in changed if "is_active" in fields and person.is_active]
    rounds = FeedbackRound.objects.running().filter(subject__in=back)
    held = list(rounds.filter(goes_on_without_subject=False))
    rounds.update(goes_on_without_subject=False)
    ask_again(held, by=by)


def _is_taken(row: FeedbackRequest, email: str) -> bool:
    """Whether somebody from outside is on the same list under this address."""
    others = FeedbackRequest.objects.filter(round=row.round_id, email__iexact=email).exclude(pk=row.pk)
    return others.exclude(status__in=OFF_THE_LIST).exists()


def _is_open(row: FeedbackRequest) -> bool:
    is_asked = row.status == RequestStatus.ASKED and row.round.status == RoundStatus.COLLECTING
    return is_asked and row.is_in_time and not row.has_left and not row.round.is_paused
