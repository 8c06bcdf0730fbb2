"""Which app may import which, and which constructions are forbidden."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# An app may import the apps named here, and itself; config may import all, and no app imports config.
MAY_IMPORT = {
    "foundation": set(),
    "people": {"foundation"},
    "competencies": {"people", "foundation"},
    "goals": {"people", "foundation", "competencies"},
    "feedback": {"people", "foundation", "competencies"},
    "reviews": {"people", "foundation", "competencies", "goals", "feedback"},
}
# Inside foundation: what a shelf may import beside itself and the modules that stand on no shelf.
SHELVES = {
    "audit": set(),
    "outbox": {"audit"},
    "workflow": {"audit", "outbox"},
    "ui": {"audit", "outbox", "workflow"},
    "counters": set(),
    "operations": {"audit", "outbox", "counters"},
}
# What Django, Celery or a browser calls: nothing imports these, so they may use every shelf.
ENTRY_POINTS = {"views", "urls", "tasks", "apps", "commands"}
STATE_WRITERS = ("update", "bulk_update")


def modules(*apps: str) -> list[Path]:
    found = [path for app in apps for path in (ROOT / app).rglob("*.py")]
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


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_an_app_imports_only_the_apps_below_it(app):
    forbidden = {*MAY_IMPORT, "config", "tests"} - MAY_IMPORT[app] - {app}
    wrong = {short(path): found for path in modules(app) if (found := imported(parsed(path)) & forbidden)}
    assert wrong == {}


def shelf_imports(path: Path) -> set[str]:
    """The shelves that a module of foundation imports from."""
    nodes = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom) and node.module]
    named = [f"{node.module}.{alias.name}".split(".") for node in nodes for alias in node.names]
    return {parts[1] for parts in named if parts[0] == "foundation"} & set(SHELVES)


@pytest.mark.parametrize("shelf", [*SHELVES, ""])
def test_a_shelf_imports_only_the_shelves_below_it(shelf):
    """The modules beside the shelves ("") import none."""
    folder, allowed = ROOT / "foundation" / shelf, SHELVES.get(shelf, set()) | {shelf}
    paths = [
        path for path in (folder.rglob("*.py") if shelf else folder.glob("*.py")) if "migrations" not in path.parts
    ]
    inner = [path for path in paths if not ENTRY_POINTS & {path.stem, *path.parts}]
    wrong = {short(path): found for path in inner if (found := shelf_imports(path) - allowed)}
    assert inner
    assert wrong == {}


def test_no_product_code_imports_the_tests():
    assert [short(path) for path in modules("config") if "tests" in imported(parsed(path))] == []


def test_no_update_goes_round_the_state_machine():
    """`status` of a machine moves in perform() only; a Message or a Job has no machine, its claim is an update."""
    wrong = []
    for path in modules(*MAY_IMPORT):
        if short(path).startswith("foundation/"):
            continue
        for node in ast.walk(parsed(path)):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr in STATE_WRITERS and "status" in {each.arg for each in node.keywords}:
                wrong.append(f"{short(path)}:{node.lineno}")
    assert wrong == []
