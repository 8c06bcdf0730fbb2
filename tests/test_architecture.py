"""Which app may import which, and which constructions are forbidden."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedback.relations import DIRECT_REPORT
from foundation.content import read_yaml
from foundation.workflow.declaration import all_moves, follower_of
from people.models import Profession
from people.roles import PERMISSIONS, ROLES
from tests.status_changes import Machines, found_in

ROOT = Path(__file__).resolve().parents[1]
# An app may import the apps named here, and itself; config may import all, and no app imports config.
MAY_IMPORT = {
    "foundation": set(),
    "people": {"foundation"},
    "competencies": {"people", "foundation"},
    "questionnaires": {"people", "foundation", "competencies"},
    "goals": {"people", "foundation", "competencies"},
    "feedback": {"people", "foundation", "competencies", "questionnaires"},
    "reviews": {"people", "foundation", "competencies", "questionnaires", "goals", "feedback"},
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
# What changes a column called status and has no moves: leased rows, whose claim has to be one update.
WITHOUT_MOVES = {"foundation/outbox/": "a Message or a Job is claimed, sent and given up by whoever holds its lease"}
# What has the name of a move and is none.
NAMESAKES = {
    "book.close": "a workbook",
    "threading.Thread(target=run, daemon=True, name='wake_worker').start": "a thread",
    "connection.close": "a connection to the mail server",
    "inside.start": "a match of a pattern",
    "blocks.remove": "a list",
    "group.members.remove": "people of a group",
    "writing_view.answer": "the answer to a request",
    "watchdog.start": "a timer",
    "watchdog.cancel": "a timer",
}


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


@pytest.fixture(scope="module")
def machines() -> Machines:
    found = Machines()
    for path in modules(*MAY_IMPORT):
        found.learn(parsed(path))
    return found


def test_a_status_changes_only_by_perform(machines):
    """Neither a transition taken elsewhere nor a status given to an update, a new row or SQL."""
    wrong = []
    for path in modules(*MAY_IMPORT, "config"):
        if short(path).startswith(("foundation/workflow/", *WITHOUT_MOVES)):
            continue
        found = found_in(parsed(path), machines)
        wrong += [f"{short(path)}:{line}: {text}" for line, text in found if text not in NAMESAKES]
    assert machines.initial.keys() >= {"Review", "Goal", "FeedbackRound", "Cycle"}
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(review): review.deliver()",
        "def f(review):\n    step = review.deliver\n    step()",
        "from reviews.models import Review\nReview.deliver(review)",
        "class Review:\n    def f(self): self.deliver()",
        "getattr(review, verb)()",
        "def f(review, verb):\n    step, by = getattr(review, verb), None\n    step()",
        "getattr(review, 'deliver')",
        "methodcaller('deliver')(review)",
        "review._django_fsm",
        "field.change_state(review, method)",
        "review.__dict__['status'] = 'delivered'",
        "rows.update(status='delivered')",
        "rows.update(**{'status': 'delivered'})",
        "def f(rows):\n    values = {'note': ''}\n    values['status'] = 'x'\n    rows.update(**values)",
        "def f(rows):\n    values = dict(note='') | {'status': 'x'}\n    rows.update(**values)",
        "Review.objects.bulk_update(rows, ['note', 'status'])",
        "Review.objects.bulk_update(rows, fields=('status',))",
        "FIELDS = ['status']\ndef f(rows): Review.objects.bulk_update(rows, [*FIELDS, 'note'])",
        "Review.objects.bulk_create(rows, update_conflicts=True, update_fields=['status'])",
        "review.save(update_fields=['status'])",
        "Review.objects.create(status=ReviewStatus.DELIVERED)",
        "cycle.reviews.create(status='delivered')",
        "Review.objects.get_or_create(pk=pk, defaults={'status': 'delivered'})",
        "Review.objects.get_or_create({'status': 'delivered'}, pk=pk)",
        "Review.objects.update_or_create(pk=pk, create_defaults={'status': 'delivered'})",
        "Review(status=ReviewStatus.DELIVERED)",
        "models.Review(status='delivered')",
        "Review(pk, cycle, subject, 'delivered')",
        "def f(values):\n    values = {'status': 'delivered'}\n    Review(**values)",
        "cursor.execute('UPDATE reviews_review SET note = 1, status = %s')",
    ],
)
def test_every_way_round_perform_is_found(machines, text):
    assert list(found_in(ast.parse(text), machines))


@pytest.mark.parametrize(
    "text",
    [
        "from feedback import services\nservices.propose(round)",
        "class Steps:\n    def deliver(self): ...\n    def f(self): self.deliver()",
        "Review(status=S.SELF_ASSESSMENT, subject=subject)",
        "Review(subject=subject)",
        "rows.filter(status='delivered').update(note='')",
        "def f(rows):\n    a = {'note': ''}\n    b = a\n    a = b\n    rows.update(**a)",
        "render(request, 'page.html', status=400)",
        "review.save(update_fields=['note'])",
        "getattr(review, 'note')",
        "cursor.execute('UPDATE reviews_review SET note = 1')",
    ],
)
def test_what_changes_no_status_is_left_alone(machines, text):
    assert list(found_in(ast.parse(text), machines)) == []


def test_every_transition_declares_its_move_and_every_follower_is_there():
    """A move without words, or with a follower that is no function, is found here and not by who takes it."""
    declared = list(all_moves())
    assert len(declared) > 40
    for model, verb, move in declared:
        assert str(move.done), f"{model.__name__}.{verb}"
        assert not move.follows or callable(follower_of(move)), f"{model.__name__}.{verb}"
        assert not (move.needs_reason or move.is_bulk) or move.label, f"{model.__name__}.{verb}"


# Columns and properties of a user that say which role they have: outside people, code asks `user.may(…)`.
ROLE_FIELDS = {role.held for role in ROLES} - {"is_active", "has_team"}


def roles_read_in(tree: ast.AST) -> list[int]:
    """Lines that read a role: as an attribute, in a lookup given by name or by text."""
    found = []
    for node in ast.walk(tree):
        names = [getattr(node, "attr", ""), *(each.arg or "" for each in getattr(node, "keywords", []))]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.append(node.value)
        if any(name.split("__")[-1] in ROLE_FIELDS or name.split("__")[0] in ROLE_FIELDS for name in names):
            found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    "text", ["user.is_hr", "User.objects.filter(is_it=True)", "Q(owner__is_auditor=True)", "F('is_hr_partner')",
             "getattr(user, 'is_hr')"],
)  # fmt: skip
def test_every_way_to_read_a_role_is_found(text):
    assert roles_read_in(ast.parse(text)) == [1]


def test_outside_people_nothing_reads_a_role():
    apps = [app for app in MAY_IMPORT if app != "people"]
    wrong = {short(path): lines for path in modules(*apps, "config") if (lines := roles_read_in(parsed(path)))}
    assert wrong == {}
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(ROLE_FIELDS))})\b")
    templates = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "people"]
    assert [short(path) for path in templates if pattern.search(path.read_text())] == []


def test_every_permission_is_asked_for_and_held_by_a_role():
    """Also a misspelt one, which would raise LookupError only when it is asked for."""
    paths = [*modules(*MAY_IMPORT), *(ROOT / "templates").rglob("*.html")]
    asked = re.compile(r"""(?:\bmay\(|\|may:|\bwho_may\()["'](\w+)["']""")
    assert {name for path in paths for name in asked.findall(path.read_text())} - {"permission"} == set(PERMISSIONS)
    assert set().union(*(role.permissions for role in ROLES)) == set(PERMISSIONS)


# Words that code needs for something else: what people are to each other, and statuses.
OTHER_MEANINGS = {*Profession.values, DIRECT_REPORT}


def shipped_keys() -> set[str]:
    """The keys of everything that is asked, as the files of starter content name them."""
    found: set[str] = set()

    def walk(node):
        if isinstance(node, dict):
            if "key" in node and node.keys() & {"type", "questions", "sections"} and "actor" not in node:
                found.add(node["key"])
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    for path in (ROOT / "questionnaires" / "starter").glob("*.yaml"):
        content = read_yaml(path)
        content.get("template", {}).pop("action_plan", None)  # columns of a model, no questionnaire
        walk(content)
    return found - OTHER_MEANINGS


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_no_code_knows_a_question_by_its_key():
    """What an answer means to code is the column `meaning`; the values of choices are declared in states.py."""
    keys = shipped_keys()
    assert len(keys) > 50
    wrong = [
        f"{short(path)}:{line}: {text}"
        for path in modules(*MAY_IMPORT, "config")
        if path.name != "states.py"
        for line, text in literals(parsed(path))
        if text in keys or any(text.startswith(f"{key}-") for key in keys)
    ]
    assert wrong == []
