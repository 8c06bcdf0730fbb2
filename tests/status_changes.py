"""Finds, in source text, every way to change the status of a row that goes round perform()."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

STATUS = "status"
BY_NAME = {"update", "create", "get_or_create", "update_or_create", "save"}
BY_FIELDS = {"bulk_update": 1, "save": 3, "bulk_create": None}  # place of the names of fields among the arguments
ROUND_ABOUT = {"_django_fsm", "change_state", "set_state"}  # what lies under a transition
BY_TEXT = {"getattr", "methodcaller", "attrgetter"}
SQL = re.compile(r"\bupdate\s+\S+\s+set\b[^;]*\bstatus\b\s*=", re.IGNORECASE)


@dataclass
class Machines:
    """The models with a status field of a state machine, by name: its first value as written; names of transitions."""

    initial: dict[str, str] = field(default_factory=dict)
    verbs: set[str] = field(default_factory=set)

    def learn(self, tree: ast.Module) -> None:
        for model in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            for node in model.body:
                if isinstance(node, ast.Assign) and _called(node.value) == "StatusField":
                    given = {each.arg: ast.unparse(each.value) for each in node.value.keywords}
                    self.initial[model.name] = given["default"]
                if _is_transition(node):
                    self.verbs.add(node.name)


def found_in(tree: ast.Module, machines: Machines) -> Iterator[tuple[int, str]]:
    """Line and text of every change of a status; each once."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node
    seen = set()
    for node in ast.walk(tree):
        if _goes_round(node, tree, machines) and (place := (node.lineno, ast.unparse(node))) not in seen:
            seen.add(place)
            yield place


def _goes_round(node: ast.AST, tree: ast.Module, machines: Machines) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return node.attr in ROUND_ABOUT or (
            node.attr in machines.verbs and not _is_something_else(node, tree, machines)
        )
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(SQL.search(node.value))
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return ast.unparse(node.value).endswith("__dict__") and _text(node.slice) == STATUS
    return isinstance(node, ast.Call) and (_takes_a_step(node, machines) or _writes(node, machines))


# --- a transition taken elsewhere ------------------------------------------------------------------------------------
def _is_transition(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and any(_called(each) == "transition" for each in node.decorator_list)


def _is_something_else(node: ast.Attribute, tree: ast.Module, machines: Machines) -> bool:
    """A function of an imported module, or a method of a class that is no such model."""
    if not isinstance(node.value, ast.Name):
        return False
    name = node.value.id
    if name == "self":
        around = next((each.name for each in _around(node) if isinstance(each, ast.ClassDef)), "")
        return around not in machines.initial
    imports = [each for each in ast.walk(tree) if isinstance(each, (ast.Import, ast.ImportFrom))]
    return name[0].islower() and name in {alias.asname or alias.name for each in imports for alias in each.names}


def _takes_a_step(call: ast.Call, machines: Machines) -> bool:
    """By a name in quotes, or by one that is not known before: `getattr(review, verb)()`."""
    if _called(call) in BY_TEXT and any(_text(each) in machines.verbs for each in call.args):
        return True
    taken = list(_assigned(call.func, call)) if isinstance(call.func, ast.Name) else [call.func]
    return any(_called(each) == "getattr" and ast.unparse(each.args[0]) != "self" for each in taken)


# --- a status given by hand ------------------------------------------------------------------------------------------
def _writes(call: ast.Call, machines: Machines) -> bool:
    name = _called(call)
    if name in machines.initial:
        return bool(call.args) or _gives_another(call, machines.initial[name])
    if not isinstance(call.func, ast.Attribute):
        return False
    if name in BY_FIELDS and STATUS in _fields(call, BY_FIELDS[name]):
        return True
    if name not in BY_NAME or name == "save":
        return False
    model = ast.unparse(call.func).split(".")[0]
    if name == "create" and model in machines.initial:
        return _gives_another(call, machines.initial[model])
    return STATUS in _given(call)


def _gives_another(call: ast.Call, initial: str) -> bool:
    """Whether a new row is given a status, other than the one every row begins with."""
    written = [ast.unparse(each.value) for each in call.keywords if each.arg == STATUS]
    spread = any(STATUS in _keys(each.value) for each in call.keywords if each.arg is None)
    return spread or any(each != initial for each in written)


def _given(call: ast.Call) -> set[str]:
    """Names given to a call by keyword, from a spread dict, or as the defaults of `get_or_create`."""
    names = {each.arg for each in call.keywords if each.arg}
    for each in call.keywords:
        if each.arg in (None, "defaults", "create_defaults"):
            names |= _keys(each.value)
    for each in call.args:  # `defaults` by position, and dict.update({...}) of what is spread later
        names |= _keys(each)
    return names


def _keys(node: ast.expr, known: frozenset = frozenset()) -> set[str]:
    """The keys of a dict as far as the text around it tells; `known` are the names that were followed to it."""
    if isinstance(node, ast.Dict):
        own = {_text(key) for key in node.keys if key is not None}
        spread = [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
        return own.union(*(_keys(value, known) for value in spread))
    if isinstance(node, (ast.BinOp, ast.IfExp)):
        sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.body, node.orelse)
        return set().union(*(_keys(each, known) for each in sides))
    if isinstance(node, ast.DictComp):
        return {_text(node.key)}
    if _called(node) == "dict":
        return _given(node)
    if isinstance(node, ast.Name) and node.id not in known:
        values = list(_assigned(node, node))
        return {_text(value) for value in values}.union(*(_keys(value, known | {node.id}) for value in values))
    return set()


def _fields(call: ast.Call, place: int | None) -> set[str]:
    """Names of fields that a call writes: those given as `fields` or `update_fields`, or at their place."""
    written = [each.value for each in call.keywords if each.arg in ("fields", "update_fields")]
    if place is not None:
        written += call.args[place : place + 1]
    return set().union(*map(_names_in, written))


def _names_in(node: ast.expr, known: frozenset = frozenset()) -> set[str]:
    names = {_text(each) for each in ast.walk(node)}
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id not in known:
            names = names.union(*(_names_in(value, known | {each.id}) for value in _assigned(each, node)))
    return names


def _assigned(name: ast.Name, at: ast.AST) -> Iterator[ast.expr]:
    """What a name holds, as assigned in the function and the module around it; keys set one by one as well."""
    scopes = [each for each in _around(at) if isinstance(each, (ast.FunctionDef, ast.Module))]
    for scope in scopes:
        for node in ast.walk(scope):
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or node.value is None:
                continue
            for target, value in (pair for each in targets for pair in _pairs(each, node.value)):
                is_itself = value is at or any(each is value for each in _around(at))
                if isinstance(target, ast.Name) and target.id == name.id and not is_itself:
                    yield value
                if isinstance(target, ast.Subscript) and ast.unparse(target.value) == name.id:
                    yield target.slice


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Each target with its value: `a, b = 1, 2` is two of them."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=False))
    return [(target, value)]


def _around(node: ast.AST) -> Iterator[ast.AST]:
    while node := getattr(node, "parent", None):
        yield node


def _called(node: ast.AST) -> str:
    """The last name of what is called: `bulk_update` in `Review.objects.bulk_update(…)`."""
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
