"""Invitations and reminders: the right words, one email each, made while sending, in time and only once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone, translation

from feedback import services, tasks
from feedback.models import AccessLink, FeedbackRequest
from feedback.nominations.services import invitation_for
from foundation.outbox.mails import Ahead, email_for
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import MailText, Message
from foundation.outbox.querysets import MessageQuerySet
from people.models import User
from tests.factories import answers_to, confirm_outsiders, make_collecting_round, make_request, make_round, make_user
from tests.feedback.conftest import deliver, mailed_links


def invite_all(round, by):
    services.approve(round, by=by)
    deliver()
    return {email.to[0]: email for email in mail.outbox}


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
    for email in messages.values():
        assert len(email.to) == 1
        assert [kind for _content, kind in email.alternatives] == ["text/html"]
        assert "{{" not in email.body + email.subject + email.alternatives[0][0]


def test_the_words_say_who_asks_until_when_and_what_is_promised(messages):
    body = messages["ada@example.com"].body
    for words in ("Dear Ada", "Priya Raman", "about 8 minutes", "at least 3 people", "no account", "Second half"):
        assert words in body


def test_headers_are_those_of_a_transactional_mail(messages):
    for email in messages.values():
        sent = email.message()
        assert "List-Unsubscribe" not in sent
        assert sent["Auto-Submitted"] == "auto-generated"
        assert email.reply_to == ["hr@example.org"]
    ids = {email.extra_headers["Message-ID"] for email in messages.values()}
    keys = {f"<{pk}@127.0.0.1>" for pk in Message.objects.values_list("pk", flat=True)}
    assert ids == keys


def test_each_message_has_links_of_its_own(messages):
    paths = [path for email in messages.values() for path in mailed_links(email).values()]
    assert len(set(paths)) == 8
    assert AccessLink.objects.count() == 8


def test_an_attributed_round_says_so_in_the_mail(cast, mail_texts):
    round = make_round(cast.subject, confidentiality="attributed")
    make_request(round, status="proposed", email="ada@example.com")
    make_request(round, giver=cast.peer, status="proposed")
    for email in invite_all(round, cast.manager).values():
        assert "shown with your name" in email.body
        assert "as a group" not in email.body


def test_what_was_answered_or_revoked_meanwhile_is_not_sent(cast, mail_texts, collecting):
    gone, moved, kept = collecting.asked[:3]
    for request in (gone, moved, kept):
        services.send_again(request, by=cast.hr)
    services.remove(gone, by=cast.hr, reason="wrong")
    services.change_address(moved, "right@example.com", by=cast.hr)
    deliver()
    assert sorted(email.to[0] for email in mail.outbox) == sorted([kept.email, "right@example.com"])
    assert set(Message.objects.values_list("status", flat=True)) == {"done"}


def test_somebody_from_outside_is_written_to_in_the_language_of_the_subject_and_dates_too(cast, mail_texts):
    body = "Bitte antworten Sie bis {{ due_date }}: {{ link }}"
    german = MailText.objects.filter(key="feedback_request_external", language="de")
    assert german.update(subject="Bitte", body=body) == 1
    User.objects.filter(pk=cast.subject.pk).update(language="de")
    round = make_round(cast.subject, closes_on=date(2030, 3, 5), min_total=1)
    outsider = {"name": "Ada", "email": "ada@example.com", "relation": "stakeholder"}
    asked = [services.propose(round, by=cast.subject, **outsider | {"email": f"a{n}@example.com"}) for n in range(4)]
    confirm_outsiders(round, by=cast.hr)
    with translation.override("fr"):  # whoever presses the button, the reader's language counts
        services.approve(round, by=cast.manager)
        deliver()
    assert {email.subject for email in mail.outbox} == {"Bitte"}
    for part in (mail.outbox[0].body, mail.outbox[0].alternatives[0].content):
        assert "Bitte antworten Sie bis Di 5. Mär 2030, 23:59 Europe/Berlin" in part
    assert len(asked) == 4


def test_days_in_a_message_are_told_in_words(cast, mail_texts):
    MailText.objects.filter(key="audit_anchor").update(body="{{ due_date }} {{ task_title }}")
    own = {"due_date": "2030-03-05", "task_title": "2030-03-05"}
    enqueue([message_for(cast.team, "audit_anchor", to=cast.peer, key="y", **own)])
    deliver()
    assert mail.outbox[0].body.startswith("Tue 5 Mar 2030, 23:59 Europe/Berlin 2030-03-05")


pytestmark = pytest.mark.usefixtures("wednesday")
KINDS = {5: "reminder_before_due", 2: "reminder_before_due", 0: "reminder_on_due"}


@pytest.mark.usefixtures("mail_texts")
@pytest.mark.parametrize("days_before", KINDS)
def test_reminders_go_to_those_who_have_not_answered(cast, collecting, time_machine, days_before):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    services.decline(collecting.asked[1])
    account = make_request(collecting, giver=cast.peer)
    time_machine.move_to(timezone.now() + timedelta(days=14 - days_before))
    assert tasks.send_reminders() == 5
    assert tasks.send_reminders() == 0
    assert set(Message.objects.values_list("kind", flat=True)) == {KINDS[days_before]}
    deliver()
    waiting = {request.email for request in collecting.asked[2:]} | {account.email}
    assert {email.to[0] for email in mail.outbox} == waiting
    assert len(mail.outbox) == 5
    assert "Feedback about Priya Raman" in mail.outbox[0].subject


@pytest.mark.parametrize("days_before", [13, 6, -1, -5])
def test_before_the_first_step_and_after_the_deadline_nobody_is_reminded(collecting, time_machine, days_before):
    time_machine.move_to(timezone.now() + timedelta(days=14 - days_before))
    assert tasks.send_reminders() == 0
    assert not Message.objects.exists()


@pytest.mark.parametrize(("worker_runs", "owed"), [([6, 1], 6), ([5, 1], 12), ([0], 6), ([6], 0)])
def test_the_newest_step_not_yet_owed_is_owed_once(collecting, time_machine, worker_runs, owed):
    """cases C8: whatever days the worker slept, each of the six is reminded of the newest step only."""
    begun = timezone.now()
    for days_before in worker_runs:
        time_machine.move_to(begun + timedelta(days=14 - days_before))
        tasks.send_reminders()
    assert Message.objects.count() == owed


def test_a_reminder_follows_the_own_extended_deadline(cast, collecting, time_machine):
    services.extend_request(collecting.asked[0], collecting.closes_on + timedelta(2), by=cast.hr, reason="ill")
    time_machine.move_to(timezone.now() + timedelta(days=14))
    tasks.send_reminders()
    kinds = dict(Message.objects.values_list("address", "kind"))
    assert kinds.pop(collecting.asked[0].email) == "reminder_before_due"
    assert set(kinds.values()) == {"reminder_on_due"}


def test_after_an_outage_of_the_mails_only_the_newest_reminder_is_sent(cast, mail_texts, collecting, time_machine):
    begun = timezone.now()
    for days_before in (5, 2, 0):
        time_machine.move_to(begun + timedelta(days=14 - days_before))
        assert tasks.send_reminders() == 6
    assert Message.objects.filter(status="queued").count() == 18
    assert deliver() == 6
    assert len({email.to[0] for email in mail.outbox}) == 6
    assert {email.subject for email in mail.outbox} == {"Due today: Feedback about Priya Raman"}


def test_two_clocks_over_thirty_days_remind_three_times_though_the_hour_changes(cast, time_machine):
    begun = datetime(2030, 10, 10, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # the clocks go back on the 27th
    time_machine.move_to(begun)
    _round, requests = make_collecting_round(cast.subject, ["stakeholder"] * 3, closes_on=date(2030, 10, 30))
    for day in range(30):
        time_machine.move_to(begun + timedelta(days=day))
        for _clock in range(2):
            tasks.send_reminders()
            tasks.renew_counts()
    owed = [(message.target_id, message.kind) for message in Message.objects.all()]
    assert sorted(owed) == sorted((str(request.pk), kind) for request in requests for kind in KINDS.values())


def test_a_reminder_of_something_no_app_reminds_of_is_not_owed(cast, mail_texts):
    with pytest.raises(KeyError, match="reminder_on_due about"):
        message_for(cast.team, "reminder_on_due", to=cast.peer, key="x")


def test_the_requests_of_one_launch_use_one_connection_and_a_fixed_cost_each(
    cast, mail_texts, monkeypatch, django_assert_max_num_queries
):
    opened, sent = [], []
    monkeypatch.setattr(EmailBackend, "open", lambda self: opened.append(1) or True)
    monkeypatch.setattr(EmailBackend, "send_messages", lambda self, batch: sent.extend(batch) or len(batch))
    round, _none = make_collecting_round(cast.subject, [])
    requests = [
        FeedbackRequest(
            round=round, name=f"N {number}", email=f"n{number}@example.com", relation="stakeholder", status="asked"
        )
        for number in range(100)
    ]
    FeedbackRequest.objects.bulk_create(requests)
    enqueue(invitation_for(request) for request in requests)
    with django_assert_max_num_queries(145):  # one for each email, to mark it, and some for each group of up to 50
        deliver()
    assert len({email.to[0] for email in sent}) == 100
    assert len({id(email.connection) for email in sent}) == 1


def test_what_is_revoked_while_others_are_sent_is_not_sent_any_more(cast, mail_texts, collecting, monkeypatch):
    enqueue(invitation_for(request) for request in collecting.asked)
    claim, last = MessageQuerySet.claim, collecting.asked[-1]

    def and_revoke(rows, size):
        if len(mail.outbox) == 1:
            services.remove(last, by=cast.hr, reason="The wrong person.")
        return claim(rows, size)

    monkeypatch.setattr(MessageQuerySet, "claim", and_revoke)  # between the first group, of one, and the second
    deliver()
    assert {email.to[0] for email in mail.outbox} == {each.email for each in collecting.asked[:-1]}


def test_a_link_made_for_somebody_who_is_no_longer_asked_when_it_arrives_is_dead(cast, mail_texts, collecting, client):
    """What a group of messages needs is read at once: between reading and sending, somebody may be taken off."""
    revoked, moved, closed, kept = collecting.asked[:4]
    enqueue(invitation_for(request) for request in (revoked, moved, closed, kept))
    ahead = Ahead(group := list(Message.objects.order_by("pk")))
    assert AccessLink.objects.count() == 8  # made already
    services.remove(revoked, by=cast.hr, reason="The wrong person.")
    services.change_address(moved, "right@example.com", by=cast.hr)
    services.decline(closed)
    for message in group:
        email_for(message, ahead=ahead).send()
    opens = {email.to[0]: client.get(mailed_links(email)["answer"]).status_code for email in mail.outbox}
    assert opens == {revoked.email: 404, moved.email: 404, closed.email: 404, kept.email: 302}


def test_a_server_that_does_not_listen_is_made_no_links_for(mail_texts, collecting, settings):
    enqueue(invitation_for(request) for request in collecting.asked)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for _hour in range(3):
        Message.objects.update(next_at=timezone.now())
        assert deliver() == 0
    assert set(Message.objects.values_list("status", "attempts")) == {("queued", 3)}
    assert not AccessLink.objects.exists()


def test_a_colleague_is_written_to_where_they_are_now(cast, mail_texts, collecting, time_machine):
    request = make_request(collecting, giver=cast.peer)
    User.objects.filter(pk=cast.peer.pk).update(email="jonas.new@example.org")
    services.send_again(FeedbackRequest.objects.get(pk=request.pk), by=cast.hr)
    deliver()
    time_machine.move_to(timezone.now() + timedelta(days=9))
    tasks.send_reminders()
    deliver()
    assert [email.to[0] for email in mail.outbox].count("jonas.new@example.org") == 2
    assert cast.peer.email not in [email.to[0] for email in mail.outbox]


def test_one_that_cannot_be_made_holds_up_no_other(cast, mail_texts, collecting):
    FeedbackRequest.objects.filter(pk=collecting.asked[2].pk).update(relation="no_such_relation")
    enqueue(invitation_for(request) for request in collecting.asked)
    assert deliver() == len(collecting.asked) - 1
    waiting = Message.objects.get(status="queued")
    assert (waiting.target_id, waiting.error) == (str(collecting.asked[2].pk), "KeyError")


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
    assert [email.to for email in mail.outbox] == [[cast.manager.email], [cast.subject.email]]
    for email in mail.outbox:
        assert f"/feedback/rounds/{round.pk}/" in email.body
        assert "{{" not in email.body
        assert "somebody from product" not in email.body


def test_a_list_that_has_moved_on_is_not_mailed(cast, mail_texts):
    round = make_round(cast.subject)
    for _each in range(4):
        make_request(round, status="proposed", added_by=cast.subject)
    services.submit_list(round, by=cast.subject)
    services.return_list(round, by=cast.manager, note="Too long.")
    services.submit_list(round, by=cast.subject)
    services.approve(round, by=cast.manager)
    deliver()
    assert {email.subject for email in mail.outbox} == {"A short request for feedback about Priya Raman"}
