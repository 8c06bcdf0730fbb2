"""Builders of valid rows: plain functions, every argument optional. Each room adds its own below its heading."""

import itertools
from datetime import timedelta

from django.utils import timezone

from competencies.catalogue_cache import content_of
from competencies.models import Catalogue, Code, Expectation, Indicator
from goals.models import Evidence, Goal
from people.models import Grade, Team, User
from questionnaires.cache import questionnaires_of
from reviews.cycles.services import add_stages, launch
from reviews.models import Cycle

_numbers = itertools.count(1)


def warmed(catalogue):
    """`catalogue`, with its content already kept, so that query counts are those of a running process."""
    content_of(catalogue)
    questionnaires_of(catalogue)
    return catalogue


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


# --- goals ---------------------------------------------------------------------------------------------------------
def make_goal(status="draft", **fields):
    """A goal of 0 to 10 due in 90 days, proposed by its owner and brought to `status` by hand: no test of the moves."""
    owner = fields.pop("owner", None) or make_user()
    fields = {"title": f"Goal {next(_numbers)}", "target": 10, "due_on": timezone.localdate() + timedelta(90)} | fields
    if status != "draft":
        fields.setdefault("proposed_by", owner)
    if status in ("agreed", "reached", "missed"):
        fields |= {"agreed_by": owner.manager or owner, "agreed_at": timezone.now()}
    return Goal.objects.create(owner=owner, status=status, **fields)


def make_evidence(owner=None, goals=(), **fields):
    fact = Evidence.objects.create(owner=owner or make_user(), **{"note": f"Fact {next(_numbers)}"} | fields)
    fact.goals.set(goals)
    return fact


# --- feedback ------------------------------------------------------------------------------------------------------
def make_round(subject, **fields):
    """A round about `subject`, led by their manager, open for two more weeks."""
    from competencies.services import load_starter_catalogue
    from feedback.models import FeedbackRound

    today = timezone.localdate()
    values = {
        "manager": fields.pop("manager", None) or subject.manager,
        "title": "Second half",
        "period_start": today - timedelta(180),
        "period_end": today,
        "catalogue": fields.pop("catalogue", None) or warmed(load_starter_catalogue()),
        "closes_on": today + timedelta(14),
    }
    return FeedbackRound.objects.create(subject=subject, **values | fields)


def make_request(round, giver=None, relation="data_scientist", status="asked", **fields):
    """A request in `round`, by default asked of a new outsider, whom HR (anybody: here the subject) has confirmed."""
    from feedback.models import FeedbackRequest

    number = next(_numbers)
    fields.setdefault("email", giver.email if giver else f"outsider{number}@example.com")
    fields.setdefault("name", giver.name if giver else f"Outsider {number}")
    fields.setdefault("confirmed_by", None if giver else round.subject)
    told = {"confidentiality": round.confidentiality, "k_scores": round.k_scores, "k_texts": round.k_texts}
    return FeedbackRequest.objects.create(round=round, giver=giver, relation=relation, status=status, **told | fields)


def confirm_outsiders(round, by):
    """HR confirms everybody from outside on the list of `round`."""
    from feedback.services import confirm

    for request in round.requests.filter(giver=None).select_related("round__subject", "round__manager"):
        confirm(request, by=by)


def make_collecting_round(subject, relations, **fields):
    """A collecting round and one asked outsider per relation, in that order."""
    round = make_round(subject, status="collecting", **fields)
    return round, [make_request(round, relation=relation) for relation in relations]


def answers_to(request, choice="often", text="You paired with us on the release.", **own):
    """Valid answers to every question of the request's relation, with an example where the choice needs one."""
    from feedback.answers.questions import asked_of, example_of

    answers = {}
    for question in asked_of(request):
        if question.kind == "contact":
            answers[question.key] = "weekly"
        elif question.kind == "rating":
            answers |= {question.key: choice, example_of(question): f"Example: {text}"}
        else:
            answers[question.key] = f"{question.key}: {text}"
    return answers | own


def save_draft(request, values, version, *, base=None, browser=""):
    """Save what a giver has typed, as the pages do; returns the draft."""
    from feedback.answers.drafts import GiverDraft
    from questionnaires.drafts import save

    holder = GiverDraft(request, browser)
    save(holder, values, version=version, base=base)
    return holder.draft


# --- reviews -------------------------------------------------------------------------------------------------------
def first_template():
    """The shipped template in the current version, which is loaded if there is none."""
    from competencies.services import load_starter_catalogue

    return load_starter_catalogue().templates.first()


def make_cycle(by, **fields):
    """A draft cycle from the shipped template with its stages, over the last half year."""
    today = timezone.localdate()
    fields.setdefault("name", f"Cycle {next(_numbers)}")
    fields.setdefault("period_start", today - timedelta(days=182))
    fields.setdefault("period_end", today)
    cycle = Cycle.objects.create(template=first_template(), created_by=by, **fields)
    add_stages(cycle)
    return cycle


def make_review(subject, by, **fields):
    """The review of `subject` in a cycle of its own, launched by `by`."""
    cycle = make_cycle(by, **fields)
    return next(review for review in launch(cycle, by=by) if review.subject == subject)


# --- competencies --------------------------------------------------------------------------------------------------
def make_catalogue(version=1, codes=0, **fields):
    """A draft with `codes` complete codes."""
    catalogue = Catalogue.objects.create(version=version, **{"title": "Ladder"} | fields)
    for number in range(codes):
        make_code(catalogue, key=f"TEC-{number}")
    return catalogue


def make_code(catalogue, **fields):
    values = {"key": f"OPS-{next(_numbers)}", "title": "A kind of work", "category": "technical_skills"} | fields
    code = Code.objects.create(catalogue=catalogue, **values)
    Indicator.objects.bulk_create(Indicator(code=code, level=n, text=f"{code.key} seen at {n}.") for n in range(1, 6))
    Expectation.objects.create(code=code, grade=make_grade(), level=3)
    return code
