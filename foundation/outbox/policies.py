"""Who sees work in the background, and who may fetch what it made."""

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from foundation.outbox.kinds import KINDS, UnknownKind, kind_of

if TYPE_CHECKING:
    from foundation.outbox.models import Job, Message


def jobs_open_to(viewer: Any) -> Q:
    """Progress and faults of work: for whoever started it, and for HR and IT, who help when it is stuck."""
    return Q() if viewer.is_hr or viewer.is_it else Q(owner=viewer)


def can_fetch_file(viewer: Any, job: "Job") -> bool:
    """What a job made is for whoever asked for it, and nobody else."""
    return job.owner_id == viewer.pk


def has_jobs(viewer: Any) -> bool:
    """Who may start work in the background: for the entry in the menu."""
    return viewer.is_hr or viewer.is_it or viewer.is_hr_partner


def can_see_messages(viewer: Any) -> bool:
    """HR and IT see which messages wait or were refused, and may have them sent again."""
    return viewer.is_hr or viewer.is_it


def messages_open_to(viewer: Any) -> Q:
    """All, but for kinds whose very existence tells something, as that of a code to go on writing."""
    if not can_see_messages(viewer):
        return Q(pk__in=[])
    hidden = Q()
    for (key, about), kind in KINDS.items():
        if not kind.is_listed:
            hidden |= Q(kind=key, target_type=about) if about else Q(kind=key)
    return ~hidden


def can_see_recipients(viewer: Any) -> bool:
    """HR, as far as the kind of message allows it; IT finds what is wrong without them."""
    return viewer.is_hr


def can_see_recipient(viewer: Any, message: "Message") -> bool:
    """HR, unless the kind keeps to whom it goes; IT never, nor anybody where the kind is not declared any more."""
    try:
        return can_see_recipients(viewer) and kind_of(message).shows_recipient
    except UnknownKind:
        return False
