"""A server without room: a page that says so, and nothing half-written."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path

from foundation.audit.models import Event
from foundation.outbox.models import Message
from people.models import User
from tests.people.test_import_pages import send, upload


@login_not_required
def write_file(request):
    """Writes to a device that is always full."""
    with Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")
    return HttpResponse("written")


class OnFullDevice(TemporaryFileUploadHandler):
    """The framework's own handler, on a device without room."""

    def receive_data_chunk(self, raw_data, start):
        self.file.close()
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(raw_data)


handler500 = "people.fault_pages.server_error"
urlpatterns = [path("write/", write_file), path("", include("config.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def test_a_full_data_folder_is_told_on_a_page(client):
    """cases G13: with what to do, and without "500"."""
    answer = client.get("/write/")
    assert answer.status_code == 507
    assert "The server is full" in answer.content.decode()
    assert "Nothing was changed" in answer.content.decode()


def test_a_full_upload_folder_is_told_before_the_view_is_reached(cast, client, settings):
    """cases G13: a large import is first written down by the framework."""
    client.force_login(cast.hr)
    client.raise_request_exception = False
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.OnFullDevice"]
    people = User.objects.count()
    answer = client.post("/people/import/", {"file": ContentFile(b"email,name\n" * 50, name="people.csv")})
    assert answer.status_code == 507
    assert "The server is full" in answer.content.decode()
    assert User.objects.count() == people


FILL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'konnte Datei nicht erweitern' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER no_room AFTER INSERT ON people_user EXECUTE FUNCTION no_room();
"""
EMPTY = "DROP TRIGGER no_room ON people_user; DROP FUNCTION no_room();"


@contextmanager
def full_database():
    """No page can be added to SQLite's file; PostgreSQL says, in German, that it found no room after the insert."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FILL)
            yield
            cursor.execute(EMPTY)
            return
        cursor.execute("PRAGMA max_page_count")
        [usual] = cursor.fetchone()
        cursor.execute("PRAGMA page_count")
        [count] = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {count}")
        yield
        cursor.execute(f"PRAGMA max_page_count = {usual}")


def stored() -> tuple[int, int, int]:
    return User.objects.count(), Event.objects.count(), Message.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_full_database_is_told_on_a_page_and_takes_no_part_of_an_import(cast, as_):
    """cases G13: the whole import or nothing, and all of it once there is room."""
    client = as_(cast.hr)
    client.raise_request_exception = False
    rows = "".join(f"person{number}@x.org,{'Name ' * 28}{number}\n" for number in range(400))
    page = upload(client, f"email,name\n{rows}".encode())
    before = stored()
    with full_database():
        answer = send(client, page, "people:import_apply", column=["email", "name"])
    assert answer.status_code == 507
    assert "The server is full" in answer.content.decode()
    assert stored() == before
    assert send(client, page, "people:import_apply", column=["email", "name"]).status_code == 302
    assert User.objects.filter(email__endswith="@x.org").count() == 400
