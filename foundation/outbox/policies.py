"""Who sees work in the background and messages, and who may fetch what a job made."""

from typing import Any

from django.db.models import Q

from foundation.outbox.kinds import KINDS, MessageKind
from foundation.policy import EVERYTHING, NOTHING, Policy, action


class JobPolicy(Policy):
    """Work in the background."""

    model = "outbox.Job"

    @action
    def read(cls, user: Any) -> Q:
        """Progress and faults of work: for whoever started it, and for HR and IT, who help when it is stuck."""
        return EVERYTHING if user.may("see_all_jobs") else Q(owner=user.pk)

    @action
    def fetch_file(cls, user: Any) -> Q:
        """What a job made is for whoever asked for it, and nobody else."""
        return Q(owner=user.pk)


def _of_kind(place: tuple[str, str]) -> Q:
    """Messages of one kind; where two kinds share a key, each has its own type of object."""
    key, about = place
    if about:
        return Q(kind=key, target_type=about)
    others = [declared for other, declared in KINDS if other == key and declared]
    return Q(kind=key) & ~Q(target_type__in=others)


def _of_kinds(is_meant: Any) -> Q:
    """Messages of every declared kind for which `is_meant` is true."""
    found = NOTHING
    for place, kind in KINDS.items():
        if is_meant(kind):
            found |= _of_kind(place)
    return found


def _is_unlisted(kind: MessageKind) -> bool:
    return not kind.is_listed


def _shows_recipient(kind: MessageKind) -> bool:
    return kind.shows_recipient


class MessagePolicy(Policy):
    """Messages, as the page of those that wait or were refused shows them."""

    model = "outbox.Message"

    @action
    def read(cls, user: Any) -> Q:
        """HR and IT: all but kinds whose existence is confidential, such as a code to continue a draft."""
        return ~_of_kinds(_is_unlisted) if user.may("see_messages") else NOTHING

    @action
    def see_recipient(cls, user: Any) -> Q:
        """HR, except for kinds that keep their recipient confidential or are no longer declared. IT never."""
        return _of_kinds(_shows_recipient) if user.may("see_recipients") else NOTHING
