"""What leaves the server: compressed where it helps, and the designed page for what does not exist."""

import gzip

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from foundation.outbox import jobs

GZIP = {"Accept-Encoding": "gzip, br"}


def test_pages_leave_compressed_and_never_twice_of_the_same_length(cast, as_):
    """cases F7: with Django's guard against BREACH."""
    client = as_(cast.hr)
    plain = client.get("/people/")
    sizes = set()
    for _time in range(12):
        answer = client.get("/people/", headers=GZIP)
        assert answer["Content-Encoding"] == "gzip"
        assert b"</html>" in gzip.decompress(answer.content)
        sizes.add(len(answer.content))
    assert max(sizes) < len(plain.content) / 3
    assert len(sizes) > 3
    assert "Accept-Encoding" in answer["Vary"]


def test_tables_are_compressed_and_files_that_are_already_are_not(cast, as_):
    """cases F7."""
    table = as_(cast.auditor).get(reverse("audit:log_csv"), headers=GZIP)
    assert table["Content-Encoding"] == "gzip"
    job = jobs.start("import_people", by=cast.hr, key="a", filename="a.zip")
    job.file.save("a.zip", ContentFile(b"zip" * 1000), save=False)
    job.status = "done"
    job.save()
    answer = as_(cast.hr).get(reverse("outbox:job_file", args=[job.pk]), headers=GZIP)
    assert "Content-Encoding" not in answer
    assert answer["Content-Length"] == "3000"
    answer.close()


@pytest.mark.parametrize("path", ["/nowhere/", "/people/00000000-0000-4000-8000-000000000000/"])
def test_a_newcomer_sees_the_designed_page_for_what_does_not_exist(cast, as_, settings, path):
    """cases G16: with DEBUG too."""
    settings.DEBUG = True
    answer = as_(cast.hr).get(path)
    assert answer.status_code == 404
    assert b"Page not found" in answer.content
    assert b"DEBUG" not in answer.content
