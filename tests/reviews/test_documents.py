"""The PDF: what it holds for whom, that it is accessible, and that it can be confirmed."""

import io
import re
import subprocess
import sys

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feedback import services as feedback
from feedback.models import FeedbackRound
from foundation.audit.models import Event
from foundation.moments import day_in_words
from reviews.documents import pdf_worker
from reviews.documents.render import OurFonts, to_pdf
from reviews.documents.services import html_for, load_for_document
from reviews.models import IssuedDocument, PrivateNote, Review
from reviews.states import Audience
from reviews.tasks import close_due_stages
from tests.factories import answers_to, make_goal, make_request
from tests.reviews.conftest import deliver, fresh, send_evaluation, send_self
from tests.test_dates import other_forms


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


@pytest.fixture
def delivered(at):
    return at("delivered")


def pdf_of(client, review):
    return client.post(reverse("reviews:summary_pdf", args=[review.pk]), follow=True).content


def test_the_summary_holds_what_the_subject_may_read(cast, as_, delivered):
    PrivateNote.objects.create(review=delivered, author=cast.manager, text="Unspeakable thought")
    text = text_of(pdf_of(as_(cast.subject), delivered))
    assert "Priya Raman" in text
    assert "Own the alert review" in text
    assert "Fully meets the expectations" in text
    assert "Unspeakable" not in text


def test_the_pdf_is_tagged_and_names_nobody_in_its_metadata(cast, as_, delivered):
    pdf = pikepdf.open(io.BytesIO(pdf_of(as_(cast.subject), delivered)))
    assert pdf.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang) == "en"
    named = {"/Author": "Plumbline", "/Title": "Review summary of Priya Raman", "/Producer": pdf.docinfo["/Producer"]}
    assert {key: str(value) for key, value in pdf.docinfo.items()} == named
    assert str(named["/Producer"]).startswith("WeasyPrint")
    inside = pdf.Root.Metadata.read_bytes().decode()
    assert not re.search(r"Date|Marta|@|[0-9a-f]{8}-[0-9a-f]{4}", inside)


@pytest.fixture
def with_feedback(cast, review):
    """A delivered review; three data scientists from outside and one from HR answered, each with texts."""
    send_self(fresh(review), cast)
    FeedbackRound.objects.filter(review=review).update(status="collecting")
    round = fresh(review).round
    asked = [make_request(round) for _each in range(3)] + [make_request(round, giver=cast.hr)]
    for number, request in enumerate(asked):
        feedback.answer(request, answers_to(request, text=f"Words of author {number}"))
    close_due_stages()
    for take in (send_evaluation, deliver):
        take(fresh(review), cast)
    return fresh(review)


def test_a_document_keeps_from_an_author_what_the_page_keeps(cast, as_, with_feedback):
    """Who has answered knows one of four texts: three others are too few for texts, on the page and on paper."""
    assert text_of(pdf_of(as_(cast.manager), with_feedback)).count("Words of author") >= 4
    for path in (f"/feedback/rounds/{with_feedback.round_id}/results/", f"/reviews/{with_feedback.pk}/"):
        assert b"Words of author" not in as_(cast.hr).get(path).content
    assert "Words of author" not in text_of(pdf_of(as_(cast.hr), with_feedback))


def test_a_document_names_no_role_beside_a_text_and_nobody_who_was_asked(cast, as_, with_feedback):
    text = text_of(pdf_of(as_(cast.manager), with_feedback))
    assert not re.search(r"Outsider|@example|[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert "Hanna" not in text


def test_nobody_gets_a_pdf_before_delivery(cast, as_, at):
    review = at("delivery")
    for name in ("subject", "manager", "hr", "peer", "stranger"):
        assert as_(cast[name]).get(reverse("reviews:summary_pdf", args=[review.pk])).status_code == 404


@pytest.mark.parametrize(("reader", "audience"), [("subject", "subject"), ("manager", "manager"), ("hr", "hr")])
def test_each_audience_gets_its_own_document_and_an_event(cast, as_, delivered, reader, audience):
    pdf_of(as_(cast[reader]), delivered)
    assert IssuedDocument.objects.get().audience == audience
    verbs = list(Event.objects.about(delivered).values_list("verb", flat=True)[:2])
    assert verbs == ["review.downloaded", "review.issue"]


def test_strangers_get_no_pdf(cast, as_, delivered):
    for name in ("peer", "stranger", "auditor", "it", "head"):
        assert as_(cast[name]).get(reverse("reviews:summary_pdf", args=[delivered.pk])).status_code == 404


def test_the_same_document_has_one_fingerprint_by_whichever_press_it_is_made(cast, as_, delivered):
    first = pdf_of(as_(cast.subject), delivered)
    pdf_worker.end_idle()
    assert pdf_of(as_(cast.subject), delivered) == first
    assert IssuedDocument.objects.count() == 1


def printed_at(moment: str, html: str) -> bytes:
    """What a worker makes whose clock stands still at `moment`."""
    clock = f"import time_machine; time_machine.travel('{moment}', tick=False).start()"
    command = [sys.executable, "-c", f"{clock}; from reviews.documents import render; render.serve()"]
    body = pdf_worker.LENGTH.pack(len(html.encode())) + html.encode()
    done = subprocess.run(
        command, cwd=pdf_worker.ROOT, env=pdf_worker.SURROUNDINGS, input=body, capture_output=True, check=True
    )
    return done.stdout[pdf_worker.LENGTH.size :]


def test_the_same_document_has_one_fingerprint_whenever_it_is_made(delivered):
    """Fonts would tell the second in which they were cut to the letters used."""
    html = html_for(load_for_document(Review.objects.all(), delivered.pk), Audience.SUBJECT, delivered.subject)
    first = printed_at("2026-03-02 09:00:00Z", html)
    assert first.startswith(b"%PDF")
    assert printed_at("2026-11-27 17:30:01Z", html) == first


def test_a_given_file_is_confirmed_and_a_changed_one_denied(cast, as_, delivered):
    client = as_(cast.subject)
    pdf = pdf_of(client, delivered)
    url = reverse("reviews:verify")
    ours = client.post(url, {"document": SimpleUploadedFile("a.pdf", pdf)})
    assert ours.context["result"] == "current"
    changed = client.post(url, {"document": SimpleUploadedFile("a.pdf", pdf + b" ")})
    assert changed.context["result"] == "unknown"
    assert b"Priya" not in ours.content.split(b"<main")[1]


def test_an_older_version_stays_verifiable(cast, as_, delivered):
    from reviews.review.moves import move

    client = as_(cast.subject)
    old = pdf_of(client, delivered)
    move(delivered, "reopen", by=cast.hr, reason="Wrong period.")
    move(fresh(delivered), "deliver", by=cast.manager)
    response = client.post(reverse("reviews:verify"), {"document": SimpleUploadedFile("a.pdf", old)})
    assert response.context["result"] == "superseded"


def test_markup_in_texts_stays_text(cast, at, as_):
    review = at("delivery")
    from reviews.models import Summary
    from tests.reviews.conftest import deliver

    deliver(review, cast)
    answers = fresh(review).summary.answers | {"overall_statement": '<img src="file:///etc/passwd"><b>bold</b>'}
    Summary.objects.filter(review=review).update(answers=answers)
    assert "<b>bold</b>" in text_of(pdf_of(as_(cast.subject), review))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:9/x", "https://example.org/x", "font:../../x", "static:x"]
)
def test_a_document_loads_nothing_from_outside(url):
    with pytest.raises(ValueError, match="nothing from outside"):
        OurFonts().fetch(url)


def test_a_document_that_asks_for_something_outside_is_not_printed():
    with pytest.raises(pdf_worker.PrintingFailed):
        pdf_worker.to_pdf('<p>x</p><img src="http://127.0.0.1:9/x.png">')


def test_the_worker_opens_no_socket(tmp_path):
    code = (
        "from reviews.documents import render; render.seal(); import socket; socket.create_connection(('127.0.0.1', 9))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=pdf_worker.ROOT, capture_output=True, check=False)
    assert b"the worker opens no socket" in done.stderr


def test_a_worker_that_hangs_is_ended_and_another_takes_over(monkeypatch):
    monkeypatch.setattr(pdf_worker, "SECONDS", 0.01)
    with pytest.raises(pdf_worker.PrintingFailed):
        pdf_worker.to_pdf("<p>slow</p>")
    monkeypatch.setattr(pdf_worker, "SECONDS", 60)
    assert pdf_worker.to_pdf("<p>again</p>").startswith(b"%PDF")


def test_a_worn_out_worker_is_replaced(monkeypatch):
    monkeypatch.setattr(pdf_worker, "RUNS", 1)
    with pdf_worker.a_worker() as first:
        first.print("<p>one</p>")
    with pdf_worker.a_worker() as second:
        assert second is not first


def test_anybody_may_check_a_document_and_is_told_nothing_else(cast, as_, delivered, client):
    """cases F6: public, limited, printed on the document."""
    pdf = pdf_of(as_(cast.subject), delivered)
    assert "/documents/verify/" in text_of(pdf)
    client.logout()
    url = reverse("reviews:verify")
    assert client.get(url).status_code == 200
    answer = client.post(url, {"document": SimpleUploadedFile("a.pdf", pdf)})
    assert answer.context["result"] == "current"
    assert "Priya" not in answer.content.decode()
    statuses = {client.post(url, {"document": SimpleUploadedFile("a.pdf", b"x")}).status_code for _ in range(60)}
    assert statuses == {200, 429}


def test_a_newer_document_supersedes_the_older_of_the_same_readers_only(cast, as_, delivered):
    """cases F6"""
    mine, theirs = pdf_of(as_(cast.subject), delivered), pdf_of(as_(cast.manager), delivered)
    delivered.rebuttals.create(text="My view of the first quarter")
    newer = pdf_of(as_(cast.subject), delivered)
    assert newer != mine
    url = reverse("reviews:verify")
    found = [as_(cast.hr).post(url, {"document": SimpleUploadedFile("a.pdf", pdf)}) for pdf in (mine, newer)]
    assert [each.context["result"] for each in found] == ["superseded", "current"]
    assert theirs


def test_a_long_word_stays_on_the_paper(cast, as_, delivered):
    """cases F5: texts.json pdf_text"""
    word = "Donaudampfschiff" * 20
    answers = delivered.summary.answers | {"key_achievements-1": word, "strengths-1": word, "overall_statement": word}
    type(delivered.summary).objects.filter(review=delivered).update(answers=answers)
    delivered.actions.update(action=word[:300])
    pdf = pdf_of(as_(cast.subject), delivered)
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    width = float(re.search(r'<page width="([\d.]+)"', boxes)[1])
    assert max(float(right) for right in re.findall(r'<word [^>]*xMax="([\d.]+)"', boxes)) < width - 40
    assert "".join(text_of(pdf).split()).count("Donaudampfschiff" * 2) >= 3


@pytest.mark.parametrize("audience", list(Audience))
def test_dates_have_one_form_on_paper(cast, delivered, audience):
    """cases H3: for each reader, with goals, plan and statement."""
    make_goal("agreed", owner=cast.subject)
    delivered.rebuttals.create(text="My view.")
    reader = {"subject": cast.subject, "manager": cast.manager}.get(str(audience), cast.hr)
    html = html_for(load_for_document(Review.objects.all(), delivered.pk), audience, reader)
    assert day_in_words(delivered.cycle.period_end) in html
    assert other_forms(html) == []
    assert other_forms(f"<p>{text_of(to_pdf(html))}</p>") == []
