"""What the event log records about access, how it tells it, and how it can be asked."""

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from foundation.audit import tasks, views
from foundation.audit.events import record
from foundation.audit.models import Event
from people import services
from people.importing import plan_import
from tests.factories import make_cycle, make_user
from tests.opened import opened

PASSWORD = "a long enough password"


def verbs() -> list[str]:
    return list(Event.objects.order_by("number").values_list("verb", flat=True))


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


# --- what is recorded ------------------------------------------------------------------------------------------------
def test_sign_ins_and_failures_are_events_with_the_address_they_came_from(db):
    """cases G6: also for an address without account, of which nothing typed is kept."""
    person = make_user("Priya Raman", password=PASSWORD)
    client = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(client, person.email, "wrong")
    sign_in(client, "S3cretTypedInTheWrongField@example.org")
    sign_in(client, person.email)
    failed, unknown, done = Event.objects.order_by("number")
    assert (failed.verb, failed.target_id, failed.actor) == ("user.sign_in_failed", str(person.pk), None)
    assert (unknown.verb, unknown.target_id) == ("user.sign_in_failed", "")
    assert "S3cret" not in repr(list(Event.objects.values()))
    assert (done.verb, done.actor, done.data) == (
        "user.signed_in",
        person,
        {"client": "192.0.2.7", "method": "password"},
    )


def test_blocked_tries_are_one_event_an_hour(db):
    person = make_user("Priya Raman", password=PASSWORD)
    for _try in range(15):
        sign_in(Client(), person.email, "wrong")
    assert verbs().count("user.sign_in_failed") == 10
    assert verbs().count("user.sign_in_blocked") == 1


def test_refused_access_is_one_event_per_person_page_and_hour(cast):
    """cases G6: by name of the page and id of the object; a mistyped address is none."""
    start = timezone.now()
    with time_machine.travel(start.replace(minute=5), tick=False) as clock:
        client = Client()
        client.force_login(cast.stranger)
        for _try in range(3):
            assert client.get(reverse("people:person", args=[cast.subject.pk])).status_code == 404
            assert client.get("/nowhere/").status_code == 404
        clock.shift(timedelta(hours=1))
        client.get(reverse("people:person", args=[cast.subject.pk]))
    refused = Event.objects.filter(verb="user.access_refused")
    assert [event.actor for event in refused] == [cast.stranger, cast.stranger]
    assert refused[0].data["page"] == "people:person"
    assert refused[0].data["object"] == str(cast.subject.pk)


def test_a_role_given_and_taken_has_its_direction(cast, as_):
    """cases G6: not only "is_hr"."""
    client = as_(cast.it)
    url = reverse("people:roles", args=[cast.peer.pk])
    client.post(url, opened(client, url) | {"is_auditor": "on"})
    client.post(url, opened(client, url))
    told = Event.objects.filter(verb__in=["user.give_role", "user.take_role"]).order_by("number")
    assert [(event.verb, event.data["role"]) for event in told] == [
        ("user.give_role", "auditor"),
        ("user.take_role", "auditor"),
    ]


# --- how it is told --------------------------------------------------------------------------------------------------
@pytest.fixture
def told(cast):
    """Four events: a failure, a role, a change of a team's name that has no words of its own, an old one."""
    with time_machine.travel("2026-03-01 12:00:00Z", tick=False):
        record(cast.manager, "deactivate", by=cast.hr)
    with time_machine.travel("2026-05-04 12:00:00Z", tick=False):
        record(cast.subject, "sign_in_failed", client="192.0.2.7", method="password")
        record(cast.peer, "give_role", by=cast.it, role="hr")
        record(cast.team, "very_new_action", by=cast.hr)
    return cast


def rows_of(answer) -> list[str]:
    return [(line.who, line.action, line.about) for line in answer.context["lines"]]


def test_events_are_told_in_words_with_names(told, as_):
    """cases G6: neither cut ids nor raw verbs."""
    answer = as_(told.auditor).get(reverse("audit:log"))
    assert rows_of(answer) == [
        ("Hanna Riedel", "Very new action", ""),
        ("Ivo Technik", "Role given", "Jonas Weber"),
        ("", "Sign-in failed", "Priya Raman"),
        ("Hanna Riedel", "Person deactivated", "Marta Keller"),
    ]
    page = answer.content.decode()
    assert "role: HR" in page
    assert str(told.peer.pk)[:8] not in page
    assert "user.give_role" not in page


@pytest.mark.parametrize(
    ("asked", "actions"),
    [
        ({"person": "priya"}, ["Sign-in failed"]),
        ({"person": "ivo.technik@example.org"}, ["Role given"]),
        ({"person": "nobody of that name"}, []),
        ({"kind": "sign_in"}, ["Sign-in failed"]),
        ({"kind": "people"}, ["Role given", "Person deactivated"]),
        ({"since": "2026-05-04"}, ["Very new action", "Role given", "Sign-in failed"]),
        ({"until": "2026-05-03"}, ["Person deactivated"]),
        ({"person": "hanna", "since": "2026-05-04", "until": "2026-05-04"}, ["Very new action"]),
    ],
)
def test_the_log_can_be_asked_by_person_kind_and_time(told, as_, asked, actions):
    """cases G6."""
    answer = as_(told.auditor).get(reverse("audit:log"), asked)
    assert [action for _who, action, _about in rows_of(answer)] == actions


@pytest.mark.parametrize(
    "asked", [{"since": "soon"}, {"kind": "x"}, {"since": "2026-05-04", "until": "2026-05-03"}, {"person": "x" * 200}]
)
def test_what_cannot_be_understood_is_said_beside_the_field(told, as_, asked):
    answer = as_(told.auditor).get(reverse("audit:log"), asked)
    assert answer.status_code == 400
    assert "invalid-feedback" in answer.content.decode()


def test_the_table_carries_the_proof_and_no_formula(told, as_):
    """cases G6: number and seal of each event, so that a copy can be compared with the log."""
    told.team.name = "=1+1"
    told.hr.name = "=HYPERLINK(1)"
    told.hr.save()
    answer = as_(told.auditor).get(reverse("audit:log_csv"), {"person": "HYPERLINK"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    events = Event.objects.filter(actor=told.hr).order_by("number")
    assert [(row["number"], row["mac"]) for row in rows] == [(str(event.number), event.mac) for event in events]
    assert {row["actor"] for row in rows} == {"'=HYPERLINK(1)"}
    assert answer["Content-Disposition"].startswith(f'attachment; filename="event-log-{date.today().isoformat()}.csv"')
    assert Event.objects.filter(verb="chainhead.exported", actor=told.auditor).count() == 1


def test_only_auditors_may_export_or_check(told, as_):
    for person in (told.hr, told.it, told.subject):
        client = as_(person)
        assert client.get(reverse("audit:log_csv")).status_code == 404
        assert client.post(reverse("audit:check_seal")).status_code == 404


def test_the_page_shows_the_state_of_the_seal(told, as_, settings, tmp_path, django_capture_on_commit_callbacks):
    """cases G6: not checked yet, intact, altered."""
    settings.AUDIT_ANCHORS = tmp_path / "anchors.jsonl"
    client = as_(told.auditor)
    assert "been checked yet" in client.get(reverse("audit:log")).content.decode()
    tasks.anchor()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("audit:check_seal"))
    assert "Intact: all 4 events and 1 anchors hold." in client.get(reverse("audit:log")).content.decode()
    settings.AUDIT_ANCHORS.write_text("spoilt\n")
    tasks.check_seal()
    assert "The log was altered: line 1" in client.get(reverse("audit:log")).content.decode()


# --- what was changed ------------------------------------------------------------------------------------------------
def details(client, **asked) -> list[str]:
    return [line.details for line in client.get(reverse("audit:log"), asked).context["lines"]]


def test_a_change_of_a_person_shows_old_and_new_value_in_words(cast, as_):
    """cases G6, cases D2: names of people as they are now, days in the one form; of name and address the field only."""
    before = {"manager": cast.subject.manager, "job_title": "", "joined_on": cast.subject.joined_on}
    sent = {"name": "Priya Secret", "email": cast.subject.email, "profession": cast.subject.profession}
    sent |= {"grade": cast.subject.grade_id, "team": cast.team.name, "manager": cast.head.email}
    sent |= {"joined_on": "2024-02-01", "job_title": "Lead", "leave_from": "2031-01-01", "leave_until": "2031-02-01"}
    path = reverse("people:person", args=[cast.subject.pk])
    assert as_(cast.hr).post(path, opened(as_(cast.hr), path) | sent).status_code == 302
    assert before["manager"] == cast.manager
    [event] = Event.objects.filter(verb="user.change")
    assert "Secret" not in str(event.data)
    assert "2031" not in str(event.data)
    told = next(each for each in details(as_(cast.auditor)) if "manager" in each)
    assert "manager: Marta Keller → Edda Falk" in told
    assert "job title: – → Lead" in told
    assert "→ 1 Feb 2024" in told
    assert "fields: name, " in told
    assert str(cast.head.pk) not in told


def test_a_change_by_import_shows_old_and_new_value_too(cast, as_):
    """cases G6: the manager by id, never by an address that would outlive an erasure."""
    content = f"email,name,job_title,manager_email\n{cast.subject.email},Priya Raman,Lead,{cast.head.email}\n".encode()
    services.apply_import(plan_import(content), by=cast.hr)
    [event] = Event.objects.filter(verb="user.import_change")
    assert "@" not in str(event.data)
    [told] = [each for each in details(as_(cast.auditor)) if "→" in each]
    assert "manager: Marta Keller → Edda Falk" in told
    assert "job title: – → Lead" in told


def test_roles_are_told_in_words(cast, as_):
    """cases G6: as the page of roles calls them, with the team of a partner."""
    url = reverse("people:roles", args=[cast.peer.pk])
    as_(cast.it).post(url, {"is_hr": "on", "partner_teams": [cast.team.pk]})
    told = details(as_(cast.auditor))
    assert "role: HR" in told
    assert "role: HR partner; team: Model serving" in told


def test_changes_of_a_cycle_and_its_stages_show_old_and_new_value(cast, as_, catalogue):
    """cases G6, cases D2: settings, deadlines and labels."""
    cycle = make_cycle(cast.hr, name="Spring")
    client = as_(cast.hr)
    form = client.get(reverse("reviews:cycle_edit", args=[cycle.pk])).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, [])}
    changed = sent | {"name": "Autumn", "k_scores": 4, "k_texts": 5, "min_asked": 5}
    answer = client.post(reverse("reviews:cycle_edit", args=[cycle.pk]), changed)
    assert answer.status_code == 302, answer.context["form"].errors
    formset = client.get(reverse("reviews:cycle_stages", args=[cycle.pk])).context["formset"]
    sent = {field.html_name: field.value() or "" for each in formset for field in each}
    sent |= {field.html_name: field.value() for field in formset.management_form}
    sent["form-0-title"] = "Look back"
    assert client.post(reverse("reviews:cycle_stages", args=[cycle.pk]), sent).status_code == 302
    told = " | ".join(details(as_(cast.auditor)))
    assert "name: Spring → Autumn" in told
    assert "3 → 4" in told
    assert "→ Look back" in told
    assert Event.objects.filter(verb="cycle.change_stage").count() == 1
    client = as_(cast.hr)
    client.post(reverse("reviews:cycle_stages", args=[cycle.pk]), sent)
    assert Event.objects.filter(verb="cycle.change_stage").count() == 1  # nothing changed the second time


def test_the_log_leaves_as_xlsx_beside_csv(told, as_, monkeypatch):
    """cases F4: the same rows by the one writer of tables; what is too long for a workbook is said."""
    client = as_(told.auditor)
    assert reverse("audit:log_xlsx") in client.get(reverse("audit:log")).content.decode()
    answer = client.get(reverse("audit:log_xlsx"), {"person": "Jonas"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in rows[1:]] == ["Role given"]
    assert Event.objects.filter(verb="chainhead.exported").count() == 1
    monkeypatch.setattr(views, "MOST_IN_WORKBOOK", 1)
    refused = client.get(reverse("audit:log_xlsx"), follow=True)
    assert "An XLSX file holds at most 1 events" in refused.content.decode()
    assert Event.objects.filter(verb="chainhead.exported").count() == 1
    for who in ("hr", "it", "manager"):
        assert as_(told[who]).get(reverse("audit:log_xlsx")).status_code == 404
