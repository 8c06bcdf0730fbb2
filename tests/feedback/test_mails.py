"""Invitations and reminders: the right words, one message each, made while sending, in time and only once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from activity.models import MailText, Notice
from activity.outbox import notice_for, owe
from feedback import services, tasks
from feedback.models import Link, Request
from feedback.services.nominating import invitation_for
from tests.factories import answers_to, make_collecting_round, make_request, make_round, make_user
from tests.feedback.conftest import deliver, mailed_links


def invite_all(round, by):
    services.approve(round, by=by)
    deliver()
    return {message.to[0]: message for message in mail.outbox}


@pytest.fixture
def messages(cast, mail_texts):
    round = make_round(cast.subject)
    make_request(round, giver=cast.peer, relation="peer_mlops_engineer", status="proposed")
    for name in ("ada", "ben", "cem"):
        make_request(round, status="proposed", email=f"{name}@example.com", name=name.title())
    return invite_all(round, cast.manager)


def test_everyone_gets_one_message_in_plain_text_and_html(cast, messages):
    assert set(messages) == {cast.peer.email, "ada@example.com", "ben@example.com", "cem@example.com"}
    assert len(mail.outbox) == 4
    for message in messages.values():
        assert len(message.to) == 1
        assert [kind for _content, kind in message.alternatives] == ["text/html"]
        assert "{{" not in message.body + message.subject + message.alternatives[0][0]


def test_the_words_say_who_asks_until_when_and_what_is_promised(messages):
    body = messages["ada@example.com"].body
    for words in ("Dear Ada", "Priya Raman", "about 8 minutes", "at least 3 people", "no account", "Second half"):
        assert words in body


def test_headers_are_those_of_a_transactional_mail(messages):
    for message in messages.values():
        sent = message.message()
        assert "List-Unsubscribe" not in sent
        assert sent["Auto-Submitted"] == "auto-generated"
        assert message.reply_to == ["hr@example.org"]
    ids = {message.extra_headers["Message-ID"] for message in messages.values()}
    keys = {f"<{pk}@127.0.0.1>" for pk in Notice.objects.values_list("pk", flat=True)}
    assert ids == keys


def test_each_message_has_links_of_its_own(messages):
    paths = [path for message in messages.values() for path in mailed_links(message).values()]
    assert len(set(paths)) == 8
    assert Link.objects.count() == 8


def test_an_attributed_round_says_so_in_the_mail(cast, mail_texts):
    round = make_round(cast.subject, promise="attributed")
    make_request(round, status="proposed", email="ada@example.com")
    make_request(round, giver=cast.peer, status="proposed")
    for message in invite_all(round, cast.manager).values():
        assert "shown with your name" in message.body
        assert "as a group" not in message.body


def test_what_was_answered_or_revoked_meanwhile_is_not_sent(cast, mail_texts, collecting):
    gone, moved, kept = collecting.asked[:3]
    for request in (gone, moved, kept):
        services.send_again(request, by=cast.hr)
    services.remove(gone, by=cast.hr, reason="wrong")
    services.change_address(moved, "right@example.com", by=cast.hr)
    deliver()
    assert sorted(message.to[0] for message in mail.outbox) == sorted([kept.email, "right@example.com"])
    assert set(Notice.objects.values_list("status", flat=True)) == {"done"}


def test_texts_are_in_the_language_of_the_recipient(cast, mail_texts, collecting):
    MailText.objects.create(key="feedback_request_external", language="de", subject="Bitte", body="Hallo {{ link }}")
    Request.objects.filter(pk=collecting.asked[0].pk).update(language="de")
    services.send_again(collecting.asked[0], by=cast.hr)
    deliver()
    assert mail.outbox[0].subject == "Bitte"


KINDS = {5: "reminder_before_due", 2: "reminder_before_due", 0: "reminder_on_due"}


@pytest.mark.usefixtures("mail_texts")
@pytest.mark.parametrize("days_before", KINDS)
def test_reminders_go_to_those_who_have_not_answered(cast, collecting, time_machine, days_before):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    services.decline(collecting.asked[1])
    account = make_request(collecting, giver=cast.peer)
    time_machine.move_to(timezone.now() + timedelta(days=14 - days_before))
    assert tasks.send_reminders() == 5
    assert tasks.send_reminders() == 5
    assert set(Notice.objects.values_list("kind", flat=True)) == {KINDS[days_before]}
    deliver()
    waiting = {request.email for request in collecting.asked[2:]} | {account.email}
    assert {message.to[0] for message in mail.outbox} == waiting
    assert len(mail.outbox) == 5
    assert "Feedback about Priya Raman" in mail.outbox[0].subject


@pytest.mark.parametrize("days_before", [13, 6, 4, 3, 1, -1, -4])
def test_on_other_days_nobody_is_reminded(collecting, time_machine, days_before):
    time_machine.move_to(timezone.now() + timedelta(days=14 - days_before))
    assert tasks.send_reminders() == 0
    assert not Notice.objects.exists()


def test_a_reminder_follows_the_own_extended_deadline(cast, collecting, time_machine):
    services.extend_request(collecting.asked[0], collecting.closes_on + timedelta(2), by=cast.hr, reason="ill")
    time_machine.move_to(timezone.now() + timedelta(days=14))
    tasks.send_reminders()
    kinds = dict(Notice.objects.values_list("address", "kind"))
    assert kinds.pop(collecting.asked[0].email) == "reminder_before_due"
    assert set(kinds.values()) == {"reminder_on_due"}


def test_reminders_of_other_rooms_are_left_alone(cast, mail_texts, collecting):
    own = {"task_title": "Self-assessment", "due_date": "today", "link": "https://example.org/x"}
    owe([notice_for(cast.team, "reminder_on_due", to=cast.peer, key="x", **own)])
    deliver()
    assert mail.outbox[0].subject == "Due today: Self-assessment"
    assert not Link.objects.exists()


def test_the_requests_of_one_launch_use_one_connection_and_a_fixed_cost_each(
    cast, mail_texts, monkeypatch, django_assert_max_num_queries
):
    opened, sent = [], []
    monkeypatch.setattr(EmailBackend, "open", lambda self: opened.append(1) or True)
    monkeypatch.setattr(EmailBackend, "send_messages", lambda self, batch: sent.extend(batch) or len(batch))
    round, _none = make_collecting_round(cast.subject, [])
    requests = [
        Request(round=round, name=f"N {number}", email=f"n{number}@example.com", relation="stakeholder", status="asked")
        for number in range(100)
    ]
    Request.objects.bulk_create(requests)
    owe(invitation_for(request) for request in requests)
    with django_assert_max_num_queries(900):  # at most nine for a message, whatever their number
        deliver()
    assert len({message.to[0] for message in sent}) == 100
    assert len({id(message.connection) for message in sent}) == 1


def test_a_colleague_who_has_left_is_not_asked_any_more(cast, mail_texts, collecting):
    request = make_request(collecting, giver=make_user("Gone"))
    services.send_again(request, by=cast.hr)
    deliver()
    assert mail.outbox[-1].to == [request.email]


def test_the_list_is_mailed_to_the_manager_and_back_with_a_link_to_it(cast, mail_texts):
    round = make_round(cast.subject)
    for _each in range(4):
        make_request(round, status="proposed", added_by=cast.subject)
    services.submit_list(round, by=cast.subject)
    deliver()
    services.return_list(round, by=cast.manager, note="Please add somebody from product.")
    deliver()
    assert [message.to for message in mail.outbox] == [[cast.manager.email], [cast.subject.email]]
    for message in mail.outbox:
        assert f"/feedback/rounds/{round.pk}/" in message.body
        assert "{{" not in message.body
        assert "somebody from product" not in message.body


def test_a_list_that_has_moved_on_is_not_mailed(cast, mail_texts):
    round = make_round(cast.subject)
    for _each in range(4):
        make_request(round, status="proposed", added_by=cast.subject)
    services.submit_list(round, by=cast.subject)
    services.return_list(round, by=cast.manager, note="Too long.")
    services.submit_list(round, by=cast.subject)
    services.approve(round, by=cast.manager)
    deliver()
    assert {message.subject for message in mail.outbox} == {"A short request for feedback about Priya Raman"}
