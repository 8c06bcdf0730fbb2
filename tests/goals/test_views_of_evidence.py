"""Pages of evidence and of objectives."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from goals.models import Evidence, Objective
from tests.factories import make_evidence, make_goal

TODAY = timezone.localdate()


# --- evidence ------------------------------------------------------------------------------------------------------
def test_evidence_is_kept_in_one_form_and_once(cast, as_, catalogue):
    code, goal = catalogue.codes.first(), make_goal(owner=cast.subject)
    form = {"note": "Moved billing.", "happened_on": TODAY.isoformat(), "link": "https://git.example.org/1"}
    form |= {"codes": [code.pk], "goals": [goal.pk], "key": str(uuid.uuid4()), "owner": str(cast.peer.pk)}
    for _ in range(2):
        as_(cast.subject).post(reverse("goals:evidence_add"), form)
    fact = Evidence.objects.get()
    assert (fact.owner, set(fact.codes.all()), set(fact.goals.all())) == (cast.subject, {code}, {goal})


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://files.example.org/x", "data:text/html,x", "nonsense"])
def test_evidence_links_lead_to_the_web_only(cast, as_, link):
    form = {"note": "Kept words", "happened_on": TODAY.isoformat(), "link": link}
    page = as_(cast.subject).post(reverse("goals:evidence_add"), form).content.decode()
    assert "Only addresses that begin with http:// or https://." in page
    assert "Kept words" in page
    assert not Evidence.objects.exists()


def test_evidence_is_not_about_tomorrow_nor_for_goals_of_others(cast, as_):
    form = {"note": "Soon", "happened_on": (TODAY + timedelta(1)).isoformat(), "goals": [make_goal(owner=cast.peer).pk]}
    page = as_(cast.subject).post(reverse("goals:evidence_add"), form).content.decode()
    assert "already happened" in page
    assert "not one of the available choices" in page


def test_a_prefilled_form_saves_nothing_yet(cast, as_):
    form = {
        "prefill": "1",
        "note": "Thanks for the rollback.",
        "link": "https://x.example.org",
        "happened_on": "2026-01-05",
    }
    page = as_(cast.subject).post(reverse("goals:evidence_add"), form).content.decode()
    assert "Thanks for the rollback." in page
    assert 'value="2026-01-05"' in page
    assert not Evidence.objects.exists()


def test_nobody_else_opens_edits_or_deletes_my_evidence(cast, as_):
    goal = make_goal(owner=cast.subject, status="agreed", visibility="team")
    fact = make_evidence(cast.subject, [goal])
    for name in ("manager", "peer", "hr", "stranger"):
        assert as_(cast[name]).get(reverse("goals:evidence_edit", args=[fact.pk])).status_code == 404
        assert as_(cast[name]).post(reverse("goals:evidence_delete", args=[fact.pk])).status_code == 404
    as_(cast.subject).post(reverse("goals:evidence_delete", args=[fact.pk]))
    assert not Evidence.objects.exists()


def test_saving_a_proposal_takes_it(cast, as_):
    fact = make_evidence(cast.subject, source="mlflow", is_proposal=True)
    assert "Proposed from your systems" in as_(cast.subject).get(reverse("goals:evidence")).content.decode()
    url = reverse("goals:evidence_edit", args=[fact.pk])
    as_(cast.subject).post(url, {"note": fact.note, "happened_on": TODAY.isoformat()})
    assert not Evidence.objects.get().is_proposal


# --- objectives ----------------------------------------------------------------------------------------------------
def test_hr_writes_objectives_and_nobody_else(cast, as_):
    form = {"title": "Cheaper serving", "key": "cheaper", "direction": "decrease", "owner_address": cast.head.email}
    form |= {"is_active": "on"}
    url = reverse("goals:objective_new")
    as_(cast.hr).post(url, form)
    objective = Objective.objects.get()
    assert objective.owner == cast.head
    for name in ("manager", "subject", "it", "auditor"):
        assert as_(cast[name]).get(url).status_code == 404
        assert as_(cast[name]).get(reverse("goals:objective_edit", args=[objective.pk])).status_code == 404


def test_an_objective_is_never_part_of_its_own_branch_and_unknown_owners_are_refused(cast, as_):
    top = Objective.objects.create(key="top", title="Top")
    below = Objective.objects.create(key="below", title="Below", parent=top)
    form = {
        "title": "Top",
        "key": "top",
        "direction": "increase",
        "parent": below.pk,
        "owner_address": "nobody@example.org",
    }
    page = as_(cast.hr).post(reverse("goals:objective_edit", args=[top.pk]), form).content.decode()
    assert "not one of the available choices" in page
    assert "Nobody in the organisation has this address." in page


def test_an_objective_no_longer_pursued_is_shown_to_hr_alone(cast, as_):
    objective = Objective.objects.create(key="old", title="Old one", is_active=False)
    assert as_(cast.hr).get(objective.get_absolute_url()).status_code == 200
    assert as_(cast.subject).get(objective.get_absolute_url()).status_code == 404


def test_one_line_from_home_is_evidence_of_today_and_private(cast, as_):
    client = as_(cast.subject)
    key = client.get("/").context["evidence_key"]
    for _click in range(2):
        answer = client.post(
            reverse("goals:evidence_add"), {"quick": "1", "key": key, "note": "Cut the rollback to 4 min"}
        )
        assert (answer.status_code, answer.url) == (302, "/")
    evidence = Evidence.objects.get(owner=cast.subject)
    assert (evidence.note, evidence.happened_on) == ("Cut the rollback to 4 min", TODAY)
    assert not evidence.goals.exists()
    assert "It is private until you attach it" in client.get("/").content.decode()


def test_an_empty_line_from_home_asks_for_the_note(cast, as_):
    answer = as_(cast.subject).post(reverse("goals:evidence_add"), {"quick": "1", "note": " "})
    assert answer.status_code == 400
    assert not Evidence.objects.exists()


def test_who_has_no_work_of_their_own_is_not_offered_the_line(cast, as_):
    assert 'name="quick"' in as_(cast.subject).get("/").content.decode()
    for name in ("hr", "it", "auditor"):
        assert 'name="quick"' not in as_(cast[name]).get("/").content.decode()
