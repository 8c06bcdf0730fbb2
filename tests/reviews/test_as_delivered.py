"""What was delivered stays as delivered: goals, evidence, the plan, and the documents of it."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from foundation.audit.models import Event
from foundation.outbox.models import Job
from foundation.workflow.moves import MoveRefused, perform
from goals.models import Evidence, Goal
from goals.services import check_in
from reviews.documents import exports
from reviews.models import IssuedDocument
from tests.factories import make_goal, make_review, make_user
from tests.reviews.conftest import deliver, fresh, send_evaluation, send_self
from tests.reviews.test_documents import text_of

REASON = "The alerts are owned by another team now."


@pytest.fixture
def goal(cast):
    return make_goal(owner=cast.subject, status="agreed", title="Fewer failed releases", kind="number", target=10)


@pytest.fixture
def with_goal(cast, goal, review):
    send_self(fresh(review), cast)
    from tests.reviews.conftest import end_feedback

    end_feedback(fresh(review), cast)
    check_in(goal, by=cast.subject, value=4)
    send_evaluation(fresh(review), cast)
    return review


def page_of(client, review):
    return client.get(review.get_absolute_url()).content.decode()


def test_a_check_in_after_delivery_changes_no_figure_of_the_review(cast, as_, with_goal, goal):
    """cases D1"""
    deliver(fresh(with_goal), cast)
    url = reverse("reviews:summary_pdf", args=[with_goal.pk])
    client = as_(cast.subject)
    assert "40 %" in page_of(client, with_goal)
    check_in(goal, by=cast.subject, value=9)
    Goal.objects.filter(pk=goal.pk).update(title="Renamed")
    page = page_of(client, with_goal)
    assert "40 %" in page
    assert "90 %" not in page
    assert "Changed later" in page
    assert "Fewer failed releases" in page
    text = text_of(client.post(url, follow=True).content)
    assert "40 %" in text
    assert "Changed later" in text
    assert "Fewer failed releases" in text


def test_progress_is_shown_with_its_arithmetic_on_the_review_and_in_its_document(cast, as_, with_goal, goal):
    """cases H6: of each goal and of all together, as the review was delivered."""
    make_goal(owner=cast.subject, status="reached", title="Weekly backups", kind="yes_no", weight=75)
    Goal.objects.filter(pk=goal.pk).update(weight=25)
    deliver(fresh(with_goal), cast)
    Goal.objects.filter(pk=goal.pk).update(weight=100)
    client = as_(cast.subject)
    page = page_of(client, with_goal)
    text = text_of(client.post(reverse("reviews:summary_pdf", args=[with_goal.pk]), follow=True).content)
    for place in (" ".join(page.split()), " ".join(text.split())):
        assert "weighted progress" in place
        assert "(4 \N{MINUS SIGN} 0) ÷ (10 \N{MINUS SIGN} 0) = 40 %" in place
        assert "× 25" in place
        assert "÷ 100 = " in place


def test_a_submitted_evaluation_shows_the_goals_it_was_made_with(cast, as_, with_goal, goal):
    """cases D1: from submission on, and anew at delivery."""
    check_in(goal, by=cast.subject, value=9)
    page = page_of(as_(cast.hr), with_goal)
    assert "40 %" in page
    assert "Changed later" in page
    deliver(fresh(with_goal), cast)
    page = page_of(as_(cast.hr), with_goal)
    assert "90 %" in page
    assert "Changed later" not in page


def test_evidence_stays_as_it_was_sent(cast, as_, review):
    """cases D1"""
    fact = Evidence.objects.create(owner=cast.subject, note="As it was sent", happened_on=review.cycle.period_end)
    review.self_assessment.evidence.set([fact])
    send_self(fresh(review), cast)
    assert list(fresh(review).self_assessment.evidence.all()) == [fact]
    fact.note = "Rewritten later"
    fact.save()
    assert "As it was sent" in page_of(as_(cast.manager), review)
    fact.delete()
    page = page_of(as_(cast.manager), review)
    assert "As it was sent" in page
    assert "Rewritten later" not in page


def test_dropping_an_action_item_takes_both_sides_and_a_reason(cast, as_, at):
    """cases D2"""
    review = at("delivered")
    item = review.actions.get()
    client = as_(cast.subject)
    url = reverse("reviews:action_step", args=[item.pk, "propose_drop"])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 400
    client.post(url, {"reason": REASON})
    item.refresh_from_db(fields=["drop_reason"])
    assert item.drop_reason == REASON
    with pytest.raises(PermissionDenied):
        perform(item, "agree_drop", by=cast.subject)
    with pytest.raises(MoveRefused):
        perform(item, "finish", by=cast.subject)
    page = page_of(as_(cast.manager), review)
    assert REASON in page
    assert "Agree to drop" in page
    as_(cast.manager).post(reverse("reviews:action_step", args=[item.pk, "agree_drop"]))
    assert review.actions.get().status == "dropped"
    history = page_of(as_(cast.subject), review)
    assert "Proposed to drop an action item" in history
    assert "Agreed to drop an action item" in history
    text = text_of(as_(cast.subject).post(reverse("reviews:summary_pdf", args=[review.pk]), follow=True).content)
    assert "Dropped" in text
    assert "Open" not in text


@pytest.mark.parametrize("who", ["hr", "head", "peer", "stranger"])
def test_nobody_else_drops_an_action_item(cast, as_, at, who):
    """cases D2"""
    review = at("delivered")
    item = review.actions.get()
    for verb in ("propose_drop", "agree_drop", "keep"):
        url = reverse("reviews:action_step", args=[item.pk, verb])
        assert as_(cast[who]).post(url, {"reason": "x"}).status_code == 404
    assert review.actions.get().status == "open"


def test_a_refused_drop_leaves_the_item_open(cast, at):
    """cases D2: the manager proposes, the subject keeps it."""
    review = at("delivered")
    item = perform(review.actions.get(), "propose_drop", by=cast.manager, reason=REASON)
    with pytest.raises(PermissionDenied):
        perform(item, "agree_drop", by=cast.manager)
    item = perform(item, "keep", by=cast.subject)
    assert (item.status, item.drop_reason, item.drop_proposed_by) == ("open", "", None)


def test_a_get_issues_nothing_and_a_post_issues_once(cast, as_, at):
    """cases D3"""
    review, client = at("delivered"), as_(cast.subject)
    url = reverse("reviews:summary_pdf", args=[review.pk])
    page = client.get(url)
    assert page["Content-Type"].startswith("text/html")
    assert "Create PDF" in page.content.decode()
    assert not IssuedDocument.objects.exists()
    assert not Event.objects.filter(verb="review.issue").exists()
    assert client.post(url).url == url
    for _again in range(3):
        assert client.get(url).content.startswith(b"%PDF")
    assert Event.objects.filter(verb="review.issue").count() == 1
    assert IssuedDocument.objects.count() == 1


def test_a_pdf_that_cannot_be_printed_is_answered_with_a_page(cast, as_, at, monkeypatch):
    """cases D3"""
    review, client = at("delivered"), as_(cast.subject)
    monkeypatch.setattr("reviews.documents.pdf_worker.SECONDS", 0.001)  # the press is ended before it is done
    answer = client.post(reverse("reviews:summary_pdf", args=[review.pk]))
    assert answer.status_code == 503
    assert "could not be created" in answer.content.decode()
    assert not IssuedDocument.objects.exists()
    assert not Event.objects.filter(verb="review.issue").exists()


def test_one_bad_document_does_not_fail_the_zip(cast, at, review):
    """cases D3: the zip holds the others, and a list of the failures."""
    good = at("delivered")
    other = make_user("Zora Zweite", manager=cast.manager, team=cast.team)
    bad = make_review(other, cast.hr, name="Second")
    assert bad.cycle != good.cycle
    type(bad).objects.filter(pk=bad.pk).update(cycle=good.cycle, status="delivered", delivered_at=good.delivered_at)
    type(bad.evaluation).objects.filter(review=bad).update(snapshot={"on": "no day", "goals": [{}]})
    job = exports.start_zip(good.cycle, by=cast.hr)
    exports.make_zip(Job.objects.select_related("owner").get(pk=job.pk))
    job = Job.objects.get(pk=job.pk)
    with job.file.open("rb") as file:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
    names = archive.namelist()
    assert len(names) == 2
    assert names[0].startswith("priya-raman")
    assert "Zora Zweite" in archive.read("not-created.txt").decode()
    assert job.data["refused"] == [["Zora Zweite", "The PDF could not be created."]]
    assert IssuedDocument.objects.get().review == good
