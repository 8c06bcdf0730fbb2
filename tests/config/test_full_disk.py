"""A server without room: a page that says so, and nothing half-written."""

from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.base import ContentFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpResponse
from django.urls import include, path

from people.models import User


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


handler500 = "config.middleware.server_error"
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
