"""Is the process alive, and can it do its work?"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from foundation.outbox.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticked():
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": timezone.now()})


def test_a_living_process_says_so_to_everyone(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_ready_when_database_migrations_and_clock_are(client, ticked):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": True, "migrations": True, "broker": True, "clock": True},
    )


def test_a_clock_that_stands_still_makes_it_unready(client, ticked):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["clock"] is False


def test_a_migration_that_waits_makes_it_unready(client, ticked):
    MigrationRecorder(connection).migration_qs.filter(app="reviews").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] is False


def test_a_database_that_does_not_answer_makes_it_unready(client):
    def refuse(*_):
        raise DatabaseError

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_neither_tells_a_stranger_anything_more(client, ticked):
    for path in ("/healthz", "/readyz"):
        assert set(client.get(path).json()) <= {
            "status",
            "database",
            "migrations",
            "broker",
            "clock",
        }


def test_probes_on_the_inner_port_need_neither_https_nor_the_public_name(client, ticked, settings):
    """cases G12: plain answers, no redirect."""
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["reviews.example.org"]
    for path in ("/healthz", "/readyz"):
        answer = client.get(path, headers={"host": "10.0.0.5:8000"})
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert client.get("/accounts/login/", headers={"host": "reviews.example.org"}).status_code == 301
