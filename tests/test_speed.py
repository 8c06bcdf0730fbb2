"""Speed that can be judged without a clock: no page reads a large table from one end to the other.

`make bench` holds the clock, `test_queries.py` the number of questions of each page. Here the database is asked how it
answers each question of the main pages in an organisation of three thousand people.
"""

import re
from functools import cache

import pytest
from django.db import connection

from competencies.models import Code
from competencies.services import load_starter_catalogue
from feedback.models import FeedbackRound
from feedback.services import release_rounds
from goals.models import Goal, Objective
from people.importing import plan_import
from people.models import User
from people.services import apply_import
from reviews.cycles.services import launch
from reviews.models import Cycle, Review
from reviews.tasks import send_reminders
from tests.bench import mass, seed
from tests.bench.people import as_csv
from tests.factories import make_cycle, make_goal, make_user

# Tables that grow with the organisation; the others hold the catalogue, the cycles and the like.
LARGE = (
    "people_user", "goals_goal", "goals_checkin", "goals_evidence", "feedback_feedbackround",
    "feedback_feedbackrequest", "feedback_answer", "feedback_release", "feedback_draft",
    "reviews_review", "reviews_selfassessment",
    "reviews_evaluation", "reviews_summary", "reviews_rating", "reviews_actionitem", "audit_event",
    "outbox_message",
)  # fmt: skip
# Three thousand names are read sooner than an index of their parts: tests/people/test_search.py has more of them.
# (who, address); the address may name the open cycle, the own review, the review of a report, that one's last and its
# round, a goal, an objective, a person and the name of one. Left out: "who is in" before a launch,
# and a new calibration group, whose hundred of three thousand people may as well be found by reading all.
PAGES = [
    ("subject", "/"),
    ("manager", "/"),
    ("hr", "/"),
    ("subject", "/reviews/{own}/"),
    ("subject", "/reviews/{own}/self-assessment/"),
    ("subject", "/reviews/{own}/self-assessment/write/evidence/"),
    ("subject", "/reviews/{own}/self-assessment/preview/"),
    ("manager", "/reviews/{own}/"),
    ("manager", "/reviews/{desk}/evaluation/"),
    ("manager", "/reviews/{desk}/evaluation/write/mgr_codes-TEC-CICD/"),
    ("manager", "/reviews/{last}/"),
    ("hr", "/reviews/{last}/"),
    ("hr", "/reviews/{last}/summary.pdf"),
    ("manager", "/team/"),
    ("manager", "/goals/team/"),
    ("subject", "/goals/"),
    ("subject", "/goals/objectives/"),
    ("hr", "/goals/objectives/"),
    ("subject", "/goals/evidence/"),
    ("subject", "/catalogue/"),
    ("subject", "/catalogue/matrix/"),
    ("subject", "/catalogue/next/"),
    ("subject", "/catalogue/codes/{code}/"),
    ("subject", "/feedback/"),
    ("manager", "/feedback/"),
    ("subject", "/feedback/older/mine/"),
    ("manager", "/feedback/older/led/"),
    ("hr", "/cycles/"),
    ("hr", "/cycles/{cycle}/"),
    ("hr", "/cycles/{cycle}/?status=late"),
    ("hr", "/cycles/{cycle}/?status=self_assessment"),
    ("hr", "/feedback/board/"),
    ("hr", "/feedback/board/?q={name}"),
    ("hr", "/cycles/{cycle}/?q={name}"),
    ("hr", "/feedback/board/?state=bounced"),
    ("hr", "/people/"),
    ("auditor", "/activity/log/"),
    ("subject", "/goals/{goal}/"),
    ("subject", "/goals/objectives/{objective}/"),
    ("manager", "/feedback/rounds/{round}/"),
    ("hr", "/feedback/rounds/{round}/"),
    ("hr", "/cycles/{cycle}/?status=calibration"),
    ("hr", "/cycles/new/"),
    ("hr", "/people/{person}/"),
    ("hr", "/reviews/{own}/manager/"),
]


class Statements:
    """Remembers what a page asks of the database."""

    def __init__(self):
        self.asked = []

    def __call__(self, execute, sql, params, many, context):
        self.asked.append((sql, params))
        return execute(sql, params, many, context)


SIZE = 3000
MANY = 500  # rows; a table with fewer is read whole because that is quicker
# p2 leads eight people, the last of the organisation among them; p629 leads p2000.
WHO = {
    "hr": "hr",
    "auditor": "auditor",
    "manager": "p2",
    "report": f"p{SIZE - 1}",
    "subject": "p2000",
    "leader": "p629",
}


@pytest.fixture
def organisation(db):
    """The bench's organisation on PostgreSQL; on SQLite, which keeps no such statistics, its people alone."""
    content = as_csv(SIZE)
    if connection.vendor != "postgresql":
        boss = make_user("Hanna Riedel", email="hr@bench.example", is_hr=True)
        make_user("Aida Prufer", email="auditor@bench.example", is_auditor=True)
        load_starter_catalogue()
        apply_import(plan_import(content), by=boss)
        return launch(make_cycle(boss), by=boss)[0].cycle

    def hr():
        return User.objects.get(email="hr@bench.example")

    jobs = {
        "import": lambda: apply_import(plan_import(content), by=hr()),
        "launch": lambda: launch(Cycle.objects.get(status="draft"), by=hr()),
        "release": lambda: release_rounds(FeedbackRound.objects.filter(status="collecting", title="Last half-year")),
        "reminders": send_reminders,
    }
    mass.run("SET LOCAL statement_timeout = 0")  # one statement writes a hundred thousand rows; no page does
    seed.fill(lambda name: jobs[name](), SIZE)
    mass.run("ANALYZE")
    mass.run("SET LOCAL statement_timeout = '15s'")
    return Cycle.objects.get(status="open")


def read_whole(sql, params) -> list[str]:
    """The large tables that this statement does read from one end to the other, as the database decides by itself."""
    with connection.cursor() as cursor:
        is_postgres = connection.vendor == "postgresql"
        cursor.execute(f"EXPLAIN {'' if is_postgres else 'QUERY PLAN'} {sql}", params)
        lines = [str(row[-1]).strip() for row in cursor.fetchall()]
    pattern = r"Seq Scan on (\w+)" if is_postgres else r"^SCAN (\w+)(?! USING)$"
    read = [match[1] for line in lines for match in re.finditer(pattern, line) if match[1] in LARGE]
    return [table for table in read if rows_in(table) > MANY]


@cache
def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_with_three_thousand_people_no_page_reads_a_large_table_whole(organisation, as_):
    people = {name: User.objects.get(email=f"{mail}@bench.example") for name, mail in WHO.items()}
    own, desk = (Review.objects.get(cycle=organisation, subject=people[name]) for name in ("subject", "report"))
    Review.objects.filter(pk=own.pk).update(**{"status": "self_assessment"})
    Review.objects.filter(pk=desk.pk).update(**{"status": "manager_evaluation"})
    assert read_whole("SELECT * FROM people_user WHERE job_title = %s", ["x"]) == ["people_user"]  # it would be seen
    last = Review.objects.filter(cycle__name="Last half-year", subject=people["report"]).first()  # PostgreSQL only
    words = {"cycle": organisation.pk, "own": own.pk, "desk": desk.pk, "last": last and last.pk, "round": desk.round_id}
    objective = Objective.objects.first() or Objective.objects.create(key="up", title="Stay up")
    goal = Goal.objects.filter(owner=own.subject).first() or make_goal(owner=own.subject)
    words |= {"person": own.subject_id, "objective": objective.pk, "goal": goal.pk}
    words |= {"name": own.subject.name, "code": Code.objects.in_use().get(key="TEC-CICD").pk}
    found = {}
    for who, address in PAGES:
        if "{last}" in address and not last:
            continue
        reader = people["leader"] if address == "/reviews/{own}/" and who == "manager" else people[who]
        client, statements = as_(reader), Statements()
        with connection.execute_wrapper(statements):
            assert client.get(address.format(**words)).status_code == 200, (who, address)
        may_read = {"people_user"} if "{name}" in address else set()
        for sql, params in statements.asked:
            if sql.lstrip().startswith(("SELECT", "WITH")) and (read := {*read_whole(sql, params)} - may_read):
                found[who, address, sql[:200]] = read
    assert found == {}
