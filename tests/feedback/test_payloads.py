"""Hostile text in every field: shown as text, never run, never in a header, never where it does not belong."""

import io

import pytest
from django.core import mail, management

from feedback import services
from feedback.models import Draft, FeedbackAsk, FeedbackRequest, FeedbackRound, Praise
from feedback.nominations.forms import CandidateForm
from foundation.audit.models import Event
from foundation.outbox.models import Message
from foundation.ui.drafts import plain_breaks, why_unstorable
from tests.factories import answers_to, make_collecting_round, make_request, make_round, save_draft
from tests.feedback.conftest import deliver, post_answers

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
TEMPLATE = "{% load x %}{{ settings.SECRET_KEY }}{{ link }}"
PAYLOAD = f"{MARKUP}{TEMPLATE}'\"&"


def assert_inert(page):
    text = page.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.fixture
def hostile(cast):
    """A subject with a hostile name and a released round full of hostile texts."""
    cast.subject.name = PAYLOAD[:150]
    cast.subject.save()
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 4, title=PAYLOAD[:150])
    for request in requests:
        services.answer(request, answers_to(request, text=PAYLOAD))
    return services.release_round(round)


def test_results_show_markup_as_text(cast, as_, hostile):
    assert_inert(as_(cast.manager).get(f"/feedback/rounds/{hostile.pk}/results/"))
    assert (
        "{{ settings.SECRET_KEY }}" in as_(cast.manager).get(f"/feedback/rounds/{hostile.pk}/results/").content.decode()
    )


def test_the_pages_of_a_giver_show_markup_as_text(cast, as_):
    cast.subject.name = PAYLOAD[:150]
    cast.subject.save()
    round = make_round(cast.subject, status="collecting", title=PAYLOAD[:150])
    request = make_request(round, giver=cast.peer)
    client = as_(cast.peer)
    post_answers(client, request, answers_to(request, text=PAYLOAD), send=False)
    for path in ("", "1/", "2/", "4/", "check/", "decline/"):
        assert_inert(client.get(f"/feedback/answer/{request.pk}/{path}"))


def test_lists_and_boards_show_markup_as_text(cast, as_):
    round = make_round(cast.subject, title=PAYLOAD[:150])
    fields = {"name": PAYLOAD[:150], "email": "x@example.com", "relation": "stakeholder"}
    as_(cast.subject).post(f"/feedback/rounds/{round.pk}/propose/", fields)
    request = FeedbackRequest.objects.get()
    for who in ("subject", "manager", "hr"):
        assert_inert(as_(cast[who]).get(f"/feedback/rounds/{round.pk}/"))
    services.remove(request, by=cast.manager, reason=PAYLOAD[:400])
    assert_inert(as_(cast.subject).get(f"/feedback/rounds/{round.pk}/"))
    assert_inert(as_(cast.subject).get("/feedback/"))
    make_request(make_round(cast.peer, status="collecting"), name=PAYLOAD[:150])
    assert_inert(as_(cast.hr).get("/feedback/board/"))


def test_thanks_and_questions_show_markup_as_text(cast, as_):
    praise = Praise.objects.create(giver=cast.stranger, receiver=cast.subject, text=PAYLOAD)
    ask = FeedbackAsk.objects.create(giver=cast.stranger, asker=cast.subject, about=PAYLOAD[:150], question=PAYLOAD)
    as_(cast.stranger).post(ask.get_absolute_url(), {"text": PAYLOAD})
    assert_inert(as_(cast.subject).get(praise.get_absolute_url()))
    assert_inert(as_(cast.subject).get(ask.get_absolute_url()))
    assert_inert(as_(cast.subject).get("/feedback/"))


@pytest.mark.usefixtures("mail_texts")
def test_names_bring_nothing_into_the_headers_or_the_html_of_a_mail(cast, collecting):
    cast.subject.name = "Priya\r\nBcc: everyone@example.org <script>alert(1)</script>"
    cast.subject.save()
    services.add(collecting, by=cast.manager, name=PAYLOAD[:150], email="new@example.com", relation="stakeholder")
    deliver()
    message = mail.outbox[-1]
    sent = message.message()
    assert sent["Bcc"] is None
    assert "\n" not in message.subject
    assert message.to == ["new@example.com"]
    html = message.alternatives[0][0]
    assert "<script>alert" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("email", ["a@b.c\nBcc: x@example.com", "a@example.com, b@example.com", "x" * 300])
def test_an_address_is_one_address(cast, email):
    form = CandidateForm(make_round(cast.subject), {"name": "A", "email": email, "relation": "stakeholder"})
    assert not form.is_valid()
    assert "email" in form.errors


def test_what_is_typed_keeps_its_lines_and_what_a_database_refuses_is_named():
    """cases A4, cases A2"""
    assert plain_breaks("a\r\nbc\nd") == "a\nbc\nd"
    assert why_unstorable("a\x00b")
    assert not why_unstorable("a\nb")


def everything_stored(*exclude):
    out = io.StringIO()
    management.call_command("dumpdata", exclude=["contenttypes", "auth", *exclude], stdout=out)
    return out.getvalue()


def test_private_sentences_are_where_they_belong_and_nowhere_else(cast, as_, collecting):
    draft, reason, given = (f"a unique {kind} sentence" for kind in ("draft", "decline", "answer"))
    one, two, three = collecting.asked[:3]
    save_draft(one, {"all_keep": draft}, 0)
    services.decline(two, reason=reason)
    services.answer(three, answers_to(three, text=given))
    assert Draft.objects.get(request=one).answers["all_keep"] == draft  # it is there, for whoever has its key
    assert draft not in everything_stored()
    assert reason in everything_stored()
    assert reason not in everything_stored("feedback.feedbackrequest")
    assert given in everything_stored()
    assert given not in everything_stored("feedback.answer")
    for table in (Event, Message):
        assert "a unique" not in str(list(table.objects.values()))
    services.release_round(collecting)
    everything = everything_stored()
    assert draft not in everything
    assert given not in everything  # one author alone: nothing of it is kept


def test_a_cancelled_round_shows_nothing_to_anyone(cast, as_, collecting):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0], text="a unique answer"))
    services.cancel_round(collecting, by=cast.hr, reason="left")
    for who in ("subject", "manager", "hr"):
        page = as_(cast[who]).get(f"/feedback/rounds/{collecting.pk}/results/").content.decode()
        assert "cancelled" in page
        assert "a unique answer" not in page
    assert FeedbackRound.objects.get().status == "cancelled"
