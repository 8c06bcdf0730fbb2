"""The only way to change a status: lock, check, step, save, record, and do what follows."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from inspect import signature
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from foundation.audit.events import event_for, record_all
from foundation.audit.models import Event
from foundation.workflow.declaration import Move, Taken, moves_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Condition = TypeVar("Condition", bound=Callable[..., bool])
BATCH = 500  # rows that perform_many() moves in one transaction


class MoveRefused(TransitionNotAllowed):  # type: ignore[misc]  # django-fsm has no types
    """The step is not open now; str() of it is the reason, in words for the person who tried."""


def guard(reason: "StrOrPromise | Callable[[Any], StrOrPromise]") -> Callable[[Condition], Condition]:
    """Give a condition of a transition its `reason`: the sentence shown when it does not hold, or a function of the row
    that makes it.
    """

    def mark(condition: Condition) -> Condition:
        condition.reason = reason  # type: ignore[attr-defined]  # read by why_not()
        return condition

    return mark


def transitions_of(obj: Any, verb: str) -> list[Any]:
    """The declared transitions called `verb` from the present status of `obj`, with or without their conditions met."""
    return [
        step for step in obj.get_all_status_transitions() if step.name == verb and step.source in (obj.status, "*", "+")
    ]


def why_not(obj: Any, verb: str) -> str:
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


def open_moves(obj: Any, user: Any) -> list[dict[str, Any]]:
    """The moves `user` may make on `obj`, each with `name`, `refusal` (why not now; empty when open) and what its Move
    declares, by its place.
    """
    steps = [
        step
        for step in obj.get_all_status_transitions()
        if step.source in (obj.status, "*", "+") and step.custom.label and step.has_perm(obj, user)
    ]
    return [
        {"name": step.name, "refusal": why_not(obj, step.name)}
        | {each.name: getattr(step.custom, each.name) for each in fields(Move)}
        for step in sorted(steps, key=lambda step: step.custom.place)
    ]


@transaction.atomic
def perform(
    obj: Any,
    verb: str,
    *,
    by: Any = None,
    on_behalf_of: Any = None,
    reason: str = "",
    is_silent: bool = False,
    key: str | None = None,
    details: dict[str, Any] | None = None,
    **arguments: Any,
) -> Any:
    """Take step `verb` on a locked copy of `obj`, do what follows, and return that copy.

    `by` is None only for the clock and for links; their callers have checked the right. `is_silent` records no
    event: its place in the log would reveal when it happened. Where `on_behalf_of` is not given the row is asked,
    by its `principal_of`. `reason` is kept in the event; `details` are for what follows alone.
    Raises MoveRefused (not now) or PermissionDenied (not you).
    """
    row = type(obj).objects.select_for_update(of=("self",)).get(pk=obj.pk)
    taken = _take(row, verb, arguments, by=by, on_behalf_of=on_behalf_of, reason=reason, details=details or {})
    row.save()
    if not is_silent:
        record_all([_event(taken, key)])
    taken.move.follow([taken])
    return taken.row


def perform_many(
    rows: Iterable[Any],
    verb: str,
    *,
    by: Any = None,
    on_behalf_of: Any = None,
    reason: str = "",
    related: Iterable[str] = (),
    details: dict[str, Any] | None = None,
    **arguments: Any,
) -> list[Any]:
    """As perform(), for many rows of one model: the locked copies in the order of `rows`.

    Each batch is one transaction, all or nothing, with one query for the locks, one for what the step changed and one
    insert of events. `related` names relations that the step, its guards and what follows read.
    """
    all_rows, moved = list(rows), []
    given = {"by": by, "on_behalf_of": on_behalf_of, "reason": reason, "details": details or {}}
    for start in range(0, len(all_rows), BATCH):
        moved += _perform_batch(all_rows[start : start + BATCH], verb, related, arguments, given)
    return moved


@transaction.atomic
def _perform_batch(
    rows: list[Any], verb: str, related: Iterable[str], arguments: dict[str, Any], given: dict[str, Any]
) -> list[Any]:
    model = type(rows[0])
    # Without the key: others may still insert rows that refer to these.
    locking = model.objects.select_for_update(of=("self",), no_key=True).select_related(*related).order_by("pk")
    locked = {row.pk: row for row in locking.filter(pk__in=[row.pk for row in rows])}
    if gone := [row.pk for row in rows if row.pk not in locked]:
        raise model.DoesNotExist(f"{model.__name__} {gone[0]}")
    taken = [_take(locked[row.pk], verb, arguments, **given) for row in rows]
    changed = {name for each in taken for name, value in _stored(each.row).items() if each.was[name] != value}
    model.objects.bulk_update(locked.values(), sorted(changed))
    record_all(_event(each) for each in taken)
    taken[0].move.follow(taken)
    return [each.row for each in taken]


def _take(
    row: Any, verb: str, arguments: dict[str, Any], *, by: Any, on_behalf_of: Any, reason: str, details: dict[str, Any]
) -> Taken:
    """Check and take the step on a locked row; nothing is saved yet."""
    if refusal := why_not(row, verb):
        raise MoveRefused(refusal, object=row, method=getattr(row, verb, None))
    if by is not None and not transitions_of(row, verb)[0].has_perm(row, by):
        raise PermissionDenied(f"{by.pk} may not {verb} {row.pk}")
    if on_behalf_of is None and by is not None and hasattr(row, "principal_of"):
        on_behalf_of = row.principal_of(by)
    was, step = _stored(row), getattr(row, verb)
    step(**_asked_for(step, by=by, reason=reason) | arguments)
    return Taken(row, verb, moves_of(row._meta.model)[verb], was, by, on_behalf_of, reason, details)


def _asked_for(step: Callable[..., Any], **known: Any) -> dict[str, Any]:
    """What a transition takes of `by` and `reason`, to keep them on the row."""
    return {name: value for name, value in known.items() if name in signature(step).parameters}


def _stored(row: Model) -> dict[str, Any]:
    """The value of every column by name of its field."""
    return {each.name: getattr(row, each.attname) for each in row._meta.concrete_fields}


def _event(taken: Taken, key: str | None = None) -> Event:
    data = {"before": taken.was["status"], "after": taken.row.status, "reason": taken.reason}
    return event_for(taken.row, taken.verb, by=taken.by, on_behalf_of=taken.on_behalf_of, key=key, **data)
