"""Jobs against their floor: each runs in a process of its own and prints what it took as one line of JSON."""

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import django


def peak() -> int:
    """MB this process has held at its highest."""
    return high_water("self")


def high_water(process) -> int:
    """As the kernel counts it since the program began; `getrusage` would start from the parent's."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def timed(do) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def counted(do) -> dict:
    """Seconds by the clock, seconds of this process's own processor time, and questions to the database."""
    from django.db import connection

    from tests.bench.meter import Counter

    counter, began = Counter(), time.process_time()
    with connection.execute_wrapper(counter):
        took = timed(do)
    return {"seconds": took, "cpu": time.process_time() - began, "queries": counter.count}


@contextmanager
def undone():
    """What happens inside is checked as at the end of a transaction, and then taken back."""
    from django.db import connection, transaction

    with transaction.atomic():
        yield lambda: connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def tried(prepare, do, repeats: int) -> float:
    """The median of doing `do` with what `prepare` gives, and taking it back; the preparation is not counted."""
    found = []
    for _ in range(repeats):
        given = prepare()
        with undone() as check:
            found.append(timed(lambda: (do(*given), check())))  # noqa: B023 (called at once)
    return median(found)


def compared(product, rows, repeats: int) -> dict:
    """Seconds of the product and of bare bulk inserts of the same rows, both taken back; then the product for good."""
    took = tried(tuple, product, repeats)
    memory = peak()
    floor = tried(rows, bulk, repeats)
    found = counted(product)
    took = median([took, found["seconds"]])
    return found | {"seconds": took, "floor": floor, "ratio": took / floor, "memory": memory}


def repeats_of(size: int) -> int:
    return 1 if size > 5000 else 3


def bulk(*groups) -> None:
    for rows in groups:
        type(rows[0]).objects.bulk_create(rows, batch_size=2000)


def import_people(size: int) -> dict:
    """A dry run, then the import; the floor is bulk_create of the same people, addresses and events."""
    from people.importing import plan_import
    from people.models import User
    from people.services import apply_import
    from tests.bench.people import as_csv

    content, hr = as_csv(size), User.objects.get(email="hr@bench.example")

    def product():
        plan_import(content)
        apply_import(plan_import(content), by=hr)

    return compared(product, rows_of_import(content, hr), repeats_of(size))


def rows_of_import(content, hr):
    """A function that gives unsaved people with managers, confirmed addresses and events."""
    from allauth.account.models import EmailAddress

    from foundation.audit.events import event_for
    from people.importing import plan_import
    from people.models import Team
    from people.services import _new_user

    plan = plan_import(content)

    def rows():
        teams = [Team(name=name) for name in plan.new_teams]
        by_name = {team.name.casefold(): team for team in teams}
        users = [_new_user(row, by_name) for row in plan.new]
        by_address = {user.email: user for user in users}
        for user, row in zip(users, plan.new, strict=True):
            user.manager = by_address.get(row["manager_email"])
        addresses = [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
        return teams, users, addresses, numbered([event_for(user, "import_new", by=hr) for user in users])

    return rows


def numbered(events):
    for number, event in enumerate(events, 10**12):
        event.number, event.mac = number, "0" * 64
    return events


def launch_cycle(size: int) -> dict:
    from people.models import User
    from reviews.cycles.services import launch
    from reviews.models import Cycle

    cycle, hr = Cycle.objects.get(status="draft"), User.objects.get(is_hr=True)
    groups = rows_of_launch(cycle, hr)
    found = compared(lambda: launch(cycle, by=hr), groups, repeats_of(size))
    return found | {"rows": sum(len(rows) for rows in groups())}


def rows_of_launch(cycle, hr):
    """A function that gives the unsaved rows of a launch, with new ids each time."""
    from competencies.models import Catalogue
    from foundation.audit.events import event_for
    from reviews.cycles.services import frozen, new_round, population, stage_message
    from reviews.models import Cycle, Evaluation, Review, SelfAssessment, Summary
    from reviews.states import DUE_FIELD, StageKey

    cycle = Cycle.objects.prefetch_related("stages").get(pk=cycle.pk)
    cycle.catalogue = Catalogue.objects.current()
    people = list(population(cycle).included)
    due = {DUE_FIELD[stage.key]: stage.due_on for stage in cycle.stage.values()}

    def rows():
        rounds = [new_round(cycle, person, due) for person in people]
        reviews = [
            Review(cycle=cycle, subject=r.subject, manager=r.manager, round=r, **frozen(r.subject), **due)
            for r in rounds
        ]
        parts = [[model(review=review) for review in reviews] for model in (SelfAssessment, Evaluation, Summary)]
        events = numbered([event_for(review, "launch", by=hr, cycle=str(cycle.pk)) for review in reviews])
        messages = [stage_message(review, StageKey.SELF_ASSESSMENT, to=review.subject) for review in reviews]
        return rounds, reviews, *parts, events, messages

    return rows


def release(size: int) -> dict:
    """All collecting rounds, six answers each, in batches; the second half goes on after an interruption."""
    from feedback.models import FeedbackRound
    from feedback.services import release_rounds

    ids = list(FeedbackRound.objects.filter(status="collecting", title="Last half-year").values_list("pk", flat=True))
    half = len(ids) // 2
    parts = [counted(lambda: release_rounds(ids[:half])), counted(lambda: release_rounds(ids))]
    found = {name: sum(part[name] for part in parts) for name in parts[0]}
    left = FeedbackRound.objects.filter(pk__in=ids, status="collecting").count()
    return found | {"memory": peak(), "rounds": len(ids), "left": left}


def remind(size: int) -> dict:
    """The sweep on the morning of a working day, and a second one that has forgotten the first and owes nothing."""
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    import time_machine
    from django.conf import settings

    from foundation.outbox.models import Message, MorningRun
    from foundation.workdays import next_working_day, organisation_today
    from reviews.tasks import send_reminders

    day = next_working_day(organisation_today())
    morning = datetime.combine(day, time(9), ZoneInfo(settings.ORGANISATION_TIME_ZONE))
    before = Message.objects.count()
    with time_machine.travel(morning, tick=True):
        found = counted(send_reminders)
        owed = Message.objects.count() - before
        MorningRun.objects.all().delete()
        again = timed(send_reminders)
    twice = Message.objects.count() - before - owed
    return found | {"again": again, "owed": owed, "twice": twice, "memory": peak()}


JOBS = {"import": import_people, "launch": launch_cycle, "release": release, "reminders": remind}

if __name__ == "__main__":
    django.setup()
    print(json.dumps(JOBS[sys.argv[1]](int(sys.argv[2]))))
