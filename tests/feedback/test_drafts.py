"""Drafts: nothing typed is lost, and nobody but the giver reads it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from feedback import services
from feedback.access_links import services as links
from feedback.models import Answer, Draft, FeedbackRequest, VerificationCode
from foundation.ui.drafts import Stale
from foundation.workflow.moves import MoveRefused
from tests.factories import answers_to, make_request, save_draft
from tests.feedback.conftest import deliver, post_answers


@pytest.fixture
def request_(cast, collecting):
    return make_request(collecting, giver=cast.peer)


@pytest.fixture
def writer(cast, as_, request_):
    return as_(cast.peer)


def save(client, request, version, **values):
    return client.post(
        f"/feedback/answer/{request.pk}/save/", values | {"version": version}, headers={"x-autosave": "1"}
    )


def by_link(request):
    """A browser of its own with the right to the request."""
    client = Client()
    client.get(f"/f/{links.mint(request)['answer']}/")
    return client


def test_autosave_answers_the_new_version_and_the_time(writer, request_):
    first = save(writer, request_, 0, all_keep="one")
    assert first.json()["version"] == 1
    assert re.fullmatch(r"\d\d:\d\d", first.json()["saved_at"])
    assert save(writer, request_, 1, all_change="two").json()["version"] == 2
    assert Draft.objects.get().answers == {"all_keep": "one", "all_change": "two"}


def test_a_stale_save_is_told_with_the_other_text_and_overwrites_nothing(writer, request_):
    save(writer, request_, 0, all_keep="first tab")
    stale = save(writer, request_, 0, all_keep="second tab")
    assert stale.status_code == 409
    assert stale.json()["version"] == 1
    assert stale.json()["conflicts"] == [{"field": "all_keep", "theirs": "first tab"}]
    assert Draft.objects.get().answers["all_keep"] == "first tab"
    assert save(writer, request_, 1, all_keep="second tab").status_code == 200


def test_the_question_for_the_version_is_answered_before_and_after_the_first_save(
    writer, request_, django_assert_max_num_queries
):
    """cases A1: asked whenever the giver comes back to the page; it makes no draft."""
    url = f"/feedback/answer/{request_.pk}/save/"
    assert writer.get(url, headers={"x-autosave": "1"}).json() == {"version": 0}
    assert not Draft.objects.exists()
    save(writer, request_, 0, all_keep="one")
    with django_assert_max_num_queries(4):
        assert writer.get(url, headers={"x-autosave": "1"}).json() == {"version": 1}


def test_two_tabs_that_write_different_answers_do_not_disturb_each_other(writer, request_):
    save(writer, request_, 0, all_keep="first tab")
    assert save(writer, request_, 0, all_change="second tab").status_code == 200
    assert Draft.objects.get().answers == {"all_keep": "first tab", "all_change": "second tab"}


def test_a_late_save_of_what_is_stored_already_disturbs_nobody(writer, request_):
    save(writer, request_, 0, all_keep="typed")
    again = save(writer, request_, 0, all_keep="typed")
    assert (again.status_code, again.json()["version"]) == (200, 1)
    assert Draft.objects.get().version == 1


def test_of_many_stale_saves_one_wins_and_all_others_are_told(writer, request_):
    answers = [save(writer, request_, 0, all_keep=f"tab {number}").status_code for number in range(10)]
    assert answers == [200] + [409] * 9


def test_without_scripts_a_stale_page_comes_back_with_both_texts(writer, request_):
    save(writer, request_, 0, all_contact="monthly")
    page = writer.post(f"/feedback/answer/{request_.pk}/1/", {"all_contact": "weekly", "version": 0})
    text = " ".join(page.content.decode().split())
    assert page.status_code == 409
    assert "A few times a month" in text
    assert 'value="weekly" id="id_all_contact_0" checked' in text
    assert page.context["version"] == 1
    assert writer.post(f"/feedback/answer/{request_.pk}/1/", {"all_contact": "weekly", "version": 1}).status_code == 302


def test_saving_for_later_needs_nothing_to_be_complete(writer, request_):
    page = writer.post(f"/feedback/answer/{request_.pk}/1/", {"go": "later", "version": 0})
    assert page.status_code == 200
    assert "continue until" in page.content.decode()


def test_a_draft_survives_a_closed_tab_a_lost_session_and_a_deploy(cast, writer, request_, settings):
    save(writer, request_, 0, all_keep="kept")
    writer.logout()
    assert save(writer, request_, 1, all_keep="typed while signed out").status_code == 401  # the page keeps trying
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    writer.force_login(cast.peer)
    steps = [f"/feedback/answer/{request_.pk}/{number}/" for number in range(1, 5)]
    assert any("kept" in writer.get(step).content.decode() for step in steps)
    assert save(writer, request_, 1, all_keep="typed while signed out").status_code == 200


def test_a_draft_behind_a_link_opens_in_the_browser_that_wrote_it(collecting):
    request = collecting.asked[0]
    mine = by_link(request)
    assert save(mine, request, 0, all_contact="monthly").status_code == 200
    mine.cookies.pop(links.RIGHT_COOKIE)  # the tab was closed, the link is opened again
    mine.get(f"/f/{links.mint(request)['answer']}/")
    text = " ".join(mine.get(f"/feedback/answer/{request.pk}/1/").content.decode().split())
    assert 'value="monthly" id="id_all_contact_1" checked' in text


def test_what_is_typed_after_the_right_of_a_link_has_run_out_is_saved_once_the_link_is_opened_again(
    collecting, time_machine
):
    request = collecting.asked[0]
    mine = by_link(request)
    save(mine, request, 0, all_keep="typed in the morning")
    time_machine.move_to(timezone.now() + timedelta(hours=9))
    assert save(mine, request, 1, all_keep="typed in the evening").status_code == 401  # the page keeps trying
    assert mine.get(f"/feedback/answer/{request.pk}/4/").status_code == 404
    mine.get(f"/f/{links.mint(request)['answer']}/")
    assert save(mine, request, 1, all_keep="typed in the evening").json()["version"] == 2
    assert Draft.objects.get().answers == {"all_keep": "typed in the evening"}


def test_of_two_first_saves_in_two_browsers_the_later_one_reads_nothing(collecting):
    """Both forms were opened while there was no draft yet: neither browser had to ask for the code."""
    request = collecting.asked[0]
    save_draft(request, {"all_keep": "keep your draft private reads this"}, 0, browser="one")
    with pytest.raises(Stale) as told:  # whoever is told what differs reads it
        save_draft(request, {"all_keep": "mine"}, 0, browser="one")
    assert told.value.conflicts[0].theirs == "keep your draft private reads this"
    with pytest.raises(MoveRefused):
        save_draft(request, {"all_keep": "mine"}, 0, browser="another")
    assert Draft.objects.get().answers == {"all_keep": "keep your draft private reads this"}


def test_in_another_browser_a_draft_asks_for_the_mailed_code(collecting, mail_texts):
    request = collecting.asked[0]
    save(by_link(request), request, 0, all_contact="monthly", all_keep="keep your draft private reads this")
    other = by_link(request)
    for path in ("1/", "4/", "check/"):
        assert other.get(f"/feedback/answer/{request.pk}/{path}").url == f"/feedback/answer/{request.pk}/code/"
    assert save(other, request, 1, all_keep="x").status_code == 302
    assert "keep your draft private" not in other.get(f"/feedback/answer/{request.pk}/").content.decode()
    url = f"/feedback/answer/{request.pk}/code/"
    other.post(url, {"send": "1"})
    deliver()
    assert mail.outbox[-1].to == [request.email]
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]
    assert other.post(url, {"code": code}).status_code == 302
    assert other.get(f"/feedback/answer/{request.pk}/1/").status_code == 200
    assert not VerificationCode.objects.exists()


def test_a_wrong_code_is_tried_five_times_and_an_old_one_not_at_all(collecting, time_machine):
    request = collecting.asked[0]
    save(by_link(request), request, 0, all_contact="monthly")
    code, wrong = links.mint_code(request), "000000"
    if code == wrong:
        wrong = "000001"
    other, url = by_link(request), f"/feedback/answer/{request.pk}/code/"
    for _try in range(links.CODE_TRIES):
        assert "has expired" in other.post(url, {"code": wrong}).content.decode()
    assert other.post(url, {"code": code}).status_code == 400
    code = links.mint_code(request)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    assert not links.redeem_code(request, code)


def test_codes_are_not_kept_as_they_are_and_not_sent_without_end(collecting):
    request = collecting.asked[0]
    code = links.mint_code(request)
    assert code not in VerificationCode.objects.get().digest
    sent = [services.send_code(request) for _each in range(7)]
    assert sent == [True] * 5 + [False] * 2


def test_a_draft_written_signed_in_needs_the_code_behind_a_link(cast, writer, request_):
    save(writer, request_, 0, all_contact="monthly")
    assert by_link(request_).get(f"/feedback/answer/{request_.pk}/1/").status_code == 302
    assert writer.get(f"/feedback/answer/{request_.pk}/1/").status_code == 200


def test_nobody_else_reads_a_draft(cast, as_, writer, request_, collecting):
    sentence = "a sentence that keep your draft private may read"
    save(writer, request_, 0, all_keep=sentence)
    paths = [
        "/feedback/",
        "/feedback/board/",
        f"/feedback/rounds/{collecting.pk}/",
        f"/feedback/rounds/{collecting.pk}/results/",
    ]
    paths += [f"/feedback/answer/{request_.pk}/{step}/" for step in range(1, 5)]
    for who in ("subject", "manager", "hr", "head", "auditor", "it", "stranger"):
        client = as_(cast[who])
        for path in paths:
            assert sentence not in client.get(path).content.decode()


def test_a_save_that_comes_after_sending_leaves_no_draft_behind(writer, request_):
    post_answers(writer, request_)
    with pytest.raises(MoveRefused):
        save_draft(request_, {"all_keep": "late"}, 1)
    assert not Draft.objects.exists()


def test_what_was_looked_at_is_what_is_sent(writer, request_):
    post_answers(writer, request_, send=False)
    save(writer, request_, 1, all_keep="changed in another tab")
    page = writer.post(f"/feedback/answer/{request_.pk}/check/", {"version": 1})
    assert page.status_code == 409
    assert "changed in another tab" in page.content.decode()
    assert not Answer.objects.exists()
    assert writer.post(f"/feedback/answer/{request_.pk}/check/", {"version": 2}).url == "/feedback/thanks/"


def test_drafts_go_with_the_answer_the_decline_and_the_release(collecting):
    one, two, three = collecting.asked[:3]
    for request in (one, two, three):
        save_draft(request, answers_to(request), 0)
    services.send(one, 1)
    services.decline(two)
    assert Draft.objects.get().request == three
    services.release_round(collecting)
    assert not Draft.objects.exists()
    assert FeedbackRequest.objects.get(pk=three.pk).status == "asked"


def test_a_save_without_a_version_is_an_old_one_and_a_strange_version_is_refused(writer, request_):
    """cases A5"""
    save(writer, request_, 0, all_keep="first")
    assert save(writer, request_, "", all_keep="other").status_code == 409
    for version in ("x", "-1", "9" * 40, "9" * 45_000, "٣"):
        assert save(writer, request_, version, all_keep="other").status_code == 400
    assert Draft.objects.get().answers == {"all_keep": "first"}
