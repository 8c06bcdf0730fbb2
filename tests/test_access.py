"""Every address of the product against every role and relation: who gets in; for everybody else it does not exist.

One row per URL pattern; the suite fails for a pattern without a row. A row says in which status of the review it is
asked, with which objects in the address, and who may. Each request is rolled back: every role meets the same rows.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from activity import jobs
from activity.models import Event
from competencies.services import new_version
from feedback.models import Ask, Praise, Release
from goals.models import GoalTemplate, Objective
from goals.services import ask_change, load_starter_goals
from tests.factories import make_cycle, make_evidence, make_goal
from tests.world import bring, rows_of, surrounded

ROLES = [
    "subject", "manager", "stand_in", "former", "head", "peer", "stranger", "auditor", "it",
    "hr", "hr_self", "hr_below", "partner",
]  # fmt: skip
WHO = [*ROLES, "anonymous"]
EVERYONE = frozenset(ROLES)
SUBJECT = frozenset({"subject", "hr_self"})  # hr_self is HR and asks for her own review
LEAD = frozenset({"manager", "stand_in"})
HANDLING = frozenset({"hr", "partner"})  # hr_below is HR and reports to the subject
HR = frozenset({"hr", "hr_self", "hr_below"})
RUNNING = HR | {"partner"}
GOAL_HR = frozenset({"hr", "hr_self", "partner"})
GOAL_SIDES = frozenset({"subject"}) | LEAD
NOBODY: frozenset = frozenset()


@dataclass(frozen=True)
class Row:
    """Who may open `words` of an address in `status` of the review; `kind` is page, form, deed (POST) or open."""

    kind: str
    who: frozenset
    words: tuple = ()
    status: str = "self_assessment"
    data: tuple = ()


def page(who, *words, at="self_assessment"):
    return Row("page", frozenset(who), words, at)


def form(who, *words, at="self_assessment"):
    return Row("form", frozenset(who), words, at)


def deed(who, *words, at="self_assessment", **data):
    return Row("deed", frozenset(who), words, at, tuple(data.items()))


def open_to(*words, at="peer_review", who=EVERYONE | {"anonymous"}):
    """A page without sign-in; `who` gets 200 or a redirect, all others the one page for unknown links."""
    return Row("open", frozenset(who), words, at)


TABLE = {
    "healthz": open_to(),
    "readyz": open_to(),
    # --- accounts: each page is about the person who opens it
    "account_login": open_to(),
    "account_logout": open_to(),
    "account_inactive": open_to(),
    "account_signup": open_to(),
    "account_request_login_code": open_to(),
    "account_confirm_login_code": open_to(),
    "account_reset_password": open_to(),
    "account_reset_password_done": open_to(),
    "account_reset_password_from_key": open_to("base36", "key"),
    "account_reset_password_from_key_done": open_to(),
    "account_email_verification_sent": open_to(who=NOBODY),
    "account_confirm_email": open_to("key", who=NOBODY),
    "mfa_authenticate": open_to(),
    "account_reauthenticate": page(NOBODY),  # the cast has no password to ask for again
    "account_email": form(NOBODY),  # HR owns the address
    "account_change_password": page(EVERYONE),
    "account_set_password": page(EVERYONE),
    "mfa_index": page(EVERYONE),
    "mfa_reauthenticate": page(NOBODY),
    "mfa_activate_totp": page(EVERYONE),
    "mfa_deactivate_totp": form(NOBODY),
    "mfa_view_recovery_codes": form(NOBODY),
    "mfa_generate_recovery_codes": page(EVERYONE),
    "mfa_download_recovery_codes": form(NOBODY),
    "usersessions_list": page(EVERYONE),
    # --- people
    "people:list": page(HR | {"it"}),
    "people:new": form(HR),
    "people:import": form(HR),
    "people:import_apply": deed(HR),
    "people:profile": page(EVERYONE),
    "people:person": form(HR | {"it"}, "someone"),  # IT is led on to the roles
    "people:roles": form({"it"}, "someone"),
    "people:invite": deed(HR, "someone"),
    "people:deactivate": deed(HR, "someone"),
    "people:delegation_new": form(HR | {"manager"}, "manager"),
    "people:delegation_end": deed(HR | {"manager"}, "delegation"),
    # --- activity
    "activity:log": page({"auditor"}),
    "activity:job": page({"hr"}, "job"),
    "activity:job_file": page({"hr"}, "job"),
    # --- catalogue
    "competencies:catalogue": page(EVERYONE),
    "competencies:versions": page(EVERYONE),
    "competencies:new_version": form(HR),
    "competencies:detail": page(HR, "draft"),
    "competencies:differences": page(HR, "draft", "published"),
    "competencies:publish": deed(HR, "draft"),
    "competencies:discard": deed(HR, "draft"),
    "competencies:code_new": form(HR, "draft"),
    "competencies:scales": page(HR, "draft"),
    "competencies:code": page(HR, "draft_code"),
    "competencies:code_edit": form(HR, "draft_code"),
    "competencies:code_delete": deed(HR, "draft_code"),
    "competencies:scale_edit": form(HR, "draft_scale"),
    # --- goals
    "goals:list": page(EVERYONE),
    "goals:team": page({"manager", "stand_in", "head", "subject"}),
    "goals:person": page(EVERYONE, "person"),
    "goals:new": page(EVERYONE),
    "goals:create": page(EVERYONE),
    "goals:from_template": page(EVERYONE, "goal_template"),
    "goals:carry_over": page(EVERYONE),
    "goals:detail": page(GOAL_SIDES | GOAL_HR, "agreed"),
    "goals:edit": form({"subject"}, "goal_draft"),
    "goals:delete": deed({"subject"}, "goal_draft"),
    "goals:share": form({"subject"}, "agreed"),
    "goals:check_in": form(GOAL_SIDES, "agreed"),
    "goals:change": form(GOAL_SIDES, "agreed"),
    "goals:step": deed(LEAD, "proposed", "agree"),
    "goals:answer_change": deed(LEAD, "change", "accept"),
    "goals:objectives": page(EVERYONE),
    "goals:orphans": page(EVERYONE),
    "goals:objective_new": form(HR),
    "goals:objective": page(EVERYONE, "objective"),
    "goals:objective_edit": form(HR, "objective"),
    "goals:evidence": page(EVERYONE),
    "goals:evidence_add": page(EVERYONE),
    "goals:evidence_edit": form({"subject"}, "fact"),
    "goals:evidence_delete": deed({"subject"}, "fact"),
    # --- feedback: by link or by account, then its rounds
    "feedback:link": open_to("token"),
    "feedback:thanks": open_to(),
    "feedback:declined": open_to(),
    "feedback:request": open_to("asked", who={"peer"}),
    "feedback:step": open_to("asked", 1, who={"peer"}),
    "feedback:autosave": open_to("asked", who={"peer"}),
    "feedback:check": open_to("asked", who={"peer"}),
    "feedback:decline": open_to("asked", who={"peer"}),
    "feedback:code": open_to("asked", who={"peer"}),
    "feedback:list": page(EVERYONE),
    "feedback:round": page(SUBJECT | LEAD | HANDLING, "round"),
    "feedback:propose": deed(SUBJECT | LEAD | HANDLING, "round"),
    "feedback:send_list": deed(SUBJECT, "round"),
    "feedback:return_list": form(LEAD | HANDLING, "round"),
    "feedback:approve": deed(LEAD | HANDLING, "round"),
    "feedback:remove": form(LEAD | HANDLING, "asked", at="peer_review"),
    "feedback:results": page(SUBJECT | LEAD | HANDLING, "round", at="manager_evaluation"),
    "feedback:results_csv": page(LEAD | HANDLING, "round", at="manager_evaluation"),
    "feedback:hide": form(HANDLING, "round", "text", at="manager_evaluation"),
    "feedback:board": page(RUNNING),
    "feedback:board_act": deed(RUNNING),
    "feedback:address": form(HANDLING, "outsider", at="peer_review"),
    "feedback:replace": form(HANDLING, "asked", at="peer_review"),
    "feedback:praise": page(EVERYONE),
    "feedback:praise_detail": page({"subject", "peer"}, "praise"),
    "feedback:ask": page(EVERYONE),
    "feedback:ask_detail": page({"subject", "peer"}, "ask"),
    "feedback:ask_decline": deed({"peer"}, "ask"),
    # --- reviews: cycles
    "reviews:home": page(EVERYONE),
    "reviews:team": page(EVERYONE),
    "reviews:verify": page(EVERYONE),
    "reviews:cycles": page(RUNNING),
    "reviews:cycle_new": form(HR),
    "reviews:cycle": page(RUNNING, "cycle"),
    "reviews:cycle_edit": form(HR, "draft_cycle"),
    "reviews:cycle_stages": form(HR, "draft_cycle"),
    "reviews:cycle_promise": form(HR, "cycle"),
    "reviews:cycle_population": page(HR, "draft_cycle"),
    "reviews:cycle_launch": deed(HR, "draft_cycle"),
    "reviews:cycle_bulk": deed(RUNNING, "cycle"),
    "reviews:cycle_export": deed(RUNNING, "cycle"),
    "reviews:cycle_move": form(HR, "cycle", "close"),
    "reviews:group_new": form(HR, "cycle"),
    "reviews:group": page(HR | {"head", "manager"}, "group", at="calibration"),
    "reviews:group_change": form({"hr", "head"}, "group", "review", at="calibration"),
    "reviews:group_lock": deed(HR, "group", at="calibration"),
    # --- reviews: one review
    "reviews:review": page(SUBJECT | LEAD | HANDLING, "review"),
    "reviews:move": form(HANDLING, "review", "skip_self_assessment"),
    "reviews:extend": form(HANDLING, "review"),
    "reviews:change_manager": form(HANDLING, "review"),
    "reviews:conversation": deed(LEAD, "review", at="manager_evaluation"),
    "reviews:private_note": deed(LEAD, "review", at="manager_evaluation"),
    "reviews:rebuttal": form(SUBJECT, "review", at="delivered"),
    "reviews:self_assessment": form(SUBJECT, "review"),
    "reviews:evaluation": form(LEAD, "review", at="manager_evaluation"),
    "reviews:overall": form(LEAD, "review", at="manager_evaluation"),
    "reviews:summary": form(LEAD, "review", at="delivery"),
    "reviews:summary_pdf": page(SUBJECT | LEAD | HANDLING | {"head"}, "review", at="delivered"),
    "reviews:action_new": form(LEAD, "review", at="delivery"),
    "reviews:action_edit": form(LEAD, "review", "action", at="delivery"),
    "reviews:action_step": deed(SUBJECT | LEAD, "action", "start", at="delivered"),
}
# The same addresses at other moments: state is part of the policy.
MOMENTS = [
    ("reviews:review", page(SUBJECT | LEAD | HANDLING | {"head"}, "review", at="delivered")),
    ("reviews:summary_pdf", page(NOBODY, "review", at="delivery")),
    ("reviews:review", page(SUBJECT | LEAD | HANDLING, "review", at="cancelled")),
    ("reviews:summary_pdf", page(NOBODY, "review", at="cancelled")),
    ("reviews:evaluation", form(NOBODY, "review", at="peer_review")),
    ("reviews:evaluation", form(NOBODY, "review", at="delivery")),
    ("reviews:rebuttal", form(NOBODY, "review", at="delivery")),
    ("reviews:action_edit", form(NOBODY, "review", "action", at="delivered")),
    ("reviews:group_change", form(NOBODY, "group", "review", at="delivery")),
    ("reviews:move", form(LEAD, "review", "deliver", at="delivery")),
    ("reviews:move", form(SUBJECT, "review", "acknowledge", at="delivered")),
    ("reviews:move", form(LEAD | HANDLING, "review", "return_self_assessment", at="peer_review")),
    ("reviews:move", form(HANDLING, "review", "reopen", at="delivered")),
    ("feedback:request", open_to("asked", at="manager_evaluation", who=NOBODY)),
    ("feedback:hide", form(NOBODY, "round", "text", at="peer_review")),
    ("feedback:results_csv", page(NOBODY, "round", at="peer_review")),
    ("feedback:results_csv", page(SUBJECT | LEAD | HANDLING, "round", at="delivered")),
    ("competencies:detail", page(EVERYONE, "published")),
    ("competencies:code_edit", form(NOBODY, "published_code")),
    ("reviews:cycle_edit", form(NOBODY, "cycle")),
    ("reviews:cycle_population", page(NOBODY, "cycle")),
    ("people:roles", form(NOBODY, "it")),  # nobody gives roles to themselves
    ("people:deactivate", deed({"hr_self", "hr_below"}, "hr")),  # nobody deactivates themselves
]
ROWS = [*TABLE.items(), *MOMENTS]
STATUSES = sorted({row.status for _, row in ROWS})


def patterns(resolver, namespace=""):
    """The names of all URL patterns, whatever includes them."""
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from patterns(each, namespace + (f"{each.namespace}:" if each.namespace else ""))
        else:
            yield f"{namespace}{each.name}"


def test_every_address_of_the_product_has_a_row():
    found = list(patterns(get_resolver()))
    assert "None" not in found
    assert set(found) == set(TABLE)


# --- the organisation ------------------------------------------------------------------------------------------------
@pytest.fixture
def cast(cast, catalogue):
    load_starter_goals()
    return surrounded(cast)


@pytest.fixture
def rows(cast, catalogue):
    """What may stand in an address, by the word used in the table; rows of one review are made in `bring`."""
    goals = {f"goal_{status}": make_goal(owner=cast.subject, status=status) for status in ("draft", "proposed")}
    changing, agreed = (make_goal(owner=cast.subject, status="agreed") for _ in range(2))
    draft = new_version(by=cast.hr)
    return goals | {
        "proposed": goals["goal_proposed"],
        "agreed": agreed,
        "change": ask_change(changing, by=cast.subject, note="Later", due_on=timezone.localdate() + timedelta(120)),
        "goal_template": GoalTemplate.objects.first(),
        "objective": Objective.objects.first(),
        "fact": make_evidence(cast.subject),
        "praise": Praise.objects.create(giver=cast.peer, receiver=cast.subject, text="Thank you"),
        "ask": Ask.objects.create(asker=cast.subject, giver=cast.peer, about="The rollout", question="How did it go?"),
        "published": catalogue,
        "published_code": catalogue.codes.first(),
        "draft": draft,
        "draft_code": draft.codes.first(),
        "draft_scale": draft.scales.first(),
        "cycle": cast.cycle,
        "draft_cycle": make_cycle(cast.hr),
        "job": finished_job(cast),
        "delegation": cast.delegation,
        "someone": cast.someone,
        "person": cast.subject,
        "manager": cast.manager,
        "hr": cast.hr,
        "it": cast.it,
    }


def finished_job(cast):
    job = jobs.start("cycle_zip", by=cast.hr, key="made", filename="made.zip")
    job.file.save("made.zip", ContentFile(b"zip"), save=False)
    job.status = "done"
    job.save()
    return job


@pytest.fixture
def world(cast, rows, request):
    """The rows by role: those of the subject's review, for hr_self those of her own, at the status asked for."""
    status = request.param
    own = {}
    for review in (cast.review, cast.hr_review):
        own[review] = rows_of(cast, review)
        bring(cast, own[review], status)
        own[review]["action"] = review.actions.first()
        own[review]["text"] = text_of(review.round)
    return status, {role: rows | own[cast.hr_review if role == "hr_self" else cast.review] for role in WHO}


def text_of(round):
    """The id of a released text, or of none."""
    release = Release.objects.filter(round=round).first()
    found = [text["id"] for pool in release.content["texts"] for text in pool["texts"]] if release else []
    return found[0] if found else round.pk


# --- the requests ----------------------------------------------------------------------------------------------------
def address(name, row, rows):
    words = [rows.get(word, word) for word in row.words]
    return reverse(name, args=[getattr(word, "pk", word) for word in words])


def ask(client, user, method, url, data=None):
    """The status of one request and how many events it made; then everything is as before."""
    with transaction.atomic():
        client.logout() if user is None else client.force_login(user)
        before = Event.objects.count()
        answer = getattr(client, method)(url, data or {})
        result = answer, Event.objects.count() - before
        list(answer.streaming_content if answer.streaming else ())  # read to its end, a file is closed
        transaction.set_rollback(True)
    client.cookies.clear()
    return result


def outcome(client, user, row, url):
    """In one word: in, out (the page does not exist), sign-in, or what went wrong."""
    if row.kind == "deed":
        got, _ = ask(client, user, "get", url)
        if user is not None and got.status_code not in (404, 405):
            return f"GET {got.status_code}"
    answer, _ = ask(client, user, "post" if row.kind == "deed" else "get", url, dict(row.data))
    if row.kind != "open" and answer.status_code == 302 and answer.url.startswith("/accounts/login/"):
        return "sign-in"
    return {404: "out", 200: "in", 302: "in", 400: "in", 405: "in", 503: "in"}.get(
        answer.status_code, str(answer.status_code)
    )


def expected(row, role):
    if row.kind != "open" and role == "anonymous":
        return "sign-in"
    return "in" if role in row.who else "out"


@pytest.mark.parametrize("world", STATUSES, indirect=True)
def test_an_address_opens_for_those_in_the_table_and_does_not_exist_for_others(world, cast, client):
    status, rows = world
    wrong = []
    for name, row in ROWS:
        for role in WHO if row.status == status else ():
            url = address(name, row, rows[role])
            found = outcome(client, getattr(cast, role, None), row, url)
            if found != expected(row, role):
                wrong.append(f"{name} {row.words} for {role}: {found}, not {expected(row, role)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("world", STATUSES, indirect=True)
def test_a_post_by_somebody_who_may_not_changes_nothing(world, cast, client):
    status, rows = world
    for name, row in ROWS:
        if row.status != status or row.kind == "open":
            continue
        for role in set(WHO) - row.who:
            url = address(name, row, rows[role])
            answer, events = ask(client, getattr(cast, role, None), "post", url, {"reason": "Because", "send": "1"})
            assert events == 0, (name, role)
            assert answer.status_code in (302, 404, 405), (name, role, answer.status_code)


VERBS = {"agree", "accept", "close", "start", "skip_self_assessment"}
WITH_ID = [name for name, row in TABLE.items() if row.words and row.kind != "open"]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def test_an_unknown_id_is_the_same_page_as_a_foreign_one(cast, rows, client):
    pages = set()
    for name in WITH_ID:
        row = TABLE[name]
        url = reverse(name, args=[word if word in VERBS else UNKNOWN for word in row.words])
        for user in (cast.hr, cast.subject, cast.manager):
            client.force_login(user)
            answer = client.post(url) if row.kind == "deed" else client.get(url)
            assert answer.status_code == 404, (name, user)
            pages.add(answer.templates[0].name)
    assert pages == {"404.html"}
