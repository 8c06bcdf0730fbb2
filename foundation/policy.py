"""Who may read or do something with rows of a model: declared once, as a `Q`, for lists and for single rows alike.

Each model has a `Policy` in its app's `policies.py`. Its actions are rules: methods that take the user alone and
return a `Q`; the state of a row and every conflict of interest are part of it. `Policy.filter` selects rows with the
rule of an action, `Policy.allows` asks the same rule of a row at hand.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import F, Model, Q, QuerySet

# Both may be joined to other rules by `|`, `&` and `~`. An empty Q is no rule: in `Q() | rule` it would be dropped.
NOTHING = Q(pk__in=[])
EVERYTHING = ~Q(pk__in=[])

U = TypeVar("U")  # the class of users
Rows = TypeVar("Rows", bound=QuerySet[Any])


class Action(Generic[U]):
    """A rule of a policy, called with the user alone: `ReviewPolicy.read(user)`."""

    def __init__(self, declared: Callable[[Any, U], Q]) -> None:
        self.declared = declared
        self.__doc__ = declared.__doc__

    def __get__(self, instance: object, policy: type["Policy"]) -> Callable[[U], Q]:
        return partial(self.declared, policy)


def action(declared: Callable[[Any, U], Q]) -> Action[U]:
    """Decorates a method of a policy: it is the rule of the action of its name. As `cls` it gets the policy."""
    return Action(declared)


POLICIES: dict[str, type["Policy"]] = {}  # by label of the model in lower case


class Policy:
    """The rules of one model. `model` is its label; the action `read` is declared by every policy."""

    model: ClassVar[str]
    actions: ClassVar[dict[str, Action[Any]]]  # by name, those of base classes among them

    def __init_subclass__(cls) -> None:
        """Enter the policy in the register. Raises TypeError for a second one of a model, or one without `read`."""
        declared = {name: each for base in reversed(cls.__mro__) for name, each in vars(base).items()}
        cls.actions = {name: each for name, each in declared.items() if isinstance(each, Action)}
        if "read" not in cls.actions:
            raise TypeError(f"{cls.__name__} does not say who reads")
        if POLICIES.setdefault(cls.model.lower(), cls) is not cls:
            raise TypeError(f"{cls.model} has two policies")

    @classmethod
    def _declared(cls, action: str) -> Action[Any]:
        """Raises LookupError for an action that is not declared."""
        if action not in cls.actions:
            raise LookupError(f"{cls.__name__} declares no action {action}")
        return cls.actions[action]

    @classmethod
    def rule(cls, user: Any, action: str = "read") -> Q:
        """The rows towards which `user` may take `action`. Raises LookupError for an action that is not declared."""
        return cls._declared(action).declared(cls, user)

    @classmethod
    def filter(cls, rows: Rows, user: Any, action: str = "read") -> Rows:
        """Those of `rows` towards which `user` may take `action`."""
        return rows.filter(cls.rule(user, action))

    @classmethod
    def allows(cls, user: Any, row: Model, action: str = "read") -> bool:
        """Whether `user` may take `action` towards `row`.

        A query only for a relation that has not been read, and for a rule with a subquery.
        """
        return holds(cls.rule(user, action), row)

    @classmethod
    def permission(cls, action: str) -> Callable[[Any, Any], bool]:
        """`allows` as the `permission` of a transition. Raises LookupError for an action that is not declared."""
        cls._declared(action)
        return lambda row, user: cls.allows(user, row, action)


def policy_of(model: type[Model]) -> type[Policy]:
    """The policy of a model. Raises KeyError for a model that has none."""
    return POLICIES[model._meta.label_lower]


# --- a rule of one model as a rule of another ------------------------------------------------------------------------
def through(path: str, rule: Q) -> Q:
    """`rule` about the rows behind the relation `path`, as a rule about the rows that have it: `through("review", …)`.

    The relation leads to one row, as a foreign key does.
    """
    moved: list[Any] = []
    for part in rule.children:
        if isinstance(part, Q):
            moved.append(through(path, part))
            continue
        name, wanted = _lookup(part)
        moved.append((_behind(path, name), F(_behind(path, _column_of(wanted))) if isinstance(wanted, F) else wanted))
    return Q(*moved, _connector=rule.connector, _negated=rule.negated)


def _behind(path: str, name: str) -> str:
    """The lookup `name` behind `path`. The other row's key is the value of the relation: no join, and no second row."""
    if name == "pk" or name.startswith("pk__"):
        return f"{path}{name.removeprefix('pk')}"
    return f"{path}__{name}"


# --- a rule asked of a row at hand -----------------------------------------------------------------------------------
def holds(rule: Q, row: Model) -> bool:
    """Whether `rule` is true of `row`; relations on the way are followed, and read where they were not selected.

    Knows the lookups that rules use: equality (with another column too, as F), `in`, `isnull`, and what a queryset
    has annotated. Raises LookupError for others, for relations to several rows and for a name that the row has not.
    """
    if not rule:
        return True
    parts = (holds(part, row) if isinstance(part, Q) else _is(part, row) for part in rule.children)
    found = any(parts) if rule.connector == Q.OR else all(parts)
    return found != rule.negated


def _lookup(part: Any) -> tuple[str, Any]:
    """Name and value of a condition. Raises LookupError for an expression, which has neither."""
    if not isinstance(part, tuple):
        raise LookupError(f"a rule with the expression {part!r}")
    name, wanted = part
    return name, wanted


def _column_of(expression: F) -> str:
    name: str = expression.name  # type: ignore[attr-defined]  # missing in the stubs
    return name


def _is(part: Any, row: Model) -> bool:
    path, wanted = _lookup(part)
    *way, last = path.split("__")
    lookup = LOOKUPS.get(last)
    if lookup is None:
        way, lookup = [*way, last], _equals
    value = _value_at(row, way)
    if isinstance(wanted, F):
        if lookup is not _equals:
            raise LookupError(f"a rule that compares {path} with a column")
        return value is not None and value == _value_at(row, _column_of(wanted).split("__"))
    return lookup(value, wanted)


def _value_at(row: Model, way: list[str]) -> Any:
    found: Model | None = row
    for name in way[:-1]:
        found = _related(found, name)
    return _value(found, way[-1])


def _related(row: Any, name: str) -> Any:
    """The row behind a relation; None where a join would find nothing."""
    try:
        return None if row is None else getattr(row, name)
    except ObjectDoesNotExist:
        return None


def _value(row: Any, name: str) -> Any:
    """A column's value; of a relation its key, which is there without reading the other row."""
    if row is None:
        return None
    if not isinstance(row, Model):
        raise LookupError(f"a rule with the lookup {name}")
    if name == "pk":
        return row.pk
    try:
        field: Any = row._meta.get_field(name)
    except FieldDoesNotExist:
        return vars(row)[name]
    if not hasattr(field, "attname"):
        raise LookupError(f"a rule about the several rows of {name}")
    return getattr(row, field.attname)


def _equals(value: Any, wanted: Any) -> bool:
    return bool(value == (wanted.pk if isinstance(wanted, Model) else wanted))


def _is_in(value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    if isinstance(wanted, QuerySet):
        chosen = wanted.query.values_select
        return wanted.filter(**{chosen[0] if chosen else "pk": value}).exists()
    return any(_equals(value, each) for each in wanted)


def _is_null(value: Any, wanted: bool) -> bool:
    return (value is None) == wanted


LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {"in": _is_in, "isnull": _is_null}
