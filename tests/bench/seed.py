"""One organisation from nothing: what the product does is measured on the way, its history is written in bulk."""

import json
import subprocess
import sys
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from tests.bench import mass


def build(size: int, say) -> dict:
    """Fill the empty database; returns the jobs measured meanwhile by name."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    found = fill(lambda name: job(name, size, say), size)
    mass.settle()
    return found


def fill(do, size: int) -> dict:
    """The organisation of `size` people; `do` takes the name of a job of the product and returns what it measured."""
    from people.models import User

    call_command("load_starter_pack", verbosity=0)
    hr = User.objects.create_user("hr@bench.example", name="Hanna Riedel", is_hr=True)
    User.objects.create_user("auditor@bench.example", name="Aida Prufer", is_auditor=True)
    found = {"import": do("import")}
    mass.add_goals()
    cycle = draft(hr, "This half-year", 0)
    mass.run("ANALYZE")
    found["launch"] = do("launch")
    cycle = type(cycle).objects.select_related("template", "catalogue").get(pk=cycle.pk)
    mass.number_people()
    mass.run("ANALYZE")  # the launch filled tables that the planner still believes to be empty
    add_history(cycle, hr, found, do)
    mass.spread(cycle)
    mass.add_requests(cycle, "CASE WHEN k <= 2 THEN 'answered' ELSE 'asked' END")
    mass.run("ANALYZE")
    mass.add_answers(cycle)
    mass.make_due(cycle, size // 5)
    found["reminders"] = do("reminders")
    mass.make_late(cycle)
    mass.add_messages(2)
    draft(hr, "Next half-year", -30)
    return found


def draft(hr, name: str, days: int):
    """A cycle of everybody, `days` ago; its deadlines in a month."""
    from reviews.cycles.services import add_stages
    from reviews.models import Cycle
    from tests.factories import first_template

    today = timezone.localdate() - timedelta(days)
    period = {"period_start": today - timedelta(180), "period_end": today - timedelta(1)}
    cycle = Cycle.objects.create(name=name, template=first_template(), created_by=hr, **period)
    add_stages(cycle)
    return cycle


def add_history(cycle, hr, found, do) -> None:
    """Two closed cycles; the feedback of the second one is released by the product."""
    from competencies.models import Point

    answers = sample_answers(cycle)
    overall = Point.objects.filter(scale=cycle.template.overall_scale_id, score__gt=2).first()
    closed = [closed_cycle(cycle, hr, f"{title} half-year", days) for title, days in (("Last", 182), ("First", 364))]
    for each, days in zip(closed, (182, 364), strict=True):
        mass.close_copy(cycle, each, days)
        mass.add_writings(each, answers, overall)
        mass.add_requests(each, "'answered'")
    mass.run("ANALYZE")  # without it the planner believes the requests to be few, and takes minutes over their answers
    mass.add_answers(closed[0])
    mass.run("ANALYZE")
    found["release"] = do("release")
    mass.copy_releases(*closed)


def closed_cycle(like, hr, name, days):
    cycle = draft(hr, name, days)
    mass.run("UPDATE reviews_cycle SET status = 'closed', catalogue_id = %s WHERE id = %s", like.catalogue_id, cycle.pk)
    return type(cycle).objects.select_related("template").get(pk=cycle.pk)


def sample_answers(cycle) -> dict:
    """What one person wrote, by the model it is kept in."""
    from reviews.evaluation.material import Material
    from reviews.models import Review
    from tests.reviews.steps import filled

    review = Review.objects.for_page().filter(cycle=cycle).first()
    material = Material(review)
    forms = {
        "SelfAssessment": material.parts("self_assessment"),
        "Evaluation": material.parts("evaluation"),
        "Summary": material.parts("summary"),
    }
    return {name: texts(filled(parts), parts) for name, parts in forms.items()}


def texts(values: dict, parts) -> dict:
    """What is kept in words; goals differ from person to person."""
    asked = {each.name: each for part in parts if part.repeat_for != "goals" for each in part.fields}
    return {name: value for name, value in values.items() if name in asked and asked[name].kind != "rating"}


def job(name: str, size: int, say) -> dict:
    """Run one job in a process of its own, so that its memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.work", name, str(size)], stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    say(f"  {name}: {found}")
    return found
