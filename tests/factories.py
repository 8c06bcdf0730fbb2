"""Builders of valid rows: plain functions, every argument optional. Each room adds its own below its heading."""

import itertools

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
