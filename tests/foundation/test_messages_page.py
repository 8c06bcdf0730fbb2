"""Messages that wait or were refused: HR and IT see what went wrong and send again; to whom stays where it is known."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from feedback.access_links import services as links
from feedback.answers.services import send_code
from foundation.audit.models import Event
from foundation.outbox import tasks
from foundation.outbox.kinds import KINDS
from foundation.outbox.models import Message
from foundation.outbox.presenters import without_traces
from tests.factories import make_collecting_round, make_user
from tests.foundation.post_office import opened

WORDS = "550 5.1.1 There is nobody of that name"
URL = reverse("outbox:messages")
WAITING = f"{URL}?status=waiting"


def refuse(person=None, kind="invitation", target_type="people.user", error=WORDS, **given) -> Message:
    number = Message.objects.count()
    to = {"recipient": person, "address": person.email, "name": person.name} if person else {}
    values = {"status": "failed", "error": error, "attempts": 5, "key": f"refused:{number}", "target_id": "1"}
    return Message.objects.create(kind=kind, target_type=target_type, **(to | values | given))


def retry(client, message):
    return client.post(reverse("outbox:message_retry", args=[message.pk]), follow=True)


def text_of(client, url=URL) -> str:
    return client.get(url).content.decode()


# --- who sees what ---------------------------------------------------------------------------------------------------
def test_hr_reads_to_whom_a_mail_was_refused_and_the_server_s_words(cast, as_):
    refuse(cast.peer)
    page = text_of(as_(cast.hr))
    for words in ("Invitation to an account", "Jonas Weber", cast.peer.email, WORDS):
        assert words in page


def test_it_reads_kind_and_words_but_no_name_and_no_address(cast, as_):
    refuse(cast.peer, error=f"550 5.1.1 <{cast.peer.email}>: Recipient address rejected: Jonas Weber has left")
    page = text_of(as_(cast.it))
    assert "Invitation to an account" in page
    assert "550 5.1.1" in page
    assert "Recipient address rejected" in page
    for trace in (cast.peer.email, "Jonas", "Weber"):
        assert trace not in page


CONFIDENTIAL = sorted(key for key, kind in KINDS.items() if kind.is_listed and not kind.shows_recipient)


@pytest.mark.parametrize(("key", "about"), CONFIDENTIAL)
@pytest.mark.parametrize("status", ["failed", "queued"])
def test_to_whom_a_confidential_mail_goes_is_on_no_page_of_work(cast, as_, key, about, status):
    """cases E: whoever is asked for feedback is known on HR's board, and there to HR alone."""
    address = "adelheid.kingsbury@mail.partnerfirm.example"
    server = f"550 5.1.1 <{address}>: Adelheid.Kingsbury is unknown to mx1.partnerfirm.example (192.0.2.7)"
    given = {"address": address, "name": "Adelheid Kingsbury", "status": status}
    refuse(kind=key, target_type=about or "people.user", error=server, **given)
    for person in (cast.hr, cast.it, make_user("Helga Selbst", is_hr=True)):
        page = text_of(as_(person), URL if status == "failed" else WAITING).lower()
        assert "550 5.1.1" in page
        for trace in ("adelheid", "kingsbury", "partnerfirm", "192.0.2.7"):
            assert trace not in page, (trace, person)


def test_the_kinds_to_whoever_is_asked_for_feedback_are_confidential():
    """The list above is not empty, and a new kind about a request is in it or is not listed at all."""
    about_requests = {place for place in KINDS if place[1] == "feedback.feedbackrequest"}
    assert len(about_requests) >= 8
    assert about_requests - set(CONFIDENTIAL) == {("feedback_code", "feedback.feedbackrequest")}


def test_a_code_to_go_on_writing_is_not_even_listed_nor_sent_again(cast, as_, mail_texts):
    """That one was asked for tells that there is a draft."""
    _round, requests = make_collecting_round(cast.subject, ["stakeholder"])
    send_code(requests[0])
    code = Message.objects.get(kind="feedback_code")
    for person in (cast.hr, cast.it):
        for status, url in (("queued", WAITING), ("failed", URL)):
            Message.objects.filter(pk=code.pk).update(status=status)
            assert "Code to go on writing" not in text_of(as_(person), url)
        assert as_(person).post(reverse("outbox:message_retry", args=[code.pk])).status_code == 404
        as_(person).post(reverse("outbox:messages_retry"))
    assert Message.objects.get(pk=code.pk).status == "failed"


def test_a_kind_that_is_declared_no_more_tells_nobody_to_whom_it_goes(cast, as_):
    refuse(cast.peer, kind="of_last_year")
    page = text_of(as_(cast.hr))
    assert "Of last year" in page
    assert cast.peer.email not in page


@pytest.mark.parametrize("role", ["manager", "subject", "auditor", "stranger"])
def test_for_others_the_page_does_not_exist_and_nothing_is_sent_again(cast, as_, role):
    message = refuse(cast.peer)
    client = as_(cast[role])
    assert client.get(URL).status_code == 404
    assert client.post(reverse("outbox:messages_retry")).status_code == 404
    assert retry(client, message).status_code == 404
    assert Message.objects.get().status == "failed"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("550 5.1.1 User unknown", "550 5.1.1 User unknown"),
        ("550 5.1.1 <a.k@x.example> no", "550 5.1.1 … no"),
        ("550 Ada King is gone, ADA.KING too", "550 … … is gone, … too"),
        ("550 See https://support.x.example/?p=NoSuchUser", "550 See …"),
        ("554 5.7.1 blocked 2001:db8::7 and 192.0.2.7", "554 5.7.1 blocked … and …"),
        ("550 ada.king=x.example@relay.example", "550 …"),
        ("KeyError", "KeyError"),
        ("", ""),
    ],
)
def test_a_server_s_words_are_shown_without_what_leads_to_a_person(words, shown):
    message = Message(name="Ada King", address="ada.king@x.example", error=words)
    assert without_traces(message) == shown


# --- sending again ---------------------------------------------------------------------------------------------------
def test_a_refused_mail_is_sent_again_and_that_is_an_event(cast, as_, mail_texts, django_capture_on_commit_callbacks):
    message = refuse(cast.peer)
    with django_capture_on_commit_callbacks(execute=True):
        page = retry(as_(cast.it), message).content.decode()
    assert "1 email will be sent again." in page
    assert [email.to for email in mail.outbox] == [[cast.peer.email]]
    event = Event.objects.get(verb="message.retried")
    assert (event.actor, event.target_id, event.data) == (cast.it, str(message.pk), {"kind": "invitation"})
    sent = Message.objects.get()
    assert (sent.status, sent.error, sent.attempts) == ("done", "", 1)


def test_all_that_were_refused_are_sent_again_at_once(cast, as_, mail_texts, django_capture_on_commit_callbacks):
    for person in (cast.peer, cast.manager, cast.subject):
        refuse(person)
    waiting = refuse(cast.head, status="queued", next_at=timezone.now() + timedelta(hours=1))
    with django_capture_on_commit_callbacks(execute=True) as rung:
        page = as_(cast.hr).post(reverse("outbox:messages_retry"), follow=True).content.decode()
    assert "3 emails will be sent again." in page
    assert rung.count(tasks.wake_mail_worker) == 1
    assert {email.to[0] for email in mail.outbox} == {each.email for each in (cast.peer, cast.manager, cast.subject)}
    assert Event.objects.filter(verb="message.retried").count() == 3
    assert Message.objects.get(pk=waiting.pk).attempts == 5  # its time has not come


def test_a_second_click_sends_nothing_and_is_no_event(cast, as_):
    message = refuse(cast.peer)
    retry(as_(cast.hr), message)
    assert "No email is refused any more." in retry(as_(cast.hr), message).content.decode()
    assert Event.objects.filter(verb="message.retried").count() == 1


def test_what_has_been_done_meanwhile_is_withdrawn_and_not_sent(cast, as_, mail_texts):
    """A request that was closed since: sending again asks nobody any more."""
    _round, requests = make_collecting_round(cast.subject, ["stakeholder"])
    request = requests[0]
    about = {"kind": "nomination", "target_type": "feedback.feedbackrequest", "target_id": str(request.pk)}
    message = refuse(address="somebody.else@example.com", **about)
    retry(as_(cast.hr), message)
    tasks.send_owed()
    assert Message.objects.get(pk=message.pk).error == "no longer asked"
    assert not mail.outbox
    assert not links.AccessLink.objects.filter(request=request).exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_sent_again_after_a_week_gets_its_three_days_anew(cast, as_, settings, mail_texts):
    """A server that asks to wait does not end it at the first try."""
    long_ago = timezone.now() - timedelta(days=7)
    message = refuse(None, kind="audit_anchor", address="later@example.org", created_at=long_ago, tried_since=long_ago)
    with opened(settings):
        retry(as_(cast.it), message)
        tasks.send_owed()
    again = Message.objects.get()
    assert again.status == "queued"
    assert again.next_at > timezone.now()


# --- the lists -------------------------------------------------------------------------------------------------------
def test_refused_and_waiting_are_two_lists_and_what_was_sent_is_in_neither(cast, as_):
    refuse(cast.peer)
    refuse(cast.manager, status="queued", error="")
    refuse(cast.subject, status="done", error="")
    refused, waiting = text_of(as_(cast.hr)), text_of(as_(cast.hr), WAITING)
    assert (cast.peer.email in refused, cast.manager.email in refused) == (True, False)
    assert (cast.peer.email in waiting, cast.manager.email in waiting) == (False, True)
    assert cast.subject.email not in refused + waiting
    assert "Send again" not in waiting


def test_an_empty_list_says_so_and_any_address_of_it_is_a_page(cast, as_):
    assert "No refused emails" in text_of(as_(cast.it))
    assert "No emails waiting" in text_of(as_(cast.it), WAITING)
    assert as_(cast.it).get(URL, {"status": "x", "after": "[1]", "before": "'"}).status_code == 200


@pytest.mark.parametrize("count", [1, 3, 30])
@pytest.mark.parametrize("role", ["hr", "it"])
def test_the_lists_cost_the_same_for_any_length(cast, as_, django_assert_num_queries, role, count):
    for _ in range(count):
        refuse(cast.peer)
    client = as_(cast[role])
    client.get(URL)
    with django_assert_num_queries(3):  # session, person, messages
        client.get(URL)


def test_jobs_and_messages_lead_to_each_other_where_both_are_open(cast, as_):
    for person in (cast.hr, cast.it):
        assert f'href="{URL}"' in text_of(as_(person), reverse("outbox:jobs"))
        assert f'href="{reverse("outbox:jobs")}"' in text_of(as_(person))
    partner = make_user("Paula Partner")
    cast.team.hr_partners.add(partner)
    assert f'href="{URL}"' not in text_of(as_(partner), reverse("outbox:jobs"))


def test_a_failed_job_tells_in_the_list_what_went_wrong(cast, as_):
    from foundation.outbox import jobs

    job = jobs.start("import_people", by=cast.hr, key="a")
    job.finish("failed", "ValueError")
    assert "ValueError" in text_of(as_(cast.it), reverse("outbox:jobs"))
    job.finish("failed", jobs.NO_LONGER)
    assert "The person who started it no longer has the right to it." in text_of(as_(cast.hr), reverse("outbox:jobs"))
