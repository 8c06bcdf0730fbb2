"""Goals and evidence as a review was submitted and delivered with: what changes later is shown beside it as later."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from goals.models import Evidence, Goal
from reviews.evaluation.material import Material

AMOUNTS = ("baseline", "target", "current")
WORDS = ("title", "kind", "unit", "direction", "status", "confidence")
DAYS = ("starts_on", "due_on")


def of_goals(review) -> dict:
    """The goals of the period as they are now, as JSON."""
    return {"on": timezone.localdate().isoformat(), "goals": [_written(goal) for goal in Material(review).goals]}


def _written(goal) -> dict:
    values = {name: getattr(goal, name) for name in WORDS} | {"id": str(goal.pk), "weight": goal.weight}
    values |= {name: getattr(goal, name).isoformat() for name in DAYS}
    return values | {name: None if getattr(goal, name) is None else str(getattr(goal, name)) for name in AMOUNTS}


def goals_in(snapshot: dict) -> list[Goal]:
    """The unsaved goals of a snapshot, as they were on its day."""
    return [_read(values, date.fromisoformat(snapshot["on"])) for values in snapshot["goals"]]


def _read(values: dict, day: date) -> Goal:
    fields = {name: values[name] for name in WORDS}
    fields |= {name: date.fromisoformat(values[name]) for name in DAYS}
    fields |= {name: None if values[name] is None else Decimal(values[name]) for name in AMOUNTS}
    goal = Goal(pk=UUID(values["id"]), weight=values.get("weight", 0), **fields)  # older ones hold no weight
    goal.as_of = day
    return goal


def differs(then: Goal, now: Goal | None) -> bool:
    """Whether anything that a review shows of a goal has changed since."""
    return now is not None and _written(then) != _written(now) | {"weight": then.weight}


def of_evidence(rows) -> dict:
    """Attached evidence as it is now, as JSON."""
    return {"evidence": [_fact(row) for row in rows]}


def _fact(row: Evidence) -> dict:
    codes = sorted(row.code_keys)
    return {"note": row.note, "on": row.happened_on.isoformat(), "link": row.link, "codes": codes}


def evidence_in(snapshot: dict) -> list[Evidence]:
    """The unsaved facts of a snapshot; `code_keys` are the performance codes each was about."""
    return [_fact_read(values) for values in snapshot["evidence"]]


def _fact_read(values: dict) -> Evidence:
    fact = Evidence(note=values["note"], happened_on=date.fromisoformat(values["on"]), link=values["link"])
    fact.code_keys = set(values.get("codes", []))
    return fact
