"""What goes into the mails of this room. Links and codes are made here, while a message is sent."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from activity.mails import Withdrawn, absolute, mail_context
from activity.models import Notice
from competencies.models import Questionnaire
from feedback import links
from feedback.models import Request, Round
from feedback.querysets import organisation_today
from feedback.states import RoundStatus


def open_request(notice: Notice) -> Request:
    """What the notice is about, read now. Raises Withdrawn when it was answered, revoked, closed or moved elsewhere."""
    requests = Request.objects.open_on(organisation_today()).select_related("round__subject")
    request = requests.filter(pk=notice.target_id, email__iexact=notice.address).first()
    if request is None:
        raise Withdrawn("no longer asked")
    return request


def link_values(request: Request) -> dict:
    """Fresh links for one message."""
    tokens = links.mint(request)
    paths = {purpose: absolute(reverse("feedback:link", args=[token])) for purpose, token in tokens.items()}
    return {"link": paths["answer"], "decline_link": paths["decline"]}


def date_of(day) -> str:
    return formats.date_format(day, "j F Y")


@mail_context("nomination")
@mail_context("nomination_named")
@mail_context("feedback_request_external")
@mail_context("feedback_request_external_named")
def invitation(notice: Notice) -> dict:
    request = open_request(notice)
    questionnaires = Questionnaire.objects.filter(catalogue=request.round.catalogue_id, key=request.relation)
    with translation.override(notice.language):
        expires_on = timezone.localdate() + timedelta(days=links.LINK_DAYS)
        return {
            "employee_name": request.round.subject.name,
            "cycle_name": request.round.title,
            "due_date": date_of(request.deadline),
            "minutes": questionnaires.values_list("minutes", flat=True).get(),
            "min_group_size": request.k_scores or request.round.k_scores,
            "link_expires": date_of(min(expires_on, request.deadline)),
            **link_values(request),
        }


@mail_context("reminder_before_due", of="feedback.request")
@mail_context("reminder_on_due", of="feedback.request")
def reminder(notice: Notice) -> dict:
    request = open_request(notice)
    with translation.override(notice.language):
        return {
            "task_title": _("Feedback about %(name)s") % {"name": request.round.subject.name},
            "cycle_name": request.round.title,
            "due_date": date_of(request.deadline),
            "days_left": (request.deadline - organisation_today()).days,
            **link_values(request),
        }


def open_list(notice: Notice, **state) -> dict:
    """The link to a list that is still as the notice says. Raises Withdrawn when it has moved on."""
    round = Round.objects.filter(pk=notice.target_id, status=RoundStatus.NOMINATING, **state).first()
    if round is None:
        raise Withdrawn("the list has moved on")
    return {"link": absolute(round.get_absolute_url())}


@mail_context("nomination_approval", of="feedback.round")
def list_to_check(notice: Notice) -> dict:
    return open_list(notice, list_sent_on__isnull=False)


@mail_context("returned_for_changes", of="feedback.round")
def list_came_back(notice: Notice) -> dict:
    return open_list(notice, list_sent_on__isnull=True)


@mail_context("feedback_code")
def code(notice: Notice) -> dict:
    request = open_request(notice)
    return {
        "employee_name": request.round.subject.name,
        "cycle_name": settings.ORGANISATION_NAME,
        "code": links.mint_code(request),
        "minutes": links.CODE_MINUTES,
    }
