"""Actions on several people: import, invitation, stand-ins."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.audit.changes import changes_between, kept, values_of
from foundation.audit.events import event_for, record, record_all
from foundation.outbox import jobs
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import Job
from foundation.ui.idempotency import insert_once
from people import credentials, dependents, uploads
from people.importing import Options, Plan, plan_import, remember
from people.leaving import reactivate
from people.models import Delegation, Team, User
from people.querysets import vouch_for
from people.typed import same_name, searchable

BATCH = 2000
# Fields whose old and new value an event keeps. Names and addresses would outlive an erasure there; leave is private.
TOLD = ("job_title", "profession", "grade", "team", "manager", "joined_on", "language", "time_zone")
SIMPLE = ("name", "email", "employee_id", "job_title", "profession", "joined_on", "language", "time_zone")


@transaction.atomic
def apply_import(plan: Plan, *, by, invite_new=False, reactivate_returning=False) -> dict[str, int]:
    """Write all of a plan or nothing; returns how many were made and changed. Roles are never imported.

    Raises PermissionDenied, and ValueError for a plan with errors or with questions nobody has agreed to.
    """
    if not by.may("edit_people"):
        raise PermissionDenied
    if not plan.is_ready:
        raise ValueError("a plan with errors or open questions may not be applied")
    Team.objects.bulk_create([Team(name=name) for name in plan.new_teams], ignore_conflicts=True)
    teams = {same_name(team.name): team for team in Team.objects.all()}
    new = User.objects.bulk_create([_new_user(row, teams) for row in plan.new], batch_size=BATCH)
    vouch_for(new)
    _write_changes(plan, teams)
    _set_managers(plan)
    record_all(_events(new, plan, by))
    if reactivate_returning:
        reactivate(plan.returning, by=by)
    _tell(plan, by)
    remember(plan)
    if invite_new:
        invite([*new, *(plan.returning if reactivate_returning else ())], by=by)
    return {"new": len(new), "changed": len(plan.changed)}


def start_import(content: bytes, options: Options, *, by, invite_new=False, reactivate_returning=False) -> Job:
    """Queue the import of a large file that was previewed with `options`."""
    name = uploads.hold(content)
    chosen = {"columns": options.columns, "date_order": options.date_order, "agreed": sorted(options.agreed)}
    answers = {"invite": invite_new, "reactivate": reactivate_returning}
    return jobs.start("import_people", by=by, key=name, file=name, options=chosen, **answers)


@jobs.job_kind("import_people")
def do_import(job) -> None:
    """Plan the kept file against the people of this moment and write all of it; a second run finds nothing to change.

    Raises ValueError when the file no longer fits, and FileNotFoundError when an earlier run has finished it.
    """
    path, chosen = uploads.held(job.data["file"]), job.data["options"]
    options = Options(tuple(chosen["columns"] or ()) or None, chosen["date_order"], frozenset(chosen["agreed"]))
    plan = plan_import(path.read_bytes(), options)
    jobs.advance(job, 0, total=len(plan.rows))
    answers = {"invite_new": job.data["invite"], "reactivate_returning": job.data["reactivate"]}
    apply_import(plan, by=job.owner, **answers)
    jobs.advance(job, len(plan.rows))
    path.unlink()


def _new_user(row: dict, teams: dict) -> User:
    values = {name: row[name] for name in SIMPLE if row.get(name)}
    user = User(grade_id=row.get("grade") or None, team=teams.get(same_name(row.get("team") or "")), **values)
    user.set_unusable_password()
    return user


def _write_changes(plan: Plan, teams: dict) -> None:
    changed = [_changed_user(user, changes, teams) for user, changes in plan.changed]
    if not changed:
        return
    for user in changed:
        user.search = searchable(user.name, user.email)
    User.objects.bulk_update(changed, [*SIMPLE, "search", "grade", "team"], batch_size=BATCH)
    vouch_for(user for user, changes in plan.changed if any(each.field == "email" for each in changes))


def _changed_user(user: User, changes, teams: dict) -> User:
    for change in changes:
        if change.field == "team":
            user.team = teams.get(same_name(change.after))
        elif change.field == "grade":
            user.grade_id = change.after or None
        elif change.field in SIMPLE:
            setattr(user, change.field, change.after)
    return user


def _set_managers(plan: Plan) -> None:
    """Second pass: by now everybody who is named as a manager exists."""
    changed = {row["email"]: row["manager_email"] for row in plan.new if row.get("manager_email")}
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
    moved = [user.pk for user, changes in plan.changed if any(each.field == "manager_email" for each in changes)]
    managers = dict(User.objects.filter(pk__in=moved).values_list("pk", "manager_id"))
    for user, changes in plan.changed:
        told = {each.field: [each.before, each.after] for each in changes if each.field in TOLD}
        if any(each.field == "manager_email" for each in changes):
            told["manager"] = [kept(user.manager), str(managers[user.pk] or "")]
        fields = [_field_of(change) for change in changes]
        yield event_for(user, "import_change", by=by, fields=fields, changes=told)


def _tell(plan: Plan, by) -> None:
    """What follows in other apps, for two thousand people at a time, as they are now."""
    fields = {user.pk: {_field_of(change) for change in changes} for user, changes in plan.changed}
    ids = list(fields)
    for start in range(0, len(ids), BATCH):
        people = User.objects.filter(pk__in=ids[start : start + BATCH]).select_related("manager")
        dependents.tell_of_change([(person, fields[person.pk]) for person in people], by=by)


def _field_of(change) -> str:
    return "manager" if change.field == "manager_email" else change.field


@transaction.atomic
def invite(users, *, by) -> int:
    """Owe each an invitation to sign in by mail code; once a day per person. Returns how many."""
    if not by.may("edit_people"):
        raise PermissionDenied
    users, today = User.objects.active().filter(pk__in=[user.pk for user in users]), timezone.localdate()
    users = list(users)
    record_all(event_for(user, "invite", by=by) for user in users)
    enqueue(message_for(user, "invitation", to=user, key=f"{user.pk}:{today}") for user in users)
    return len(users)


def add_person(user: User, *, by) -> User:
    """Save a new person without password and invite them; once, however many clicks ask for it at the same time.

    The others get the person the first click has made. Raises ValidationError when the address is somebody else's.
    """
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            vouch_for([user])
            record(user, "add", by=by)
            invite([user], by=by)
    except IntegrityError as twice:
        earlier = User.objects.with_address(user.email).first()
        if earlier is None or (earlier.pk != user.pk and earlier.name != user.name):
            raise ValidationError(_("Somebody has this address or employee ID already.")) from twice
        return earlier
    return user


@transaction.atomic
def change_person(user: User, fields: list[str], *, by) -> User:
    """Save what a form changed; the event names the fields, with old and new value where TOLD says so."""
    stored = User.objects.filter(pk=user.pk).select_related("grade", "team").first() or user
    told, before = values_of(stored, TOLD), stored.email
    user.save()
    if "email" in fields:
        vouch_for([user])
        credentials.tell_of_change(user, "address_changed", by=by, address=before)
    if fields:
        record(user, "change", by=by, fields=fields, changes=changes_between(told, values_of(user, TOLD)))
        dependents.tell_of_change([(user, set(fields))], by=by)
    return user


@transaction.atomic
def delegate(delegation: Delegation, *, by) -> Delegation:
    """Set a stand-in, once for each form, and tell them."""
    delegation, is_new = insert_once(delegation, principal=delegation.principal)
    if is_new:
        dates = {"starts_on": str(delegation.starts_on), "ends_on": str(delegation.ends_on)}
        record(delegation.principal, "delegate", by=by, stand_in=str(delegation.stand_in_id), **dates)
        values = {"principal_name": delegation.principal.name, "start_date": dates["starts_on"]}
        values["end_date"] = dates["ends_on"]
        enqueue([message_for(delegation, "stand_in", to=delegation.stand_in, key=str(delegation.pk), **values)])
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, by) -> None:
    record(delegation.principal, "end_delegation", by=by, stand_in=str(delegation.stand_in_id))
    delegation.delete()
