"""What goes into the mails about feedback. Links and codes are made here, while an email is sent."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Questionnaire
from feedback.access_links import services as links
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.rounds.querysets import PAUSED, organisation_today
from feedback.states import RoundStatus
from foundation.outbox.mails import Withdrawn, absolute, deadline_placeholders, in_words, mail_context
from foundation.outbox.models import Message

REMINDERS = ("reminder_before_due", "reminder_on_due")


@dataclass(frozen=True)
class Asked:
    """What a mail to a giver needs; `tokens` by purpose, `minutes` the questionnaire takes."""

    request: FeedbackRequest
    tokens: dict[str, str]
    minutes: int

    @property
    def links(self) -> dict[str, str]:
        """The addresses of one email, with its own fresh tokens."""
        paths = {purpose: absolute(reverse("feedback:link", args=[token])) for purpose, token in self.tokens.items()}
        return {"link": paths["answer"], "decline_link": paths["decline"]}


def open_requests(messages: list[Message]) -> dict[UUID, FeedbackRequest]:
    """By message what it is about, read now; without those answered, revoked, closed or moved elsewhere meanwhile."""
    wanted = {message.target_id for message in messages}
    rows = (
        FeedbackRequest.objects.open_on(organisation_today())
        .select_related("round__subject", "giver")
        .filter(pk__in=wanted)
    )
    found = {str(request.pk): request for request in rows}
    return {
        message.pk: request
        for message in messages
        if (request := found.get(message.target_id)) and request.address.lower() == message.address.lower()
    }


def asked(messages: list[Message]) -> dict[UUID, Asked]:
    """As `open_requests`, each with links of its own."""
    requests = open_requests(messages)
    tokens = links.mint_all(requests.values())
    catalogues = {request.round.catalogue_id for request in requests.values()}
    rows = Questionnaire.objects.filter(catalogue__in=catalogues).values_list("catalogue", "key", "minutes")
    minutes = {(catalogue, key): each for catalogue, key, each in rows}
    return {
        pk: Asked(request, tokens[request.pk], minutes[request.round.catalogue_id, request.relation])
        for pk, request in requests.items()
    }


def reminded(messages: list[Message]) -> dict[UUID, Asked]:
    """As `asked`, for reminders: after an outage several may wait for one person, and only the newest is sent."""
    targets = {message.target_id for message in messages}
    owed = Message.objects.filter(target_type="feedback.feedbackrequest", target_id__in=targets, kind__in=REMINDERS)
    newest = dict(owed.order_by().values_list("target_id").annotate(Max("created_at")))
    return asked([message for message in messages if message.created_at >= newest[message.target_id]])


def still(found):
    """What was read ahead. Raises Withdrawn when there was nothing."""
    if found is None:
        raise Withdrawn("no longer asked")
    return found


@mail_context("nomination", read=asked)
@mail_context("nomination_named", read=asked)
@mail_context("feedback_request_external", read=asked)
@mail_context("feedback_request_external_named", read=asked)
def invitation(_message: Message, found: Asked | None) -> dict:
    request = still(found).request
    expires_on = timezone.localdate() + timedelta(days=links.LINK_DAYS)
    return {
        "employee_name": request.round.subject.name,
        "cycle_name": request.round.title,
        **deadline_placeholders(request.deadline),
        "minutes": found.minutes,
        "min_group_size": request.k_scores or request.round.k_scores,
        "link_expires": in_words(min(expires_on, request.deadline)),
        **found.links,
    }


@mail_context("reminder_before_due", of="feedback.feedbackrequest", read=reminded)
@mail_context("reminder_on_due", of="feedback.feedbackrequest", read=reminded)
def reminder(_message: Message, found: Asked | None) -> dict:
    request = still(found).request
    return {
        "task_title": _("Feedback about %(name)s") % {"name": request.round.subject.name},
        "cycle_name": request.round.title,
        **deadline_placeholders(request.deadline),
        "days_left": (request.deadline - organisation_today()).days,
        **found.links,
    }


def open_list(message: Message, **state) -> dict:
    """The link to a list that is still as the message says. Raises Withdrawn when it has moved on."""
    rows = FeedbackRound.objects.filter(pk=message.target_id, status=RoundStatus.NOMINATING, **state)
    feedback_round = rows.exclude(PAUSED).first()
    if feedback_round is None:
        raise Withdrawn("the list has moved on")
    return {"link": absolute(feedback_round.get_absolute_url())}


@mail_context("nomination_approval", of="feedback.feedbackround")
def list_to_check(message: Message) -> dict:
    return open_list(message, list_sent_on__isnull=False)


@mail_context("returned_for_changes", of="feedback.feedbackround")
def list_came_back(message: Message) -> dict:
    return open_list(message, list_sent_on__isnull=True) | {"form_title": _("Your list of collaborators")}


@mail_context("confirm_outsider")
def outsider_to_confirm(message: Message) -> dict:
    """Withdrawn when it was settled, or somebody else was asked, before the mail left."""
    if not FeedbackRequest.objects.to_confirm_by(message.recipient).filter(pk=message.target_id).exists():
        raise Withdrawn("nothing is left to confirm")
    return {"link": absolute(reverse("feedback:vouch", args=[message.target_id]))}


@mail_context("line_list_approved")
def approved_list(message: Message) -> dict:
    """Withdrawn when the round has ended before the digest left."""
    feedback_round = FeedbackRound.objects.filter(pk=message.target_id, status=RoundStatus.COLLECTING).first()
    if feedback_round is None:
        raise Withdrawn("the round has ended")
    return {"link": absolute(feedback_round.get_absolute_url())}


@mail_context("feedback_code", read=open_requests)
def code(_message: Message, found: FeedbackRequest | None) -> dict:
    request = still(found)
    return {
        "employee_name": request.round.subject.name,
        "cycle_name": settings.ORGANISATION_NAME,
        "code": links.mint_code(request),
        "minutes": links.CODE_MINUTES,
    }
