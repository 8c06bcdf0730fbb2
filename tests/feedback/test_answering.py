"""One mail, one link, no account: from the mail to the sealed answer."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from feedback import services
from feedback.models import AccessLink, Answer, Draft, FeedbackRequest, FeedbackRound
from foundation.audit.models import Event
from foundation.workflow.moves import MoveRefused
from tests.factories import answers_to, make_collecting_round, make_request, make_round, save_draft
from tests.feedback.conftest import deliver, mailed_links, post_answers


@pytest.fixture
def invited(cast, mail_texts):
    """A request whose invitation has been mailed."""
    round = make_round(cast.subject)
    for relation in ("data_scientist", "data_scientist", "stakeholder"):
        make_request(round, relation=relation, status="proposed")
    services.approve(round, by=cast.manager)
    deliver()
    request = FeedbackRequest.objects.get(email=mail.outbox[-1].to[0])
    return request


def test_a_collaborator_without_an_account_answers_on_one_link(invited, client):
    path = mailed_links()["answer"]
    hop = client.get(path)
    assert hop.status_code == 302
    assert hop.url == f"/feedback/answer/{invited.pk}/"
    assert "/f/" not in hop.url
    intro = client.get(hop.url)
    assert "Priya Raman" in intro.content.decode()
    assert "Who reads what" in intro.content.decode()
    url, values = f"{hop.url}1/", answers_to(invited)
    for _page in range(10):
        page = client.get(url)
        names = page.context["form"].fields
        sent = {name: values[name] for name in names if name in values} | {"version": page.context["version"]}
        url = client.post(url, sent).url
        if url.endswith("/check/"):
            break
    check = client.get(url)
    assert "you can't change it" in check.content.decode()
    assert not Answer.objects.exists()
    done = client.post(url, {"version": check.context["version"]})
    assert done.url == "/feedback/thanks/"
    assert FeedbackRequest.objects.get(pk=invited.pk).status == "answered"
    assert Answer.objects.count() > 4
    assert not Draft.objects.exists()
    assert "Priya" not in client.get(done.url).content.decode()


def test_somebody_with_an_account_answers_signed_in(cast, as_):
    round = make_round(cast.subject, status="collecting")
    request = make_request(round, giver=cast.peer, relation="peer_mlops_engineer")
    client = as_(cast.peer)
    assert str(request.pk) in client.get("/feedback/").content.decode()
    assert post_answers(client, request).url == "/feedback/thanks/"
    assert str(request.pk) not in client.get("/feedback/").content.decode()


def test_a_page_with_something_missing_keeps_what_was_typed_and_says_what(invited, client):
    client.get(mailed_links()["answer"])
    url = f"/feedback/answer/{invited.pk}/2/"
    typed = dict.fromkeys(client.get(url).context["form"].fields, "")
    example = next(name for name in typed if name.endswith("-example"))
    page = client.post(url, typed | {example: "kept words", "version": 0})
    text = page.content.decode()
    assert page.status_code == 400
    assert "kept words" in text
    assert "data-form-errors" in text
    assert Draft.objects.get().answers[example] == "kept words"


def test_the_extremes_ask_for_an_example_and_the_middle_does_not(collecting):
    request = collecting.asked[0]
    from feedback.answers.questions import asked_of, problems

    questions = asked_of(request)
    needs_example = {"rarely", "sometimes", "always"}
    for choice in ("rarely", "sometimes", "often", "nearly_always", "always", "cannot_say"):
        answers = answers_to(request, choice)
        answers["all_warning-example"] = "  "
        assert ("all_warning-example" in problems(questions, answers)) is (choice in needs_example), choice


def test_i_cannot_say_is_an_answer_that_leaves_no_row(collecting):
    request = collecting.asked[0]
    services.answer(request, answers_to(request, "cannot_say"))
    assert not Answer.objects.filter(question__kind="rating").exists()


def test_hardly_any_contact_leads_to_declining(collecting, cast, as_):
    request = make_request(collecting, giver=cast.peer)
    client = as_(cast.peer)
    answer = client.post(f"/feedback/answer/{request.pk}/1/", {"all_contact": "none", "version": 0})
    assert answer.url == f"/feedback/answer/{request.pk}/decline/"


def test_declining_is_one_click_on_a_page(invited, client):
    hop = client.get(mailed_links()["decline"])
    assert client.get(hop.url).status_code == 200
    assert FeedbackRequest.objects.get(pk=invited.pk).status == "asked"
    assert client.post(hop.url).url == "/feedback/declined/"
    assert FeedbackRequest.objects.get(pk=invited.pk).status == "declined"
    assert client.get(hop.url).status_code == 404


def test_the_decline_link_opens_no_question(invited, client):
    client.get(mailed_links()["decline"])
    for page in ("", "1/", "check/", "code/"):
        assert client.get(f"/feedback/answer/{invited.pk}/{page}").status_code == 404
    assert (
        client.post(f"/feedback/answer/{invited.pk}/save/", {"all_contact": "weekly", "version": 0}).status_code == 404
    )


def test_declining_keeps_the_reason_out_of_the_event_log(collecting):
    services.decline(collecting.asked[0], reason="too busy to look")
    assert "too busy" not in str(list(Event.objects.values()))
    assert FeedbackRequest.objects.get(pk=collecting.asked[0].pk).why == "too busy to look"


def test_after_the_deadline_and_a_minute_nothing_is_accepted(collecting, cast, time_machine):
    zone_end = datetime.combine(collecting.closes_on, time.max, tzinfo=ZoneInfo("Europe/Berlin"))
    time_machine.move_to(zone_end + timedelta(seconds=50), tick=False)
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    time_machine.move_to(zone_end + timedelta(seconds=70), tick=False)
    with pytest.raises(MoveRefused, match="deadline has passed"):
        services.answer(collecting.asked[1], answers_to(collecting.asked[1]))


def test_an_extended_request_stays_open_alone(collecting, cast, time_machine):
    late, other = collecting.asked[:2]
    services.extend_request(late, collecting.closes_on + timedelta(3), by=cast.hr, reason="was ill")
    time_machine.move_to(timezone.now() + timedelta(days=16))
    assert list(FeedbackRequest.objects.open_on(timezone.localdate())) == [late]
    assert not FeedbackRound.objects.ripe().exists()
    assert not collecting.is_over
    services.answer(late, answers_to(late))
    with pytest.raises(MoveRefused, match="deadline has passed"):
        services.answer(other, answers_to(other))
    assert FeedbackRound.objects.ripe().get() == collecting
    assert collecting.is_over


def test_twenty_identical_sends_have_one_effect(cast, client, collecting):
    request = make_request(collecting, giver=cast.peer)
    client.force_login(cast.peer)
    post_answers(client, request)
    count = Answer.objects.count()
    for _again in range(19):
        assert client.post(f"/feedback/answer/{request.pk}/check/", {"version": 1}).url == "/feedback/thanks/"
    assert Answer.objects.count() == count
    assert FeedbackRequest.objects.filter(status="answered").count() == 1


def test_answers_that_are_not_complete_cannot_be_forced_through(cast, as_, collecting):
    request = make_request(collecting, giver=cast.peer)
    page = post_answers(as_(cast.peer), request, {"all_contact": "weekly"})
    assert page.status_code == 200
    assert "Nothing you typed is lost" in page.content.decode()
    assert not Answer.objects.exists()


def test_extra_fields_are_not_kept(cast, as_, collecting):
    request = make_request(collecting, giver=cast.peer)
    extra = {"status": "answered", "round": "x", "confidentiality": "attributed", "all_contact": "weekly"}
    post_answers(as_(cast.peer), request, extra, send=False)
    assert Draft.objects.get().answers == {"all_contact": "weekly"}


def test_what_a_database_refuses_is_named_and_never_called_saved(cast, as_, collecting):
    """cases A2: nothing is taken out of a text in silence."""
    request = make_request(collecting, giver=cast.peer)
    sent = {"all_keep": "a\x00b", "all_change": "c\r\nd", "version": 0}
    answer = as_(cast.peer).post(f"/feedback/answer/{request.pk}/save/", sent)
    assert answer.status_code == 400
    assert list(answer.json()["refused"]) == ["all_keep"]
    assert Draft.objects.get().answers == {"all_change": "c\nd"}


def test_a_draft_of_100_kb_is_kept_and_a_longer_one_is_told(cast, as_, collecting):
    """cases A2"""
    request, url = make_request(collecting, giver=cast.peer), "/feedback/answer/{}/save/"
    client, url = as_(cast.peer), url.format(request.pk)
    assert client.post(url, {"all_keep": "x" * 100_000, "version": 0}).status_code == 200
    answer = client.post(url, {"all_keep": "x" * 100_001, "version": 1})
    assert answer.status_code == 400
    assert "101 kB" in answer.json()["refused"]["all_keep"]
    assert Draft.objects.get().answers == {"all_keep": "x" * 100_000}


def test_declining_asks_before_written_answers_are_deleted(cast, as_, collecting):
    """cases A6"""
    request = make_request(collecting, giver=cast.peer)
    client, url = as_(cast.peer), f"/feedback/answer/{request.pk}/decline/"
    assert "drops_draft" not in client.get(url).content.decode()
    client.post(f"/feedback/answer/{request.pk}/save/", {"all_keep": "typed", "version": 0})
    assert "drops_draft" in client.get(url).content.decode()
    refused = client.post(url, {"reason": "no time"})
    assert refused.status_code == 400
    assert "You have already written answers" in refused.content.decode()
    assert "no time" in refused.content.decode()
    assert Draft.objects.get().answers == {"all_keep": "typed"}
    assert client.post(url, {"reason": "no time", "drops_draft": "on"}).url == "/feedback/declined/"
    assert not Draft.objects.exists()


def test_answers_begun_beside_an_open_decline_page_are_not_deleted(cast, as_, collecting):
    """cases A6"""
    request = make_request(collecting, giver=cast.peer)
    save_draft(request, {"all_keep": "typed"}, 0)
    with pytest.raises(services.HasDraft):
        services.decline(request, drops_draft=False)
    assert FeedbackRequest.objects.get(pk=request.pk).status == "asked"


def test_a_page_with_a_strange_version_is_kept_with_both_texts(cast, as_, collecting):
    """cases A5"""
    request = make_request(collecting, giver=cast.peer)
    client = as_(cast.peer)
    client.post(f"/feedback/answer/{request.pk}/save/", {"all_keep": "stored", "version": 0})
    for version in ("9" * 45_000, "-1", "one"):
        page = client.post(f"/feedback/answer/{request.pk}/6/", {"all_keep": "typed", "version": version})
        assert page.status_code == 400
        assert "stored" in page.content.decode()
        assert "typed" in page.content.decode()
    missing = client.post(f"/feedback/answer/{request.pk}/6/", {"all_keep": "typed"})
    assert missing.status_code == 409
    assert Draft.objects.get().answers == {"all_keep": "stored"}


def test_the_thank_you_page_is_the_same_for_everybody(client):
    assert client.get("/feedback/thanks/").status_code == 200
    assert client.get("/feedback/declined/").status_code == 200


def test_attributed_answers_keep_the_giver_and_say_so_first(cast, as_):
    _round, [request] = make_collecting_round(cast.subject, ["stakeholder"], confidentiality="attributed")
    FeedbackRequest.objects.filter(pk=request.pk).update(giver=cast.peer)
    client = as_(cast.peer)
    assert "shown with your name" in client.get(f"/feedback/answer/{request.pk}/").content.decode()
    post_answers(client, request)
    assert not Answer.objects.exists()
    assert FeedbackRequest.objects.get(pk=request.pk).attributed_answers.count() == 8


def test_a_strange_step_number_is_an_unknown_page(cast, as_, collecting):
    request = make_request(collecting, giver=cast.peer)
    client = as_(cast.peer)
    for number in (0, 9, 99999):
        assert client.get(f"/feedback/answer/{request.pk}/{number}/").status_code == 404


def test_a_stranger_gets_the_unknown_page_everywhere(cast, as_, collecting, client):
    pk = collecting.asked[0].pk
    for person in (cast.stranger, cast.subject, cast.manager, cast.hr):
        for page in ("", "1/", "check/", "decline/", "code/"):
            assert as_(person).get(f"/feedback/answer/{pk}/{page}").status_code == 404
    assert Client().get(f"/feedback/answer/{pk}/").status_code == 404
    assert not AccessLink.objects.exists()
