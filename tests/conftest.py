"""The cast every test may call for."""

from collections import Counter
from datetime import datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from xdist.scheduler import LoadScopeScheduling

from competencies.services import load_starter_catalogue
from foundation.outbox.services import load_mail_texts
from goals.services import load_starter_goals
from tests.factories import make_team, make_user, warmed
from tests.world import surrounded, things

pytest.register_assert_rewrite("tests.browser")

# Over every page, role and status: some tests of a minute each.
WALKS = [f"tests/test_{name}.py" for name in ("secrecy", "hostile_input", "access", "queries", "labels")]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """For several workers: the walks first, then the files with the most tests, so that none ends alone.

    By the alphabet those that start the product would meet, and wait for each other longer than they may.
    """
    if not hasattr(config, "workerinput"):
        return
    sizes = Counter(path_of(item) for item in items)
    items.sort(key=lambda item: (path_of(item) not in WALKS, -sizes[path_of(item)], path_of(item)))


def path_of(item) -> str:
    return item.nodeid.partition("::")[0]


class ByFile(LoadScopeScheduling):
    """A file stays on one worker, for what it prepares once and for what only one may use, as a broker; the walks are
    dealt out test by test.
    """

    def _split_scope(self, nodeid):
        path = nodeid.partition("::")[0]
        return nodeid if path in WALKS else path


def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log)


@pytest.fixture
def cast(db):
    """hr, manager, subject, peer and stranger, in one team but for the stranger; cast.manager or cast["manager"]."""
    team = make_team("Model serving")
    hr = make_user("Hanna Riedel", is_hr=True)
    head = make_user("Edda Falk")
    manager = make_user("Marta Keller", team=team, manager=head)
    people = {
        "hr": hr,
        "head": head,
        "manager": manager,
        "subject": make_user("Priya Raman", team=team, manager=manager),
        "peer": make_user("Jonas Weber", team=team, manager=manager),
        "stranger": make_user("Sten Fremd", team=make_team("Elsewhere")),
        "auditor": make_user("Aida Prufer", is_auditor=True),
        "it": make_user("Ivo Technik", is_it=True),
        "team": team,
    }
    return Cast(**people)


class Cast(SimpleNamespace):
    def __getitem__(self, name):
        return getattr(self, name)


@pytest.fixture
def as_(client):
    """A client signed in as the given person: as_(cast.hr).get(…)."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def mail_texts(db):
    """The shipped texts of mails, in every language."""
    load_mail_texts()


@pytest.fixture
def wednesday(time_machine):
    """It is a Wednesday, 9 o'clock where the organisation is, with working days 2, 5, 9, 12 and 14 days later."""
    moment = datetime(2030, 1, 9, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    time_machine.move_to(moment)
    return moment


@pytest.fixture
def on_postgres():
    return connection.vendor == "postgresql"


CATALOGUE = [f"competencies_{name}" for name in ("catalogue", "code", "scale", "indicator", "expectation", "point")]
CATALOGUE += [
    f"questionnaires_{name}"
    for name in ("reviewtemplate", "templatestage", "questionnaire", "section", "question", "option")
]
GUARDS = {
    "sqlite": ["event_no_delete", "chain_head_no_delete", *(f"{table}_no_delete" for table in CATALOGUE)],
    "postgresql": [
        "event_no_truncate ON audit_event",
        "chain_head_no_truncate ON audit_chainhead",
        "chain_head_no_delete ON audit_chainhead",
        *(f"{table}_no_truncate ON {table}" for table in CATALOGUE),
    ],
}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Emptying a test database is what the guards of log and catalogue refuse; their tests put them back."""
    with django_db_blocker.unblock():
        for guard in GUARDS[connection.vendor]:
            connection.cursor().execute(f"DROP TRIGGER {guard}")
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":  # a server thread or a killed worker may not have hung up yet
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.cursor().execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")


@pytest.fixture
def catalogue(db):
    """The shipped catalogue: grades, codes, scales, questionnaires; read once, as a running process has."""
    return warmed(load_starter_catalogue())


@pytest.fixture
def world(cast, catalogue):
    """The organisation of the access table: its people, and a row of everything."""
    load_starter_goals()
    surrounded(cast)
    return cast, things(cast, catalogue)
