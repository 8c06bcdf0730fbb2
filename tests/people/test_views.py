"""HR's pages about people, the upload that waits for a yes, and one's own profile."""

import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.audit.models import Event
from foundation.outbox.models import Job, Message
from people import uploads
from people.forms import PersonForm
from people.models import User
from tests.factories import make_user
from tests.opened import opened

SMALL = b"email,name\nnew@example.org,New Person\n"


def preview(client, content=SMALL):
    return client.post(reverse("people:import"), {"file": SimpleUploadedFile("p.csv", content)})


def apply(client, token, **more):
    return client.post(reverse("people:import_apply"), {"token": token} | more)


def test_a_bad_file_shows_its_lines_and_offers_no_import(cast, as_):
    answer = preview(as_(cast.hr), b"email,name\nnobody<b>,New\n")
    assert answer.status_code == 400
    assert "is not an email address" in answer.content.decode()
    assert "nobody&lt;b&gt;" in answer.content.decode()
    assert "nobody<b>" not in answer.content.decode()
    assert reverse("people:import_apply") not in answer.content.decode()


def test_a_previewed_file_is_imported_once(cast, as_):
    token = preview(as_(cast.hr)).context["token"]
    assert apply(as_(cast.hr), token).url == reverse("people:list")
    assert User.objects.filter(email="new@example.org").count() == 1
    assert apply(as_(cast.hr), token).url == reverse("people:import")
    assert Event.objects.filter(verb="user.import_new").count() == 1


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t.replace(":", ";"), lambda t: "", lambda t: "../" + t])
def test_a_changed_token_imports_nothing(cast, as_, change):
    token = preview(as_(cast.hr)).context["token"]
    assert apply(as_(cast.hr), change(token)).url == reverse("people:import")
    assert not User.objects.filter(email="new@example.org").exists()


def test_the_file_of_somebody_else_is_gone(cast, as_):
    token = preview(as_(cast.hr)).context["token"]
    other = make_user("Other", is_hr=True)
    assert apply(as_(other), token).url == reverse("people:import")
    assert not User.objects.filter(email="new@example.org").exists()


def test_after_an_hour_the_preview_has_expired(cast, as_, monkeypatch):
    token = preview(as_(cast.hr)).context["token"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + uploads.HOUR + 1)
    with pytest.raises(Exception, match="expired"):
        uploads.take(cast.hr, token)


def test_a_large_file_is_imported_by_a_job_with_its_progress(cast, as_, django_capture_on_commit_callbacks):
    lines = b"".join(b"p%d@example.org,Person %d\n" % (n, n) for n in range(1200))
    client = as_(cast.hr)
    token = preview(client, b"email,name\n" + lines).context["token"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = apply(client, token, invite="1")
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert (job.status, job.done, job.total) == ("done", 1200, 1200)
    assert User.objects.filter(name__startswith="Person").count() == 1200
    assert Message.objects.filter(kind="invitation").count() == 1200
    assert reverse("people:list") in client.get(job.get_absolute_url()).content.decode()
    assert not uploads.held(job.data["file"]).exists()


def test_a_person_form_refuses_a_circle_and_a_taken_address(cast):
    values = {"name": "Marta", "email": "PRIYA.RAMAN@example.org", "profession": "data_scientist", "language": "en"}
    values |= {"manager": cast.subject.pk, "joined_on": "2022-01-01"}
    values |= {"base": PersonForm(instance=cast.manager)["base"].value()}
    form = PersonForm(values, instance=cast.manager)
    assert set(form.errors) == {"email", "manager"}


@pytest.mark.parametrize("name", ["is_hr", "is_it", "is_auditor", "is_active", "password", "id"])
def test_a_field_added_to_the_form_changes_nothing(cast, as_, name):
    before = User.objects.filter(pk=cast.peer.pk).values("is_hr", "is_it", "is_auditor", "is_active", "password").get()
    values = {"name": "Jonas Weber", "email": cast.peer.email, "profession": "data_scientist"}
    values |= {"joined_on": "2022-01-01", name: "1"}
    as_(cast.hr).post(reverse("people:person", args=[cast.peer.pk]), values)
    as_(cast.peer).post(reverse("people:profile"), {"language": "en", "time_zone": "UTC", name: "1"})
    after = User.objects.filter(pk=cast.peer.pk).values("is_hr", "is_it", "is_auditor", "is_active", "password").get()
    assert after == before


def test_it_gives_roles_and_nothing_else(cast, as_):
    client, url = as_(cast.it), reverse("people:roles", args=[cast.peer.pk])
    client.post(url, opened(client, url) | {"is_auditor": "on", "name": "Renamed"})
    peer = User.objects.get(pk=cast.peer.pk)
    assert (peer.is_auditor, peer.name) == (True, "Jonas Weber")
    client.post(url, opened(client, url))
    assert not User.objects.get(pk=cast.peer.pk).is_auditor


def test_the_first_account_is_hr_and_it_and_gives_roles_to_others_only(cast, as_):
    first = make_user("First", is_hr=True, is_it=True)
    client = as_(first)
    page = client.get(reverse("people:person", args=[cast.peer.pk])).content.decode()
    assert reverse("people:roles", args=[cast.peer.pk]) in page
    assert client.post(reverse("people:roles", args=[first.pk]), {"is_auditor": "on"}).status_code == 404
    assert client.get(reverse("people:person", args=[first.pk])).status_code == 200


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_of_people_costs_the_same_for_any_length(cast, as_, django_assert_max_num_queries, count):
    for _ in range(count):
        make_user(manager=cast.manager, team=cast.team)
    client = as_(cast.hr)
    client.get(reverse("people:list"))
    with django_assert_max_num_queries(7):
        client.get(reverse("people:list"))


def test_a_deactivated_person_is_out_at_the_next_request(cast, as_, client):
    from django.test import Client

    theirs = Client()
    theirs.force_login(cast.peer)
    assert theirs.get("/").status_code == 200
    as_(cast.hr).post(reverse("people:deactivate", args=[cast.peer.pk]))
    assert theirs.get("/").url.startswith("/accounts/login/")
