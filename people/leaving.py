"""Somebody leaves or comes back: what depended on them goes to a successor, their roles end, their history stays."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.audit.events import event_for, record, record_all
from people import role_changes
from people.dependents import Item, decide_all, depends_on_a_person, hand_over_all, tell_of_change
from people.models import Delegation, User
from people.policies import UserPolicy


@transaction.atomic
def deactivate(user: User, *, by, successor: User | None = None, chosen: dict[str, str] | None = None) -> User:
    """The person may no longer sign in, and gets no mail; `successor` takes over what can be handed over.

    `chosen` is what becomes of things that need a decision, by their key; what is not chosen waits for one.

    Their sessions end at the next request, their roles and delegations end, what they wrote stays. Raises
    PermissionDenied, or MoveRefused for the last person in HR.
    """
    if not UserPolicy.allows(by, user, "deactivate"):
        raise PermissionDenied
    role_changes.check_somebody_stays_hr(user)
    decide_all(user, chosen or {}, by=by)
    moved = _lines_that_may_move(user, successor)
    if successor is not None:
        hand_over_all(user, successor, by=by)
    role_changes.take_all(user, by=by)
    ended = Delegation.objects.filter(Q(principal=user) | Q(stand_in=user), ends_on__gte=timezone.localdate())
    for delegation in ended.select_related("principal"):
        record(delegation.principal, "end_delegation", by=by, stand_in=str(delegation.stand_in_id))
    ended.delete()
    User.objects.filter(pk=user.pk).update(is_active=False)
    record(user, "deactivate", by=by, successor=str(successor.pk) if successor else "")
    now = User.objects.filter(pk__in=moved).select_related("manager")
    tell_of_change([(person, {"manager"}) for person in now if person.manager_id != moved[person.pk]], by=by)
    return User.objects.get(pk=user.pk)


def _lines_that_may_move(user: User, successor: User | None) -> dict:
    """The manager of everybody whose manager a hand-over may change, by id."""
    ids = Q(manager=user) | Q(pk=successor.pk if successor else None)
    return dict(User.objects.active().filter(ids).values_list("pk", "manager_id"))


@transaction.atomic
def reactivate(users, *, by) -> int:
    """People who left come back: they may sign in again, with all their history. Returns how many had left."""
    if not by.may("edit_people"):
        raise PermissionDenied
    ids = [user.pk for user in users]
    gone = list(User.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids, is_active=False))
    User.objects.filter(pk__in=[user.pk for user in gone]).update(is_active=True)
    record_all(event_for(user, "reactivate", by=by) for user in gone)
    back = User.objects.filter(pk__in=[user.pk for user in gone]).select_related("manager")
    tell_of_change([(user, {"is_active"}) for user in back], by=by)
    return len(gone)


def _give_reports(leaver: User, successor: User, by: User) -> int:
    """Reports go to the successor, who moves up where they were below the leaver: nobody reports in a circle."""
    if leaver.pk in _above(successor):
        _set_manager(successor, leaver.manager, by)
    reports = list(leaver.reports.active().exclude(pk=successor.pk))
    for report in reports:
        _set_manager(report, successor, by)
    return len(reports)


def _above(person: User) -> set:
    found = set()
    while person.manager is not None and person.manager_id not in found:
        found.add(person.manager_id)
        person = person.manager
    return found


def _set_manager(person: User, manager: User | None, by: User) -> None:
    User.objects.filter(pk=person.pk).update(manager=manager)
    record(person, "change", by=by, fields=["manager"])


def _page_of(person: User) -> str:
    return reverse("people:person", args=[person.pk])


@depends_on_a_person(gettext_lazy("Reports"), hand_over=_give_reports)
def reports(person: User):
    for report in person.reports.active().order_by("name"):
        yield Item(report.name, _page_of(report), report.job_title)


@depends_on_a_person(gettext_lazy("Stand-ins (they end)"))
def delegations(person: User):
    today = timezone.localdate()
    rows = Delegation.objects.filter(Q(principal=person) | Q(stand_in=person), ends_on__gte=today)
    for each in rows.select_related("principal", "stand_in"):
        words = _("%(stand_in)s for %(principal)s") % {"stand_in": each.stand_in, "principal": each.principal}
        yield Item(words, _page_of(each.principal))
