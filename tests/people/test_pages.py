"""What HR does with single people, managers with their stand-ins, and everybody with their own profile, by page."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from foundation.audit.models import Event
from foundation.outbox.models import Message
from people import services
from people.importing import MAX_BYTES, plan_import
from people.models import Delegation, Team, User
from tests.factories import make_grade, make_team, make_user
from tests.opened import opened


def page(client, name, /, *args, **query):
    return client.get(reverse(f"people:{name}", args=args), query)


def send(client, name, /, *args, **fields):
    return client.post(reverse(f"people:{name}", args=args), fields)


def words_of(answer) -> list[str]:
    """The messages on the page an answer leads to."""
    return [str(email) for email in answer.wsgi_request._messages]


def filled(person=None, **changes) -> dict:
    """The form HR has of `person`, or of somebody new, as the browser would send it, with `changes`."""
    person = person or User(name="Lena Ito", email="lena.ito@example.org", joined_on=date(2025, 4, 1))
    plain = ("name", "email", "job_title", "profession", "joined_on")
    links = {"team": person.team_id, "manager": person.manager_id, "grade": person.grade_id}
    return {name: getattr(person, name) for name in plain} | {name: pk for name, pk in links.items() if pk} | changes


def stand_in(person, first=0, last=10) -> dict:
    today = timezone.localdate()
    return {"stand_in": person.pk, "starts_on": today + timedelta(first), "ends_on": today + timedelta(last)}


# --- the list ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("words", "found"), [("priya", 1), ("RAMAN", 1), ("priya.raman@", 1), ("nobody at all", 0)])
def test_people_are_found_by_part_of_a_name_or_address(cast, as_, words, found):
    shown = page(as_(cast.hr), "list", q=words).content.decode()
    assert shown.count("Priya Raman</a>") == found
    assert "Sten Fremd" not in shown


def test_an_empty_search_says_so_and_keeps_the_words(cast, as_):
    shown = page(as_(cast.hr), "list", q='"><b>nobody').content.decode()
    assert 'value="&quot;&gt;&lt;b&gt;nobody"' in shown
    assert "<b>nobody" not in shown


def test_a_long_list_is_paged_and_each_person_is_on_one_page(cast, as_):
    names = {make_user(f"Zoe {number:03}").name for number in range(120)}
    client, seen, query = as_(cast.hr), [], {"q": "zoe"}
    for _page in range(3):
        slice_ = page(client, "list", **query).context["page"]
        seen += [person.name for person in slice_]
        query = {"q": "zoe", "after": slice_.next}
    assert len(seen) == 120
    assert set(seen) == names


# --- one person ----------------------------------------------------------------------------------------------------
def test_a_new_person_is_invited_and_signs_in_by_code_only(cast, as_):
    answer = send(as_(cast.hr), "new", **filled(team=cast.team.pk, manager=cast.manager.pk, grade="MLO3"))
    lena = User.objects.get(email="lena.ito@example.org")
    assert answer.url == reverse("people:list")
    assert words_of(answer) == ["Invitation sent to Lena Ito."]
    assert (lena.team, lena.manager, lena.has_usable_password()) == (cast.team, cast.manager, False)
    assert Message.objects.filter(kind="invitation", recipient=lena).count() == 1
    assert list(Event.objects.filter(target_id=str(lena.pk)).values_list("verb", flat=True)) == [
        "user.add",
        "user.invite",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"email": "not an address"}, "Enter a valid email address"),
        ({"email": "PRIYA.RAMAN@example.org"}, "Priya Raman already has this address"),
        ({"leave_from": "2026-03-01"}, "A leave needs both dates"),
        ({"leave_from": "2026-03-02", "leave_until": "2026-03-01"}, "The leave must end after it begins"),
        ({"joined_on": "the first of May"}, "Enter a valid date"),
    ],
)
def test_a_refused_person_keeps_what_was_typed_beside_its_reason(cast, as_, changes, said):
    before = User.objects.count()
    answer = send(as_(cast.hr), "new", **filled(job_title="Model wrangler") | changes)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert 'value="Model wrangler"' in answer.content.decode()
    assert User.objects.count() == before


def test_a_change_is_saved_and_its_event_keeps_no_name(cast, as_):
    changed = opened(as_(cast.hr), reverse("people:person", args=[cast.subject.pk]))
    changed |= filled(cast.subject, name="Priya Raman-Koch", job_title="Release engineer")
    assert send(as_(cast.hr), "person", cast.subject.pk, **changed).url == reverse("people:list")
    cast.subject.refresh_from_db()
    assert (cast.subject.name, cast.subject.job_title) == ("Priya Raman-Koch", "Release engineer")
    [event] = Event.objects.filter(verb="user.change")
    assert set(event.data["fields"]) == {"name", "job_title"}
    assert "Koch" not in str(event.data)


def test_a_form_sent_unchanged_is_no_event(cast, as_):
    assert send(as_(cast.hr), "person", cast.subject.pk, **filled(cast.subject)).url == reverse("people:list")
    assert not Event.objects.filter(verb="user.change").exists()


def test_inviting_again_on_the_same_day_owes_one_mail(cast, as_):
    for _click in range(2):
        answer = send(as_(cast.hr), "invite", cast.subject.pk)
        assert answer.url == reverse("people:person", args=[cast.subject.pk])
    assert Message.objects.filter(kind="invitation", recipient=cast.subject).count() == 1


def test_somebody_who_leaves_keeps_their_row_and_can_no_longer_sign_in(cast, as_):
    answer = send(as_(cast.hr), "deactivate", cast.subject.pk)
    cast.subject.refresh_from_db()
    assert words_of(answer) == ["Priya Raman can no longer sign in."]
    assert not cast.subject.is_active
    assert Event.objects.filter(verb="user.deactivate", target_id=str(cast.subject.pk)).exists()


def test_nobody_ends_their_own_account(cast, as_):
    assert send(as_(cast.hr), "deactivate", cast.hr.pk).status_code == 404
    cast.hr.refresh_from_db()
    assert cast.hr.is_active


@pytest.mark.parametrize("name", ["invite", "reactivate"])
def test_a_action_is_not_done_by_looking(cast, as_, name):
    assert page(as_(cast.hr), name, cast.subject.pk).status_code == 405
    assert not Event.objects.exists()


@pytest.mark.parametrize("role", ["manager", "subject", "auditor", "it"])
def test_only_hr_makes_people_and_the_others_find_nothing(cast, as_, role):
    client = as_(cast[role])
    assert page(client, "new").status_code == 404
    assert send(client, "new", **filled()).status_code == 404
    assert not User.objects.filter(email="lena.ito@example.org").exists()
    with pytest.raises(PermissionDenied):
        services.invite([cast.subject], by=cast[role])


# --- stand-ins -----------------------------------------------------------------------------------------------------
def test_a_manager_sets_a_stand_in_and_ends_it_on_the_own_profile(cast, as_):
    client = as_(cast.manager)
    answer = send(client, "delegation_new", cast.manager.pk, **stand_in(cast.peer))
    assert answer.url == reverse("people:profile")
    [delegation] = cast.manager.delegations.all()
    assert "Jonas Weber" in page(client, "profile").content.decode()
    assert send(client, "delegation_end", delegation.pk).url == reverse("people:profile")
    assert not Delegation.objects.exists()
    verbs = Event.objects.filter(target_id=str(cast.manager.pk)).values_list("verb", flat=True)
    assert list(verbs) == ["user.delegate", "user.end_delegation"]


def test_hr_sets_a_stand_in_and_ends_it_on_the_page_of_the_person(cast, as_):
    client, own = as_(cast.hr), reverse("people:person", args=[cast.manager.pk])
    assert send(client, "delegation_new", cast.manager.pk, **stand_in(cast.peer)).url == own
    [delegation] = cast.manager.delegations.all()
    assert "Jonas Weber" in client.get(own).content.decode()
    assert send(client, "delegation_end", delegation.pk).url == own


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (lambda cast: stand_in(cast.peer, 3, 2), "The last day must not be before the first"),
        (lambda cast: stand_in(cast.manager), "Select a valid choice"),
        (lambda cast: {"stand_in": cast.peer.pk}, "This field is required"),
    ],
)
def test_a_refused_stand_in_says_why_and_stores_nothing(cast, as_, fields, said):
    answer = send(as_(cast.manager), "delegation_new", cast.manager.pk, **fields(cast))
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("role", ["subject", "peer", "head", "auditor", "it"])
def test_nobody_else_touches_a_stand_in(cast, as_, role):
    today = timezone.localdate()
    delegation = Delegation.objects.create(
        principal=cast.manager, stand_in=cast.stranger, starts_on=today, ends_on=today
    )
    client = as_(cast[role])
    assert send(client, "delegation_end", delegation.pk).status_code == 404
    assert send(client, "delegation_new", cast.manager.pk, **stand_in(cast[role])).status_code == 404
    assert list(Delegation.objects.all()) == [delegation]


# --- the own profile -----------------------------------------------------------------------------------------------
def test_language_and_time_zone_are_one_s_own_choice(cast, as_):
    client = as_(cast.subject)
    sent = opened(client, reverse("people:profile")) | {"language": "en", "time_zone": "Asia/Tokyo"}
    answer = send(client, "profile", **sent)
    cast.subject.refresh_from_db()
    assert answer.url == reverse("people:profile")
    assert cast.subject.time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("fields", [{"time_zone": "Mars/Olympus"}, {"language": "xx"}, {"time_zone": ""}])
def test_an_unknown_zone_or_language_is_refused_beside_its_field(cast, as_, fields):
    before = cast.subject.time_zone
    client = as_(cast.subject)
    sent = opened(client, reverse("people:profile")) | {"language": "en", "time_zone": "UTC"} | fields
    answer = send(client, "profile", **sent)
    cast.subject.refresh_from_db()
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == list(fields)
    assert cast.subject.time_zone == before


# --- import --------------------------------------------------------------------------------------------------------
def imported(cast, text, **more):
    plan = plan_import(text.encode())
    assert plan.errors == []
    return services.apply_import(plan, by=cast.hr, **more)


def test_an_import_moves_people_to_new_teams_grades_and_managers(cast):
    make_grade("MLO4")
    done = imported(
        cast,
        "email,name,team,grade,manager_email,joined_on\n"
        "priya.raman@example.org,Priya Raman,Platform,MLO4,edda.falk@example.org,2024-02-01\n",
    )
    cast.subject.refresh_from_db()
    assert done == {"new": 0, "changed": 1}
    assert cast.subject.team == Team.objects.get(name="Platform")
    assert (cast.subject.grade_id, cast.subject.manager) == ("MLO4", cast.head)
    assert cast.subject.joined_on == date(2024, 2, 1)


def test_people_of_one_file_report_to_each_other(cast):
    imported(
        cast,
        "email,name,manager_email\nnew.report@example.org,New Report,new.boss@example.org\n"
        "new.boss@example.org,New Boss,edda.falk@example.org\n",
    )
    report = User.objects.get(email="new.report@example.org")
    assert report.manager.email == "new.boss@example.org"
    assert report.manager.manager == cast.head


def test_an_import_finds_a_team_however_it_is_written(cast):
    imported(cast, "email,name,team\nnew@example.org,New Person,MODEL SERVING\n")
    assert User.objects.get(email="new@example.org").team == cast.team
    assert Team.objects.filter(name__iexact="model serving").count() == 1


def test_only_the_new_ones_of_an_import_are_invited(cast):
    text = "email,name\nnew@example.org,New Person\npriya.raman@example.org,Priya R.\n"
    assert imported(cast, text, invite_new=True) == {"new": 1, "changed": 1}
    assert [message.address for message in Message.objects.filter(kind="invitation")] == ["new@example.org"]


def test_a_plan_with_errors_is_never_applied_and_others_may_not_apply_any(cast):
    bad, good = plan_import(b"email,name\nnobody,New\n"), plan_import(b"email,name\nnew@example.org,New\n")
    with pytest.raises(ValueError, match="errors"):
        services.apply_import(bad, by=cast.hr)
    with pytest.raises(PermissionDenied):
        services.apply_import(good, by=cast.manager)
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("p.csv", b""), "The submitted file is empty"),
        (SimpleUploadedFile("p.csv", b"x" * (MAX_BYTES + 1)), "larger than 20 MB"),
        (SimpleUploadedFile("p.csv", b"\xff\xfe\x00n\x00"), "UTF-16"),
        (SimpleUploadedFile("p.xlsx", b"PK\x03\x04" + bytes(range(128, 200))), "workbook cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_once(cast, as_, file, said):
    before = User.objects.count()
    answer = send(as_(cast.hr), "import", file=file)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert User.objects.count() == before


def test_somebody_hired_between_preview_and_yes_is_not_made_twice(cast, as_):
    client = as_(cast.hr)
    token = send(client, "import", file=SimpleUploadedFile("p.csv", b"email,name\nnew@example.org,New\n")).context[
        "token"
    ]
    make_user("New Meanwhile", email="new@example.org", team=make_team("Meanwhile"))
    send(client, "import_apply", token=token)
    [person] = User.objects.filter(email="new@example.org")
    assert person.name == "New"
    assert not Event.objects.filter(verb="user.import_new").exists()
