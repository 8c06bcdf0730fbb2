"""Giving and taking roles: by HR and IT, never to oneself; all of HR and IT are emailed."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation.audit.events import record
from foundation.outbox.messages import enqueue, message_for
from foundation.workflow.moves import MoveRefused
from people.models import User
from people.policies import UserPolicy
from people.roles import GIVEN, HR_PARTNER, Role


def holders():
    """Everybody with a role or a team to partner, with those teams."""
    return User.objects.with_role(*GIVEN, HR_PARTNER).prefetch_related("partner_teams")


@transaction.atomic
def change_roles(user: User, chosen: dict[str, bool], teams, *, by) -> list[str]:
    """Give and take the roles of `user`: `chosen` by column, `teams` to partner. Returns the keys that changed.

    Raises PermissionDenied, or MoveRefused when nobody would be left in HR.
    """
    if not UserPolicy.allows(by, user, "give_roles"):
        raise PermissionDenied
    user = locked(user)
    if user.is_hr and not chosen["is_hr"]:
        check_somebody_stays_hr(user)
    changed = [role for role in GIVEN if getattr(user, role.held) != chosen[role.held]]
    User.objects.filter(pk=user.pk).update(**{role.held: chosen[role.held] for role in changed})
    for role in changed:
        _record_and_tell(user, role, chosen[role.held], by)
    return [role.key for role in changed] + _change_teams(user, teams, by)


def locked(user: User) -> User:
    """The same person as stored now. They and all with a role are locked in one order: two who take HR from each
    other at once do not both succeed.
    """
    rows = User.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(Q(is_hr=True) | Q(is_it=True) | Q(pk=user.pk)).order_by("pk")
    return next(each for each in found if each.pk == user.pk)


def is_last_hr(user: User) -> bool:
    """Whether nobody would be in HR without `user`."""
    return user.is_hr and not User.objects.active().filter(is_hr=True).exclude(pk=user.pk).exists()


def check_somebody_stays_hr(user: User) -> None:
    """Raises MoveRefused when `user` is the last active person in HR."""
    if is_last_hr(locked(user)):
        words = _("%(name)s is the only person in HR. Give the role to somebody else first.")
        raise MoveRefused(words % {"name": user.name})


def take_all(user: User, *, by) -> None:
    """Somebody leaves: their roles end, so that coming back gives them none."""
    for role in GIVEN:
        if getattr(user, role.held):
            User.objects.filter(pk=user.pk).update(**{role.held: False})
            _record_and_tell(user, role, False, by)
    _change_teams(user, [], by)


def _record_and_tell(user: User, role: Role, is_given: bool, by) -> None:
    event = record(user, "give_role" if is_given else "take_role", by=by, role=role.key)
    if not role.is_told:
        return
    kind = "role_given" if is_given else "role_taken"
    told = User.objects.active().filter(Q(is_hr=True) | Q(is_it=True) | Q(pk=user.pk)).order_by("pk")
    data = {"person_name": user.name, "actor_name": by.name, "role": role.key}
    enqueue(message_for(user, kind, to=each, key=f"{event.number}:{each.pk}", **data) for each in told)


def _change_teams(user: User, teams, by) -> list[str]:
    before, after = set(user.partner_teams.all()), set(teams)
    for team in sorted(after - before, key=str):
        record(user, "give_role", by=by, role=HR_PARTNER.key, team=str(team.pk), unit=team.name)
    for team in sorted(before - after, key=str):
        record(user, "take_role", by=by, role=HR_PARTNER.key, team=str(team.pk), unit=team.name)
    user.partner_teams.set(after)
    return [HR_PARTNER.key] * (before != after)
