"""Events and messages are rows of the action's own transaction; the worker hears of them after commit, once."""

import pytest
from django.db import IntegrityError, transaction

from foundation.audit.events import event_for, record, record_all
from foundation.audit.models import Event
from foundation.outbox import tasks
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import MailText, Message


class Undone(Exception):
    """Something fails after the action."""


@pytest.fixture
def text(db):
    return MailText.objects.create(key="audit_anchor", subject="Hello", body="Hello {{recipient_name}}")


def test_what_is_rolled_back_has_no_event_and_owes_nothing(cast, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as rung, pytest.raises(Undone):
        begin_and_fail(cast)
    assert (Event.objects.count(), Message.objects.count(), rung, mailoutbox) == (0, 0, [], [])


@transaction.atomic
def begin_and_fail(cast):
    record(cast.subject, "change", by=cast.hr)
    enqueue([message_for(cast.subject, "audit_anchor", to=cast.subject, key="1")])
    raise Undone


def test_the_doorbell_rings_after_commit_and_once_for_many(cast, text, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as rung:
        enqueue(
            message_for(each, "audit_anchor", to=each, key=each.pk) for each in (cast.subject, cast.peer, cast.manager)
        )
        assert mailoutbox == []
    assert rung == [tasks.wake_mail_worker]
    assert {each.to[0] for each in mailoutbox} == {cast.subject.email, cast.peer.email, cast.manager.email}


def test_one_key_is_one_mail(cast, text, mailoutbox):
    for _ in range(3):
        enqueue([message_for(cast.subject, "audit_anchor", to=cast.subject, key="launch")])
    tasks.send_owed()
    tasks.send_owed()
    assert len(mailoutbox) == 1


def test_one_key_is_one_event(cast):
    record(cast.subject, "remind", key="day 1")
    with pytest.raises(IntegrityError), transaction.atomic():
        record(cast.subject, "remind", key="day 1")
    assert Event.objects.count() == 1


def test_owing_nothing_rings_nobody(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as rung:
        enqueue([])
    assert rung == []


@pytest.mark.parametrize("count", [1, 3, 30])
def test_many_events_cost_as_much_as_one(cast, django_assert_num_queries, count):
    record(cast.subject, "change")
    with django_assert_num_queries(3):
        record_all(event_for(cast.subject, "change", by=cast.hr) for _ in range(count))
    assert [each.number for each in Event.objects.order_by("number")] == list(range(1, count + 2))


def test_an_event_holds_no_foreign_key_to_its_target(cast):
    event = record(cast.stranger, "change", by=cast.hr)
    cast.stranger.delete()
    assert Event.objects.get(pk=event.pk).target_id == str(event.target_id)
