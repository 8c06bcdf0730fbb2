"""The only way to change a status: lock, check, step, save, record."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from foundation.audit.events import record


class MoveRefused(TransitionNotAllowed):
    """The step is not open now; str() of it is the reason, in words for the person who tried."""


def guard(reason):
    """Give a condition of a transition its `reason`: the sentence shown when it does not hold, or a function of the row
    that makes it.
    """

    def mark(condition):
        condition.reason = reason
        return condition

    return mark


def transitions_of(obj, verb):
    """The declared transitions called `verb` from the present status of `obj`, with or without their conditions met."""
    return [
        step for step in obj.get_all_status_transitions() if step.name == verb and step.source in (obj.status, "*", "+")
    ]


def why_not(obj, verb) -> str:
    """Why `verb` is not open on `obj` now; empty when it is."""
    steps = transitions_of(obj, verb)
    if not steps:
        return _(
            "This is not possible while the status is “%(status)s”. It may have moved on since you opened the page."
        ) % {"status": getattr(obj, "status_text", "") or obj.get_status_display()}
    unmet = next((condition for condition in steps[0].conditions if not condition(obj)), None)
    if unmet is None:
        return ""
    reason = getattr(unmet, "reason", _("Something is still missing."))
    return str(reason(obj) if callable(reason) else reason)


def open_moves(obj, user) -> list:
    """The moves `user` may make on `obj`, each with `name`, `label`, and `refusal` (why not now; empty when open).

    By their declared `order`, 5 where none is declared; what is dangerous comes last.
    """
    moves = []
    for step in obj.get_all_status_transitions():
        if step.source in (obj.status, "*", "+") and "label" in step.custom and step.has_perm(obj, user):
            moves.append({"name": step.name, "refusal": why_not(obj, step.name), **step.custom})
    return sorted(moves, key=lambda move: move.get("order", 9 if move.get("tone") == "danger" else 5))


@transaction.atomic
def perform(obj, verb, *, by=None, on_behalf_of=None, reason="", is_silent=False, key=None, **arguments):
    """Take step `verb` on a locked copy of `obj` and return that copy.

    `by` is None only for the clock and for links; their callers have checked the right. `is_silent` records no
    event: even its place in the log would tell when it happened.
    `reason` is kept in the event. Raises MoveRefused (not now) or PermissionDenied (not you).
    """
    obj = type(obj).objects.select_for_update(of=("self",)).get(pk=obj.pk)
    refusal = why_not(obj, verb)
    if refusal:
        raise MoveRefused(refusal, object=obj, method=getattr(obj, verb, None))
    if by is not None and not transitions_of(obj, verb)[0].has_perm(obj, by):
        raise PermissionDenied(f"{by.pk} may not {verb} {obj.pk}")
    before = obj.status
    getattr(obj, verb)(**arguments)
    obj.save()
    if not is_silent:
        record(obj, verb, by=by, on_behalf_of=on_behalf_of, key=key, before=before, after=obj.status, reason=reason)
    return obj
