"""Deeds on several people: import, invitation, stand-ins, roles, leaving."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from activity import jobs
from activity.once import insert_once
from activity.outbox import event_for, notice_for, owe, record, record_all
from people import policies, uploads
from people.credentials import tell_of_change
from people.importing import Plan, plan_import
from people.models import Delegation, Team, User
from people.querysets import vouch_for

BATCH = 2000
ROLES = ("is_hr", "is_auditor", "is_it")
SIMPLE = ("name", "job_title", "profession", "joined_on", "language", "time_zone")


@transaction.atomic
def apply_import(plan: Plan, *, by, invite_new=False) -> dict[str, int]:
    """Write all of a clean plan or nothing; returns how many were made and changed. Roles are never imported.

    Raises PermissionDenied, and ValueError for a plan with errors.
    """
    if not policies.can_manage_people(by):
        raise PermissionDenied
    if not plan.is_clean:
        raise ValueError("a plan with errors may not be applied")
    Team.objects.bulk_create([Team(name=name) for name in plan.new_teams], ignore_conflicts=True)
    teams = {team.name.casefold(): team for team in Team.objects.all()}
    new = User.objects.bulk_create([_new_user(row, teams) for row in plan.new], batch_size=BATCH)
    vouch_for(new)
    changed = [_changed_user(user, changes, teams) for user, changes in plan.changed]
    User.objects.bulk_update(changed, [*SIMPLE, "grade", "team"], batch_size=BATCH) if changed else None
    _set_managers(plan)
    record_all(_events(new, plan, by))
    if invite_new:
        invite(new, by=by)
    return {"new": len(new), "changed": len(changed)}


def start_import(content: bytes, *, by, invite_new=False) -> jobs.Job:
    """Queue the import of a large file that was previewed."""
    name = uploads.hold(content)
    return jobs.start("import_people", by=by, key=name, file=name, invite=invite_new)


@jobs.job_kind("import_people")
def do_import(job) -> None:
    """Plan the kept file against the people of this moment and write all of it; a second run finds nothing to change.

    Raises ValueError when the file no longer fits, and FileNotFoundError when an earlier run has finished it.
    """
    path = uploads.held(job.data["file"])
    plan = plan_import(path.read_bytes())
    jobs.advance(job, 0, total=len(plan.rows))
    apply_import(plan, by=job.owner, invite_new=job.data["invite"])
    jobs.advance(job, len(plan.rows))
    path.unlink()


def _new_user(row: dict, teams: dict) -> User:
    values = {name: row[name] for name in SIMPLE if row.get(name)}
    user = User(
        email=row["email"], grade_id=row.get("grade") or None, team=teams.get(row.get("team", "").casefold()), **values
    )
    user.set_unusable_password()
    return user


def _changed_user(user: User, changes, teams: dict) -> User:
    for change in changes:
        if change.field == "team":
            user.team = teams.get(change.after.casefold())
        elif change.field == "grade":
            user.grade_id = change.after or None
        elif change.field in SIMPLE:
            setattr(user, change.field, change.after)
    return user


def _set_managers(plan: Plan) -> None:
    """Second pass: by now everybody who is named as a manager exists."""
    changed = {row["email"]: row.get("manager_email", "") for row in plan.new if row.get("manager_email")}
    for user, changes in plan.changed:
        changed |= {user.email.lower(): each.after for each in changes if each.field == "manager_email"}
    if not changed:
        return
    users = {user.email.lower(): user for user in User.objects.only("pk", "email", "manager")}
    rows = [users[email] for email in changed]
    for user in rows:
        boss = users.get(changed[user.email.lower()])
        user.manager_id = boss.pk if boss else None
    User.objects.bulk_update(rows, ["manager"], batch_size=BATCH)


def _events(new, plan: Plan, by):
    for user in new:
        yield event_for(user, "import_new", by=by)
    for user, changes in plan.changed:
        yield event_for(user, "import_change", by=by, fields=[change.field for change in changes])


@transaction.atomic
def invite(users, *, by) -> int:
    """Owe each an invitation to sign in by mail code; once a day per person. Returns how many."""
    if not policies.can_manage_people(by):
        raise PermissionDenied
    users, today = [user for user in users if user.is_active], timezone.localdate()
    record_all(event_for(user, "invite", by=by) for user in users)
    owe(notice_for(user, "invitation", to=user, key=f"{user.pk}:{today}") for user in users)
    return len(users)


@transaction.atomic
def add_person(user: User, *, by) -> User:
    """Save a new person without password and invite them."""
    user.set_unusable_password()
    user.save()
    vouch_for([user])
    record(user, "add", by=by)
    invite([user], by=by)
    return user


@transaction.atomic
def change_person(user: User, fields: list[str], *, by) -> User:
    """Save what a form changed; the event names the fields, not their values."""
    before = User.objects.filter(pk=user.pk).values_list("email", flat=True).first()
    user.save()
    if "email" in fields:
        vouch_for([user])
        tell_of_change(user, "address_changed", by=by, address=before or user.email)
    roles = {name: getattr(user, name) for name in fields if name in ROLES}
    if roles:
        record(user, "roles_changed", by=by, roles=roles)
    if others := [name for name in fields if name not in ROLES]:
        record(user, "change", by=by, fields=others)
    return user


@transaction.atomic
def deactivate(user: User, *, by) -> User:
    """The person may no longer sign in; their sessions end at the next request, what they wrote stays."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    record(user, "deactivate", by=by)
    return User.objects.get(pk=user.pk)


@transaction.atomic
def delegate(delegation: Delegation, *, by) -> Delegation:
    """Set a stand-in, once for each form."""
    delegation, is_new = insert_once(delegation, principal=delegation.principal)
    if is_new:
        dates = {"starts_on": str(delegation.starts_on), "ends_on": str(delegation.ends_on)}
        record(delegation.principal, "delegate", by=by, stand_in=str(delegation.stand_in_id), **dates)
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, by) -> None:
    record(delegation.principal, "end_delegation", by=by, stand_in=str(delegation.stand_in_id))
    delegation.delete()
