"""The pages, each as the person who opens it, measured over HTTP beside the floor page of the same moment."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.urls import reverse
from django.utils import timezone

from competencies.models import Catalogue, Expectation
from competencies.services import new_version
from feedback.access_links import services as links
from feedback.models import FeedbackRequest
from foundation.workflow.moves import perform
from goals.models import Objective
from people.models import Grade, User
from reviews.evaluation.material import Material
from reviews.home.calendars import make_address, token_of
from reviews.models import Cycle, Review, SelfAssessment
from tests.bench.server import Browser, signed_in
from tests.factories import answers_to, make_catalogue

SMALL, LARGE = 4, 8  # times the floor page
WARM = 12  # requests that bring each thread of each worker its connection and its templates
KB = 1024


@dataclass
class Page:
    """One page: `limit` times the floor, or None where only queries, bytes and slope count."""

    name: str
    who: str
    limit: int | None
    path: str = ""
    ask: Callable | None = None  # (browser) -> Answer, where a GET of `path` is not what is measured


class Cast:
    """Who looks, and at what."""

    def __init__(self, port: int):
        people = User.objects.with_parts()
        self.port = port
        self.users = {
            "hr": people.get(email="hr@bench.example"),
            "auditor": people.get(email="auditor@bench.example"),
            "director": people.get(email="p1@bench.example"),
            "manager": people.get(email="p2@bench.example"),
        }
        reviews = Review.objects.filter(cycle__status="open").order_by("subject__email")
        writing = reviews.filter(status="self_assessment", subject__reports=None).exclude(subject__team=None)
        self.own = writing.first()
        self.users["engineer"] = people.get(pk=self.own.subject_id)
        # Two reviews of the manager with eight reports are brought where they are looked at.
        ours = list(reviews.filter(manager=self.users["manager"])[:3])
        self.desk, self.delivered, self.listed = ours
        Review.objects.filter(pk=self.desk.pk).update(**{"status": "manager_evaluation"})
        SelfAssessment.objects.filter(review=self.desk).update(submitted_at=timezone.now())
        self.last = Review.objects.get(subject=self.desk.subject, cycle__name="Last half-year")
        self.cycle, self.draft = self.own.cycle, Cycle.objects.get(status="draft")
        self.objective = Objective.objects.order_by("key").first()
        self.wide = wide_catalogue()
        self.prepared = new_version(by=self.users["hr"], note="Prepared")
        self.form = self.prepared.questionnaires.get(purpose="evaluation")
        self.browsers = {name: signed_in(port, user) for name, user in self.users.items()}

    def __getitem__(self, who: str) -> Browser:
        return self.browsers[who]


def wide_catalogue() -> Catalogue:
    """A published version below the one in use, with 120 codes at ten grades: more than a ladder should have."""
    found = Catalogue.objects.filter(version=0).first()
    if found:
        return found
    for number in range(7, 11):
        Grade.objects.get_or_create(key=f"MLO{number}", defaults={"order": number, "title": f"Grade {number}"})
    catalogue, grades = make_catalogue(version=0, codes=120), list(Grade.objects.all())
    Expectation.objects.filter(code__catalogue=catalogue).delete()
    Expectation.objects.bulk_create(
        Expectation(code=code, grade=grade, level=min(5, 1 + place // 2))
        for code in catalogue.codes.all()
        for place, grade in enumerate(grades)
    )
    return perform(catalogue, "publish")


def calendar_path(user: User) -> str:
    return reverse("reviews:calendar_file", args=[token_of(make_address(user))])


def pages_of(cast: Cast) -> list[Page]:
    own, desk, last = cast.own.pk, cast.desk.pk, cast.last.pk
    return [
        Page("home", "engineer", SMALL, "/"),
        Page("home", "manager", SMALL, "/"),
        Page("home", "director", SMALL, "/"),
        Page("home", "hr", SMALL, "/"),
        Page("calendar", "engineer", SMALL, calendar_path(cast.users["engineer"])),
        Page("calendar", "manager", SMALL, calendar_path(cast.users["manager"])),
        Page("own review", "engineer", SMALL, f"/reviews/{own}/"),
        Page("self-assessment", "engineer", LARGE, f"/reviews/{own}/self-assessment/"),
        Page("self-assessment: step", "engineer", SMALL, f"/reviews/{own}/self-assessment/write/self_codes-TEC-CICD/"),
        Page("self-assessment: check", "engineer", SMALL, f"/reviews/{own}/self-assessment/check/"),
        Page("autosave", "engineer", SMALL, ask=autosave(cast.own)),
        Page("desk: evaluation", "manager", LARGE, f"/reviews/{desk}/evaluation/"),
        Page("desk: step", "manager", LARGE, f"/reviews/{desk}/evaluation/write/mgr_codes-TEC-CICD/"),
        Page("desk: step of the period", "manager", LARGE, f"/reviews/{desk}/evaluation/write/mgr_collaboration/"),
        Page("desk: review", "manager", LARGE, f"/reviews/{desk}/"),
        Page("closed review", "manager", LARGE, f"/reviews/{last}/"),
        Page("closed review", "hr", LARGE, f"/reviews/{last}/"),
        Page("team", "manager", LARGE, "/team/"),
        Page("team", "director", LARGE, "/team/"),
        Page("team's goals", "director", LARGE, "/goals/team/"),
        Page("own goals", "engineer", LARGE, "/goals/"),
        Page("objectives", "engineer", LARGE, "/goals/objectives/"),
        Page("objectives", "director", LARGE, "/goals/objectives/"),
        Page("objectives", "hr", LARGE, "/goals/objectives/"),
        Page("objective", "engineer", LARGE, f"/goals/objectives/{cast.objective.pk}/"),
        Page("objective", "hr", LARGE, f"/goals/objectives/{cast.objective.pk}/"),
        Page("goals for no objective", "director", LARGE, "/goals/objectives/none/"),
        Page("goals for no objective", "hr", LARGE, "/goals/objectives/none/"),
        Page("catalogue", "engineer", LARGE, "/catalogue/"),
        Page("matrix", "engineer", LARGE, "/catalogue/matrix/"),
        Page("matrix, 120 x 10", "engineer", LARGE, f"/catalogue/{cast.wide.pk}/matrix/"),
        Page("next grade", "engineer", LARGE, "/catalogue/next/"),
        Page("questionnaires of a draft", "hr", LARGE, f"/catalogue/{cast.prepared.pk}/questionnaires/"),
        Page("preview of a form", "hr", LARGE, f"/catalogue/questionnaires/{cast.form.pk}/preview/"),
        Page("feedback", "engineer", LARGE, "/feedback/"),
        Page("feedback", "manager", LARGE, "/feedback/"),
        Page("whom to ask", "manager", LARGE, f"/feedback/rounds/{cast.listed.round_id}/"),
        Page("results", "manager", LARGE, f"/feedback/rounds/{cast.last.round_id}/results/"),
        Page("board", "hr", LARGE, f"/cycles/{cast.cycle.pk}/"),
        Page("board, late", "hr", LARGE, f"/cycles/{cast.cycle.pk}/?status=late"),
        Page("board, one stage", "hr", LARGE, f"/cycles/{cast.cycle.pk}/?status=calibration"),
        Page("board, by name", "hr", LARGE, f"/cycles/{cast.cycle.pk}/?q=Okafor"),
        Page("cycles", "hr", LARGE, "/cycles/"),
        Page("requests", "hr", LARGE, "/feedback/board/"),
        Page("requests, by name", "hr", LARGE, "/feedback/board/?q=Okafor"),
        Page("requests, no such name", "hr", LARGE, "/feedback/board/?q=nobody"),
        Page("requests, refused mails", "hr", LARGE, "/feedback/board/?state=bounced"),
        Page("new group", "hr", LARGE, f"/cycles/{cast.cycle.pk}/groups/new/?q=p7"),
        Page("new cycle", "hr", LARGE, "/cycles/new/"),
        Page("who is in", "hr", LARGE, f"/cycles/{cast.draft.pk}/population/"),
        Page("change of manager", "hr", LARGE, f"/reviews/{cast.own.pk}/manager/"),
        Page("person", "hr", LARGE, f"/people/{cast.own.subject_id}/"),
        Page("search", "hr", LARGE, "/search/?q=Okafor"),
        Page("people", "hr", LARGE, "/people/"),
        # one person at every size: a longer list of finds would be a longer page
        Page("people, by name", "hr", LARGE, "/people/?q=p7@bench"),
        Page("event log", "auditor", LARGE, "/activity/log/"),
    ]


def autosave(review) -> Callable:
    """What one changed field of the self-assessment costs; the version is read from the answer before."""
    sections = Material(Review.objects.for_page().get(pk=review.pk)).parts("self_assessment")
    name = next(spec.name for section in sections for spec in section.fields if spec.kind == "text")
    state = {"version": review.self_assessment.version}

    def ask(browser):
        data = {name: f"Version {state['version']}", "version": state["version"]}
        answer = browser.post(f"/reviews/{review.pk}/self-assessment/", data, **{"X-Autosave": "1"})
        state["version"] = answer.json["version"]
        return answer

    return ask


def measure(cast: Cast, page: Page, repeats: int) -> dict:
    """Medians of `repeats` answers, and of as many floor pages asked in between."""
    browser = cast[page.who]
    ask = page.ask or (lambda each: each.get(page.path))
    for _ in range(WARM):
        ask(browser), browser.get("/floor/")
    answers, floors = [], []
    for _ in range(repeats):
        floors.append(browser.get("/floor/"))
        answers.append(ask(browser))
        if answers[-1].status != 200:  # a way to sign in or a refusal would be measured as a page
            raise SystemExit(f"{page.name} as {page.who} was answered with {answers[-1].status}")
    return {"page": page.name, "who": page.who, "limit": page.limit, "path": page.path} | summed(answers, floors)


def summed(answers, floors) -> dict:
    took, floor = (median(each.seconds for each in some) * 1000 for some in (answers, floors))
    cpu, floor_cpu = (median(float(each.headers["x-cpu"]) for each in some) for some in (answers, floors))
    return {
        "status": sorted({each.status for each in answers}),
        "ms": round(took, 2),
        "floor_ms": round(floor, 2),
        "ratio": round(took / floor, 2),
        "cpu_ms": cpu,
        "cpu_ratio": round(cpu / floor_cpu, 2),
        "queries": max(int(each.headers["x-queries"]) for each in answers),
        "kb": round(median(len(each.body) for each in answers) / KB, 1),  # as sent
        "memory": max(int(each.headers["x-peak"]) for each in answers),
    }


# --- behind a link -------------------------------------------------------------------------------------------------
def by_link(cast: Cast, repeats: int) -> list[dict]:
    """The form by link, one autosave and the sending, each time as another collaborator without an account."""
    waiting = FeedbackRequest.objects.filter(giver=None, status="asked", round__status="collecting")
    asked = list(waiting.select_related("round__subject").order_by("pk")[: repeats + WARM])
    names = ("introduction", "feedback form", "autosave of feedback", "submit of an answer")
    found, floors = {name: [] for name in names}, []
    for number, request in enumerate(asked):
        answers = give(cast.port, request)
        if number >= min(WARM, len(asked) // 2):
            for name, answer in zip(names, answers, strict=True):
                found[name].append(answer)
            floors += [cast["engineer"].get("/floor/") for _ in range(2)]
    row = {"who": "link holder", "limit": SMALL, "path": ""}
    return [{"page": name} | row | summed(answers, floors) for name, answers in found.items()]


def give(port: int, request) -> list:
    browser, path = Browser(port), f"/feedback/answer/{request.pk}"
    browser.get(f"/f/{links.mint(request)['answer']}/")
    seen = [browser.get(f"{path}/"), browser.get(f"{path}/2/")]
    saved = browser.post(f"{path}/save/", answers_to(request) | {"version": 0}, **{"X-Autosave": "1"})
    version = saved.json["version"]
    return [*seen, saved, browser.post(f"{path}/check/", {"version": version})]
