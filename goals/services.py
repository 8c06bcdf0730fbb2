"""Goals: from a template to many people, into the next period, check-ins, changes, the starter content."""

import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competencies.models import Catalogue, Code
from competencies.packs import packs_in
from foundation.audit.events import record
from foundation.content import read_yaml
from foundation.moments import day_in_words
from foundation.outbox.digest import line_for, tell
from foundation.outbox.mails import fill
from foundation.ui.idempotency import insert_once
from foundation.workflow.declaration import Taken
from foundation.workflow.moves import MoveRefused, perform
from goals.measures import plain
from goals.models import Change, CheckIn, Evidence, Goal, GoalTemplate, Objective
from goals.policies import EvidencePolicy, GoalPolicy
from goals.states import Direction, Measure
from people.policies import UserPolicy

STARTER = Path(__file__).parent / "starter"
PACKS = Path(__file__).parent / "packs"
KINDS = {"percent": (Measure.PERCENT, "%"), "currency": (Measure.MONEY, "EUR")}
UNITS = {"count": "", "per_week": "per week", "milliseconds": "ms"}
# What an owner sets once and a carried-over goal keeps.
KEPT = ["title", "statement", "metric", "kind", "unit", "direction", "target", "weight", "guardrail", "is_team_measure"]
KEPT += ["contribution", "objective_id", "template_id", "visibility"]


def tell_other_side(taken: list[Taken]) -> None:
    """A line of the daily summary for the other side of a proposed goal; none without another side."""
    lines = []
    for each in taken:
        goal = each.row
        other = goal.owner.manager if each.by.pk == goal.owner_id else goal.owner
        if other is not None:
            names = {"proposed_by": each.by.name, "employee_name": goal.owner.name}
            key = f"{goal.pk}:{goal.version}"
            lines.append(line_for(goal, "line_goal_proposed", to=other, key=key, **names))
    tell(lines)


@transaction.atomic
def from_template(template, owners, *, by, key=None, **values) -> list[Goal]:
    """One goal per owner, filled from `template`; `values` override it and fill the words of its statement.

    A goal for `by` is their own draft; one for a report is proposed at once and waits for its owner. The same `key`,
    that of a form, makes nothing new. Raises PermissionDenied for anybody whom `by` does not lead.
    """
    key, goals = key or uuid.uuid4(), []
    codes = Code.objects.filter(catalogue__in=Catalogue.objects.filter(pk=_current_pk()), key__in=template.code_keys)
    for owner in owners:
        if owner != by and not UserPolicy.allows(by, owner, "manage"):
            raise PermissionDenied(f"{by.pk} may not write goals for {owner.pk}")
        fields = _fields_from(template, owner, values)
        goals.append(_new_goal(owner, by=by, pk=uuid.uuid5(key, str(owner.pk)), codes=codes, **fields))
    return goals


def _current_pk():
    return Catalogue.objects.current().pk if Catalogue.objects.filter(status="published").exists() else None


def _fields_from(template, owner, values) -> dict:
    names = ["title", "metric", "kind", "unit", "direction", "objective", "is_team_measure", "guardrail"]
    start = values.get("starts_on") or timezone.localdate()
    fields = {name: getattr(template, name) for name in names} | {
        "template": template,
        "baseline": template.example_baseline,
        "target": template.example_target,
        "starts_on": start,
        "due_on": start + timedelta(days=template.deadline_days),
    }
    known = {field.name for field in Goal._meta.fields}
    fields |= {name: value for name, value in values.items() if name in known}
    return fields | {"statement": statement_of(template, owner, fields, values)}


def statement_of(template, owner, fields, values) -> str:
    """The template's sentence with its placeholders filled; those without a value stay visible."""
    words = {name: value for name, value in values.items() if name in ("service", "model", "team") and value}
    if owner.team_id:
        words.setdefault("team", owner.team.name)
    numbers = {name: plain(Decimal(fields[name])) for name in ("baseline", "target")}
    deadline = day_in_words(fields["due_on"], "j M Y")
    return fill(template.statement, words | numbers | {"deadline": deadline, "unit": fields["unit"]})


def _new_goal(owner, *, by, pk, codes, **fields) -> Goal:
    """The goal `pk` of `owner`, made once; proposed at once when somebody else writes it."""
    proposed_by = None if by == owner else by
    goal, is_new = Goal.objects.get_or_create(owner=owner, pk=pk, defaults=fields | {"proposed_by": proposed_by})
    if not is_new:
        return goal
    goal.codes.set(codes)
    record(goal, "created", by=by, on_behalf_of=goal.principal_of(by))
    return perform(goal, "propose", by=by) if proposed_by else goal


@transaction.atomic
def carry_over(goals, *, by, start, end) -> list[Goal]:
    """Copy `goals` into the period from `start` to `end`, from where they stand now; a second call makes nothing new.

    Raises PermissionDenied unless `by` is a side of each.
    """
    copies = []
    for goal in goals:
        if not GoalPolicy.allows(by, goal, "take_part"):
            raise PermissionDenied(f"{by.pk} may not carry over {goal.pk}")
        fields = {name: getattr(goal, name) for name in KEPT}
        fields |= {"starts_on": start, "due_on": end, "carried_from": goal}
        fields["baseline"] = goal.baseline if goal.current is None else goal.current
        pk = uuid.uuid5(goal.pk, f"{start}/{end}")
        copies.append(_new_goal(goal.owner, by=by, pk=pk, codes=goal.codes.all(), **fields))
    return copies


@transaction.atomic
def check_in(goal, *, by, value=None, comment="", confidence="on_track", at=None, key=None) -> CheckIn:
    """Add a progress entry; the newest one sets the progress of the goal. `key` is that of the form: it is added once.

    Raises MoveRefused or PermissionDenied.
    """
    goal = Goal.objects.select_for_update(of=("self",)).select_related("owner").get(pk=goal.pk)
    if not GoalPolicy.allows(by, goal, "take_part"):
        raise PermissionDenied(f"{by.pk} may not check in on {goal.pk}")
    if not GoalPolicy.allows(by, goal, "check_in"):
        raise MoveRefused(_("Progress is noted on agreed goals only."))
    fields = {"by": by, "value": value, "comment": comment, "confidence": confidence, "at": at or timezone.now()}
    entry, is_new = insert_once(CheckIn(pk=key or uuid.uuid4(), goal=goal, **fields), goal=goal)
    if is_new:
        _stand_at_latest(goal)
        record(goal, "checked_in", by=by, on_behalf_of=goal.principal_of(by))
    return entry


def _stand_at_latest(goal) -> None:
    """Copy value and confidence of the newest entries, so that lists need no further query."""
    latest = goal.check_ins.order_by("-at")
    goal.confidence = latest[0].confidence
    goal.current = latest.exclude(value=None).values_list("value", flat=True).first()
    goal.save(update_fields=["confidence", "current"])


@transaction.atomic
def ask_change(goal, *, by, note, target=None, due_on=None, is_withdrawal=False) -> Change:
    """Ask the other side to change or drop an agreed goal. Raises MoveRefused or PermissionDenied."""
    goal = Goal.objects.select_for_update(of=("self",)).select_related("owner").get(pk=goal.pk)
    if not GoalPolicy.allows(by, goal, "take_part"):
        raise PermissionDenied(f"{by.pk} may not change {goal.pk}")
    if not GoalPolicy.allows(by, goal, "ask_change"):
        raise MoveRefused(_("Only an agreed goal is changed by agreement."))
    fields = {"note": note, "target": target, "due_on": due_on, "is_withdrawal": is_withdrawal}
    if second_click := goal.changes.open().filter(asked_by=by, **fields).first():
        return second_click
    if goal.changes.open().exists():
        raise MoveRefused(_("Another change of this goal already waits for an answer."))
    change = Change.objects.create(goal=goal, asked_by=by, **fields)
    record(goal, "change_asked", by=by, on_behalf_of=goal.principal_of(by))
    return change


@transaction.atomic
def answer_change(change, verb, *, by) -> Change:
    """`verb` is accept, decline or take_back. The goal is locked first, as by everything else that changes it."""
    Goal.objects.select_for_update(of=("self",)).get(pk=change.goal_id)
    return perform(change, verb, by=by)


def write_change(taken: list[Taken]) -> None:
    """What was accepted is written to the goal at once."""
    for each in taken:
        change = each.row
        goal = Goal.objects.select_for_update(of=("self",)).get(pk=change.goal_id)
        if change.is_withdrawal:
            perform(goal, "withdraw", by=each.by)
            continue
        goal.target = goal.target if change.target is None else change.target
        goal.due_on = change.due_on or goal.due_on
        goal.version += 1
        goal.save(update_fields=["target", "due_on", "version"])


@transaction.atomic
def attach(evidence, goals, *, by) -> Evidence:
    """Attach `evidence` to exactly `goals`, whose readers then read it; a proposal is taken by it.

    Raises PermissionDenied unless evidence and goals are `by`'s own.
    """
    goals = list(goals)
    are_own = all(GoalPolicy.allows(by, goal, "own") for goal in goals)
    if not (are_own and EvidencePolicy.allows(by, evidence, "edit")):
        raise PermissionDenied(f"{by.pk} may not attach {evidence.pk}")
    evidence.goals.set(goals)
    evidence.is_proposal = False
    evidence.save(update_fields=["is_proposal"])
    return evidence


@transaction.atomic
def load_starter_goals() -> None:
    """The shipped objectives and goal templates. Rows that are there are left as they are."""
    rows = read_yaml(STARTER / "org_objectives.yaml")["org_objectives"]
    Objective.objects.bulk_create([_objective(order, row) for order, row in enumerate(rows)], ignore_conflicts=True)
    _load_templates(read_yaml(STARTER / "goal_templates.yaml"))


def offer_pack_goals(catalogue: Catalogue) -> None:
    """The goal templates of the packs of a published version, behind those that are there; nothing twice."""
    for pack in packs_in(catalogue):
        path = PACKS / f"{pack.key}.yaml"
        if path.exists():
            _load_templates(read_yaml(path))


def _load_templates(content) -> None:
    """Templates of a file whose keys are new, in their order behind the last one."""
    known = dict(GoalTemplate.objects.values_list("key", "order"))
    groups = {group["key"]: group["title"] for group in content["groups"]}
    objectives = {objective.key: objective for objective in Objective.objects.all()}
    rows = [row for row in content["goal_templates"] if row["key"] not in known]
    first = max(known.values(), default=-1) + 1
    GoalTemplate.objects.bulk_create(_template(order, row, groups, objectives) for order, row in enumerate(rows, first))


def _objective(order, row) -> Objective:
    indicator = row["indicator"]
    return Objective(
        order=order,
        key=row["key"],
        title=row["title"],
        description=row["description"],
        indicator=indicator["name"],
        unit=kind_and_unit(indicator["unit"])[1],
        direction=indicator["direction"],
        target=Decimal(str(indicator["example_target"])),
    )


def _template(order, row, groups, objectives) -> GoalTemplate:
    kind, unit = kind_and_unit(row["metric"]["unit"])
    return GoalTemplate(
        order=order,
        key=row["key"],
        group=row["group"],
        group_title=groups[row["group"]],
        title=row["title"],
        statement=row["statement"],
        metric=row["metric"]["name"],
        kind=kind,
        unit=unit,
        direction=Direction(row["metric"]["direction"]),
        example_baseline=Decimal(str(row["example"]["baseline"])),
        example_target=Decimal(str(row["example"]["target"])),
        deadline_days=row["typical_deadline_days"],
        objective=objectives.get(row["org_objective"]),
        code_keys=row["performance_codes"],
        is_team_measure=row["attribution"] == "team",
        guardrail=row["guardrail"],
        evidence=row["evidence"],
    )


def kind_and_unit(word: str) -> tuple[str, str]:
    """The measure and the unit on screen for a unit of the starter content."""
    return KINDS.get(word, (Measure.NUMBER, UNITS.get(word, word)))
