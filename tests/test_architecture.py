"""Which app may import which, and which constructions are forbidden."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# A room may import the rooms named here, and itself; config may import all, and no room imports config.
MAY_IMPORT = {
    "activity": set(),
    "people": {"activity"},
    "competencies": {"people", "activity"},
    "goals": {"people", "activity", "competencies"},
    "feedback": {"people", "activity", "competencies"},
    "reviews": {"people", "activity", "competencies", "goals", "feedback"},
}
STATE_WRITERS = ("update", "bulk_update")


def modules(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(tree: ast.AST) -> set[str]:
    """First names of everything that is imported, also inside functions."""
    nodes = list(ast.walk(tree))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.split(".")[0] for name in names}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_an_arrow_is_seen_wherever_it_is_hidden():
    tree = ast.parse("import goals.models as g\ndef f():\n    from reviews import views")
    assert imported(tree) == {"goals", "reviews"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room):
    forbidden = {*MAY_IMPORT, "config", "tests"} - MAY_IMPORT[room] - {room}
    wrong = {short(path): found for path in modules(room) if (found := imported(parsed(path)) & forbidden)}
    assert wrong == {}


def test_no_product_code_imports_the_tests():
    assert [short(path) for path in modules("config") if "tests" in imported(parsed(path))] == []


def test_no_update_goes_round_the_state_machine():
    """`status` of a machine moves in perform() only; a Notice or a Job has no machine, its claim is an update."""
    wrong = []
    for path in modules(*MAY_IMPORT):
        if short(path).startswith("activity/"):
            continue
        for node in ast.walk(parsed(path)):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr in STATE_WRITERS and "status" in {each.arg for each in node.keywords}:
                wrong.append(f"{short(path)}:{node.lineno}")
    assert wrong == []
