"""Checks of the event log, and its anchors outside the database."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.audit import anchors, verification
from foundation.audit.models import ChainHead
from foundation.outbox.jobs import advance, job_kind
from foundation.outbox.kinds import MessageKind, message_kind
from foundation.outbox.messages import enqueue, message_for

logger = logging.getLogger(__name__)


@message_kind
class AuditAnchor(MessageKind):
    """Everything it says is in its data; nothing is looked up when it is sent."""

    key = "audit_anchor"
    name = _("State of the event log")
    audience = _("the address in AUDIT_ANCHOR_EMAIL")
    when = _("once a day in which the log grew")
    placeholders = {
        "number": _("how many events there are"),
        "mac": _("what the last event is sealed by"),
        "anchored_date": _("the day"),
    }
    sample = {"number": 4821, "mac": "5f0c" * 16, "anchored_date": "2030-01-09"}
    shows_recipient = True


@shared_task
def anchor() -> None:
    """Hourly: write an anchor if the log has grown, and email it once a day where AUDIT_ANCHOR_EMAIL is set."""
    try:
        anchors.drop_anchor()
    except (OSError, ValueError) as error:
        logger.exception("no anchor could be kept: %s", type(error).__name__)
    head = ChainHead.objects.filter(pk=1).first()
    if settings.AUDIT_ANCHOR_EMAIL and head is not None:
        today = timezone.localdate().isoformat()
        message = message_for(
            head,
            "audit_anchor",
            address=settings.AUDIT_ANCHOR_EMAIL,
            key=today,
            number=head.number,
            mac=head.mac,
            anchored_date=today,
        )
        enqueue([message])


@shared_task
def check_seal() -> None:
    """Nightly: check the whole log. A fault is also written to the log file as an error."""
    found = verification.check_seal()
    if found.fault:
        logger.error("the event log was altered: %s", found.fault)


@job_kind("seal_check", may=lambda job: job.owner.may("read_log"))
def do_check(job) -> None:
    """The job of an auditor: check the whole log."""
    advance(job, 0, total=1)
    verification.check_seal()
    advance(job, 1)
