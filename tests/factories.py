"""Builders of valid rows: plain functions, every argument optional. Each room adds its own below its heading."""

import itertools
from datetime import timedelta

from django.utils import timezone

from goals.models import Evidence, Goal
from people.models import Grade, Team, User

_numbers = itertools.count(1)


# --- people --------------------------------------------------------------------------------------------------------
def make_grade(key="MLO3", **fields):
    order = int(key[-1]) if key[-1].isdigit() else next(_numbers)
    return Grade.objects.get_or_create(key=key, defaults={"order": order, "title": f"Grade {key}", **fields})[0]


def make_team(name="", **fields):
    return Team.objects.create(name=name or f"Team {next(_numbers)}", **fields)


def make_user(name="", **fields):
    """A person with an address made from their name, in grade MLO3."""
    name = name or f"Person {next(_numbers)}"
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}@example.org")
    fields.setdefault("grade", make_grade())
    return User.objects.create_user(email, fields.pop("password", None), name=name, **fields)


# --- goals ---------------------------------------------------------------------------------------------------------
def make_goal(status="draft", **fields):
    """A goal of 0 to 10 due in 90 days, proposed by its owner and brought to `status` by hand: no test of the moves."""
    owner = fields.pop("owner", None) or make_user()
    fields = {"title": f"Goal {next(_numbers)}", "target": 10, "due_on": timezone.localdate() + timedelta(90)} | fields
    if status != "draft":
        fields.setdefault("proposed_by", owner)
    if status in ("agreed", "reached", "missed"):
        fields |= {"agreed_by": owner.manager or owner, "agreed_at": timezone.now()}
    return Goal.objects.create(owner=owner, status=status, **fields)


def make_evidence(owner=None, goals=(), **fields):
    fact = Evidence.objects.create(owner=owner or make_user(), **{"note": f"Fact {next(_numbers)}"} | fields)
    fact.goals.set(goals)
    return fact
