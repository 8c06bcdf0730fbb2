"""The messages about feedback. Links and codes are made here, while an email is sent."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.access_links import services as links
from feedback.models import FeedbackRequest, FeedbackRound
from feedback.rounds.querysets import PAUSED, answering_day
from feedback.states import RoundStatus
from foundation.outbox.kinds import MessageKind, message_kind
from foundation.outbox.mails import Withdrawn, absolute, deadline_placeholders, in_words
from foundation.outbox.models import Message
from questionnaires.models import Questionnaire
from questionnaires.states import Purpose

REMINDERS = ("reminder_before_due", "reminder_on_due")
SITE = "https://plumbline.example.org"


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
        FeedbackRequest.objects.open_on(answering_day()).select_related("round__subject", "giver").filter(pk__in=wanted)
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
    rows = Questionnaire.objects.filter(catalogue__in=catalogues, purpose=Purpose.FEEDBACK)
    minutes = {(each.catalogue_id, each.key): each.minutes for each in rows}
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


# --- to whoever is asked: who that is stays on HR's board -----------------------------------------------------------
class InvitationKind(MessageKind):
    """The same for colleagues and outsiders, anonymous or with names: only the words differ."""

    about = "feedback.feedbackrequest"
    when = _("when a list is approved, or HR sends the request again")
    placeholders = {
        "employee_name": _("whom the feedback is about"),
        "due_date": _("the deadline, with weekday and time zone"),
        "minutes": _("how long the questionnaire takes"),
        "min_group_size": _("from how many answers on results are shown"),
        "link": _("the questionnaire; for this one request, made while the message is sent"),
        "decline_link": _("where to decline"),
        "link_expires": _("until when the links are valid"),
    }
    sample = {
        "employee_name": "Priya Raman",
        "due_date": "2030-01-23",
        "minutes": 15,
        "min_group_size": 4,
        "link": f"{SITE}/f/4Qm2/",
        "decline_link": f"{SITE}/f/9Xt7/",
        "link_expires": "23 Jan 2030",
    }
    shows_recipient = False
    read = staticmethod(asked)

    def build(self, message: Message, found: Asked | None) -> dict:
        found = still(found)
        request = found.request
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


@message_kind
class Nomination(InvitationKind):
    key = "nomination"
    name = _("Feedback request")
    audience = _("a colleague whose answers stay anonymous")


@message_kind
class NominationNamed(InvitationKind):
    key = "nomination_named"
    name = _("Feedback request, with names")
    audience = _("a colleague whose answers are shown with their name")


@message_kind
class ExternalRequest(InvitationKind):
    key = "feedback_request_external"
    name = _("Feedback request to an outsider")
    audience = _("somebody without an account whose answers stay anonymous")


@message_kind
class ExternalRequestNamed(InvitationKind):
    key = "feedback_request_external_named"
    name = _("Feedback request to an outsider, with names")
    audience = _("somebody without an account whose answers are shown with their name")


class RequestReminder(MessageKind):
    about = "feedback.feedbackrequest"
    audience = _("whoever is asked for feedback and has not answered")
    placeholders = {
        "task_title": _("what is asked of them"),
        "due_date": _("the deadline, with weekday and time zone"),
        "due_day": _("the deadline, with weekday"),
        "days_left": _("days until the deadline"),
        "link": _("the questionnaire; for this one request, made while the message is sent"),
        "decline_link": _("where to decline"),
    }
    sample = {
        "task_title": "Feedback about Priya Raman",
        "due_date": "2030-01-23",
        "due_day": "Wed 23 Jan 2030",
        "days_left": 5,
        "link": f"{SITE}/f/4Qm2/",
        "decline_link": f"{SITE}/f/9Xt7/",
    }
    shows_recipient = False
    read = staticmethod(reminded)

    def build(self, message: Message, found: Asked | None) -> dict:
        found = still(found)
        request = found.request
        return {
            "task_title": gettext("Feedback about %(name)s") % {"name": request.round.subject.name},
            "cycle_name": request.round.title,
            **deadline_placeholders(request.deadline),
            "days_left": (request.deadline - answering_day()).days,
            **found.links,
        }


@message_kind
class RequestDueSoon(RequestReminder):
    key = "reminder_before_due"
    name = _("Reminder before a deadline")
    when = _("5 and 2 days before the deadline, or when HR reminds those who are late")


@message_kind
class RequestDueToday(RequestReminder):
    key = "reminder_on_due"
    name = _("Reminder on the day of a deadline")
    when = _("on the day of the deadline")


@message_kind
class FeedbackCode(MessageKind):
    """That one was asked for tells that there is a draft: no page lists it."""

    key = "feedback_code"
    about = "feedback.feedbackrequest"
    name = _("Code to go on writing")
    audience = _("whoever is asked for feedback")
    when = _("when their draft is opened in another browser")
    placeholders = {
        "employee_name": _("whom the feedback is about"),
        "code": _("the code, made while the message is sent"),
        "minutes": _("how long it is valid"),
    }
    sample = {"employee_name": "Priya Raman", "code": "418 203", "minutes": 10}
    shows_recipient = False
    is_listed = False
    read = staticmethod(open_requests)

    def build(self, message: Message, found: FeedbackRequest | None) -> dict:
        request = still(found)
        return {
            "employee_name": request.round.subject.name,
            "cycle_name": settings.ORGANISATION_NAME,
            "code": links.mint_code(request),
            "minutes": links.CODE_MINUTES,
        }


@message_kind
class ConfirmOutsider(MessageKind):
    """Withdrawn when it was settled, or somebody else was asked, before the mail left."""

    key = "confirm_outsider"
    about = "feedback.feedbackrequest"
    name = _("Question whether a colleague knows an outsider")
    audience = _("the colleague who is asked to confirm")
    when = _("when the manager or HR asks a colleague about an outsider on a list")
    placeholders = {
        "actor_name": _("who asks"),
        "outsider_name": _("whom they would like to ask for feedback"),
        "link": _("where to answer"),
    }
    sample = {
        "actor_name": "Marta Keller",
        "outsider_name": "Noor Haddad",
        "link": f"{SITE}/feedback/requests/1/vouch/",
    }
    shows_recipient = False

    def build(self, message: Message, found) -> dict:
        if not FeedbackRequest.objects.to_confirm_by(message.recipient).filter(pk=message.target_id).exists():
            raise Withdrawn("nothing is left to confirm")
        return {"link": absolute(reverse("feedback:vouch", args=[message.target_id]))}


# --- about the list of collaborators -------------------------------------------------------------------------------
class ListKind(MessageKind):
    about = "feedback.feedbackround"
    shows_recipient = True

    def link_to(self, message: Message, **state) -> dict:
        """The link to a list that is still as the message says. Raises Withdrawn when it has moved on."""
        rows = FeedbackRound.objects.filter(pk=message.target_id, status=RoundStatus.NOMINATING, **state)
        feedback_round = rows.exclude(PAUSED).first()
        if feedback_round is None:
            raise Withdrawn("the list has moved on")
        return {"link": absolute(feedback_round.get_absolute_url())}


@message_kind
class ListToCheck(ListKind):
    key = "nomination_approval"
    name = _("List of collaborators to check")
    audience = _("the manager")
    when = _("when somebody submits their list of collaborators")
    placeholders = {
        "employee_name": _("whose list it is"),
        "due_date": _("when the feedback closes"),
        "link": _("the list"),
    }
    sample = {"employee_name": "Priya Raman", "due_date": "2030-01-23", "link": f"{SITE}/feedback/rounds/1/"}

    def build(self, message: Message, found) -> dict:
        return self.link_to(message, list_sent_on__isnull=False)


@message_kind
class ListReturned(ListKind):
    key = "returned_for_changes"
    name = _("List of collaborators returned")
    audience = _("the person whose list it is")
    when = _("when the manager returns the list")
    placeholders = {
        "form_title": _("what came back"),
        "returned_by": _("who returned it"),
        "due_date": _("when the feedback closes"),
        "link": _("the list"),
    }
    sample = {
        "form_title": "Your list of collaborators",
        "returned_by": "Marta Keller",
        "due_date": "2030-01-23",
        "link": f"{SITE}/feedback/rounds/1/",
    }

    def build(self, message: Message, found) -> dict:
        return self.link_to(message, list_sent_on__isnull=True) | {"form_title": gettext("Your list of collaborators")}


@message_kind
class ListApproved(MessageKind):
    """Withdrawn when the round has ended before the summary left."""

    key = "line_list_approved"
    about = "feedback.feedbackround"
    name = _("List of collaborators approved")
    audience = _("the person whose list it is")
    when = _("when the manager approves the list")
    placeholders = {"manager_name": _("who approved it"), "link": _("the list")}
    sample = {"manager_name": "Marta Keller", "link": f"{SITE}/feedback/rounds/1/"}
    in_summary = True
    shows_recipient = True

    def build(self, message: Message, found) -> dict:
        feedback_round = FeedbackRound.objects.filter(pk=message.target_id, status=RoundStatus.COLLECTING).first()
        if feedback_round is None:
            raise Withdrawn("the round has ended")
        return {"link": absolute(feedback_round.get_absolute_url())}


# --- between two colleagues: nobody else hears that they wrote -----------------------------------------------------
@message_kind
class FeedbackAsked(MessageKind):
    key = "feedback_asked"
    name = _("Question about a piece of work")
    audience = _("the colleague who is asked")
    when = _("when somebody asks a colleague for feedback between cycles")
    placeholders = {"asker_name": _("who asks"), "link": _("the question")}
    sample = {"asker_name": "Priya Raman", "link": f"{SITE}/feedback/asks/1/"}
    shows_recipient = False


@message_kind
class FeedbackReplied(MessageKind):
    key = "feedback_replied"
    name = _("Answer about a piece of work")
    audience = _("whoever asked")
    when = _("when the colleague answers")
    placeholders = {"giver_name": _("who answered"), "link": _("the answer")}
    sample = {"giver_name": "Jonas Weber", "link": f"{SITE}/feedback/asks/1/"}
    shows_recipient = False


@message_kind
class PraiseReceived(MessageKind):
    key = "praise_received"
    name = _("Thanks")
    audience = _("whoever is thanked")
    when = _("when somebody thanks a colleague")
    placeholders = {"giver_name": _("who thanks"), "link": _("the thanks")}
    sample = {"giver_name": "Jonas Weber", "link": f"{SITE}/feedback/praise/1/"}
    shows_recipient = False
