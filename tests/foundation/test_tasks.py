"""Sending through a real SMTP conversation: nothing is lost, and nothing is sent twice but in the one open window."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from foundation.outbox import kinds, tasks
from foundation.outbox.kinds import MessageKind
from foundation.outbox.mails import Withdrawn
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import Heartbeat, MailText, Message
from tests.foundation.post_office import opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def text(transactional_db):
    return MailText.objects.create(key="audit_anchor", subject="Hello", body="Hello {{recipient_name}}")


@pytest.fixture
def silent(monkeypatch):
    """Nobody hears the doorbell: what is owed waits for the test to call."""
    monkeypatch.setattr(tasks, "wake_mail_worker", lambda: None)


@pytest.fixture
def office(settings, text, silent):
    with opened(settings) as office:
        yield office


def owe_to(*addresses, kind="audit_anchor"):
    target = MailText.objects.first()
    enqueue(
        message_for(target, kind, address=each, name="You", key=f"{number}:{each}")
        for number, each in enumerate(addresses)
    )
    return list(Message.objects.order_by("key"))


def owe_many(count):
    return owe_to(*(f"person{number}@example.org" for number in range(count)))


def statuses() -> dict:
    return dict(Message.objects.values_list("address", "status"))


def a_lease_passes():
    Message.objects.filter(status="running").update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_thousand_mails_go_out_once_each_and_twenty_refused_among_them_harm_nobody_else(office):
    addresses = [f"{'nobody' if number % 50 == 0 else 'person'}{number}@example.org" for number in range(1000)]
    owe_to(*addresses)
    assert tasks.send_owed() == 980
    assert tasks.send_owed() == 0
    sent = Message.objects.filter(status="done", sent_at__isnull=False)
    refused = Message.objects.filter(status="failed")
    assert set(office.taken.values()) == {1}
    assert set(office.taken) == {str(pk) for pk in sent.values_list("pk", flat=True)}
    assert sent.count() == 980
    assert refused.count() == 20
    assert set(refused.values_list("error", flat=True)) == {"550 5.1.1 There is nobody of that name"}
    assert all(each.startswith("nobody") for each in refused.values_list("address", flat=True))


def test_a_message_refused_after_its_text_is_failed_with_the_server_s_words(office):
    [owed] = owe_to("spam@example.org")
    tasks.send_owed()
    owed = Message.objects.get(pk=owed.pk)
    assert owed.status == "failed"
    assert "554" in owed.error
    assert "We think that this is spam" in owed.error


def test_a_temporary_refusal_waits_longer_each_time_and_gives_up_after_three_days(office):
    owe_to("later@example.org")
    for minutes in (1, 5, 15, 60, 60):
        before = timezone.now()
        assert tasks.send_owed() == 0
        owed = Message.objects.get()
        assert owed.status == "queued"
        assert timedelta(minutes=minutes) <= owed.next_at - before < timedelta(minutes=minutes, seconds=30)
        assert tasks.send_owed() == 0
        Message.objects.update(next_at=timezone.now())
    Message.objects.update(tried_since=timezone.now() - timedelta(days=3, minutes=1))
    tasks.send_owed()
    owed = Message.objects.get()
    assert owed.status == "failed"
    assert "451" in owed.error


def test_a_server_that_is_down_costs_nothing_but_time(settings, text, silent):
    owe_many(120)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert tasks.send_owed() == 0
    assert set(statuses().values()) == {"queued"}
    assert Message.objects.filter(next_at__gt=timezone.now()).count() == 120
    with opened(settings) as office:
        Message.objects.update(next_at=timezone.now())
        assert tasks.send_owed() == 120
    assert set(office.taken.values()) == {1}


def test_a_server_that_hangs_is_waited_for_once_per_batch(settings, text, silent):
    owe_many(50)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settings.EMAIL_HOST, settings.EMAIL_PORT = hanging.getsockname()
        before = timezone.now()
        assert tasks.send_owed() == 0
    assert timezone.now() - before < timedelta(seconds=5)
    assert set(statuses().values()) == {"queued"}


def test_what_is_not_begun_before_the_lease_ends_is_handed_back(office, monkeypatch):
    owe_many(3)
    batch = Message.objects.claim(3)
    for message in batch:
        message.leased_until = timezone.now() + timedelta(seconds=30)
    from django.core.mail import get_connection

    assert tasks.deliver_all(batch, get_connection()) == 0
    assert set(statuses().values()) == {"queued"}
    assert tasks.send_owed() == 3


def test_two_workers_at_once_send_each_mail_once(office):
    owe_many(200)

    def work(_number):
        try:
            return tasks.send_owed()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 200
    assert set(office.taken.values()) == {1}
    assert len(office.taken) == 200


def test_a_mail_that_was_withdrawn_is_done_and_not_sent(office, monkeypatch):
    class Gone(MessageKind):
        def build(self, message, found):
            raise Withdrawn("the review is gone")

    monkeypatch.setitem(kinds.KINDS, ("audit_anchor", ""), Gone())
    [owed] = owe_to("person@example.org")
    assert tasks.send_owed() == 0
    owed = Message.objects.get(pk=owed.pk)
    assert (owed.status, owed.error, owed.sent_at) == ("done", "the review is gone", None)
    assert not office.taken


def test_a_mail_that_cannot_be_made_holds_up_no_other_and_is_parked_after_five_faults(office, monkeypatch):
    class Broken(MessageKind):
        def build(self, message, found):
            raise KeyError("x")

    monkeypatch.setitem(kinds.KINDS, ("broken", ""), Broken())
    MailText.objects.create(key="broken", subject="x", body="x")
    owe_to("first@example.org", kind="broken")
    owe_many(3)
    assert tasks.send_owed() == 3
    for _ in range(5):
        Message.objects.filter(kind="broken").update(next_at=timezone.now())
        tasks.send_owed()
    parked = Message.objects.get(kind="broken")
    assert (parked.status, parked.error, parked.attempts) == ("failed", "KeyError", 5)


def test_a_kind_without_words_is_shown_as_failed(office):
    owe_to("first@example.org", kind="invitation")
    assert tasks.send_owed() == 0
    assert Message.objects.get().status == "failed"


def test_a_kind_that_is_declared_no_more_is_shown_as_failed_and_holds_up_no_other(office):
    MailText.objects.create(key="of_last_year", subject="x", body="{{ link }}")
    Message.objects.create(kind="of_last_year", target_type="x.y", address="first@example.org", key="old")
    owe_many(3)
    assert tasks.send_owed() == 3
    failed = Message.objects.get(status="failed")
    assert (failed.kind, failed.error) == ("of_last_year", "500 there is no kind of message of_last_year about x.y")


WORKER = """
import os, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
django.setup()
from foundation.outbox.tasks import send_owed
send_owed()
"""


def worker(office):
    """A worker of its own, sending through the same database."""
    name = str(connection.settings_dict["NAME"])
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, "-c", WORKER, name, str(office.port)], env=environment)


MAILS, KILLS = 1000, 10


def test_killed_workers_and_a_server_in_trouble_lose_nothing_and_repeat_no_more_than_the_mail_they_were_at(office):
    owe_many(MAILS)
    for number in range(1, KILLS + 1):
        office.pause = 0.05 if number == 4 else 0.001  # once it is slow
        process = worker(office)
        office.wait_for(len(office.taken) + (10 if number == 4 else 80), seconds=40)
        process.send_signal(signal.SIGKILL)
        process.wait()
        a_lease_passes()
        if number == 7:
            nothing_goes_while_the_server_is_closing(office)
    tasks.send_owed()
    assert Message.objects.filter(status="done").count() == len(office.taken) == MAILS
    assert office.taken.total() <= MAILS + KILLS
    assert max(office.taken.values()) <= 2


def nothing_goes_while_the_server_is_closing(office):
    office.is_closing = True
    assert tasks.send_owed() == 0
    assert not Message.objects.filter(status__in=["failed", "running"]).exists()
    office.is_closing = False
    Message.objects.filter(status="queued").update(next_at=timezone.now())  # a minute later


def test_the_heartbeat_is_one_row(transactional_db):
    tasks.heartbeat()
    first = Heartbeat.objects.get().at
    tasks.heartbeat()
    assert Heartbeat.objects.get().at > first
