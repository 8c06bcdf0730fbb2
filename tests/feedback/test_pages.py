"""The pages of givers: light, readable by every reader, usable without scripts."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils.html import escape

from feedback import services
from feedback.access_links import services as links
from feedback.models import Draft, FeedbackRequest
from tests.factories import answers_to, make_collecting_round, make_request, save_draft


@pytest.fixture
def giver(collecting):
    client = Client()
    client.get(f"/f/{links.mint(collecting.asked[0])['answer']}/")
    client.url = f"/feedback/answer/{collecting.asked[0].pk}/"
    return client


def weight(client, path):
    """Compressed bytes of a page with all it loads, fonts left out."""
    page = client.get(path).content
    assets = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page.decode()))
    files = [Path(finders.find(name)).read_bytes() for name in assets if not name.endswith(".woff2")]
    return sum(len(gzip.compress(content, 9)) for content in [page, *files])


@pytest.mark.parametrize("page", ["", "1/", "4/", "check/", "decline/"])
def test_each_page_weighs_less_than_60_kb(giver, page):
    assert weight(giver, giver.url + page) < 60_000


@pytest.mark.parametrize("page", ["", "1/", "2/", "3/", "4/", "check/", "decline/"])
def test_headings_and_groups_tell_where_one_is(giver, page):
    text = giver.get(giver.url + page).content.decode()
    assert text.count("<h1") == 1
    assert text.count("<fieldset") == text.count("<legend") == text.count('class="choice-list"')
    labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
    inputs = set(re.findall(r'<(?:input|textarea)(?![^>]*type="hidden")[^>]* id="([^"]+)"', text))
    assert inputs <= labelled
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", text)


def test_errors_are_announced_linked_and_beside_their_field(giver):
    text = giver.post(giver.url + "1/", {"version": 0}).content.decode()
    assert 'role="alert"' in text
    assert 'href="#id_all_contact_0"' in text
    assert 'class="choices is-invalid"' in text


def test_the_whole_form_works_without_scripts(giver, collecting):
    values = answers_to(collecting.asked[0], "always")
    url = giver.url + "1/"
    while not url.endswith("/check/"):
        page = giver.get(url)
        action = re.search(r'<form method="post"(?![^>]* action=)', page.content.decode())
        assert action
        url = giver.post(url, values | {"version": page.context["version"]}).url
    page = giver.get(url)
    assert "Send feedback" in page.content.decode()
    assert giver.post(url, {"version": page.context["version"]}).url == "/feedback/thanks/"


def test_numbers_are_hidden_while_choosing(giver):
    text = giver.get(giver.url + "2/").content.decode()
    assert "Nearly always" in text
    assert "I cannot say" in text
    assert not re.search(r">\s*[1-5]\s*<", text)


def test_the_first_page_says_who_when_how_long_and_who_reads(giver):
    text = giver.get(giver.url).content.decode()
    for words in (
        "Priya Raman",
        "Marta Keller",
        "Second half",
        "about 8 minutes",
        "3 or more people",
        "at least 3 others",
    ):
        assert words in text
    assert "may still recognise you" in text
    assert "If too few people in your role answer" in text


def test_the_first_page_says_as_whom_one_is_asked(giver, collecting):
    text = giver.get(giver.url).content.decode()
    assert collecting.asked[0].name in text
    assert "Data scientist" in text
    assert "signed in as" not in text


def test_somebody_signed_in_as_another_is_told_whose_link_it_is(giver, cast, collecting):
    giver.force_login(cast.peer)
    text = giver.get(giver.url).content.decode()
    assert f"You are signed in as Jonas Weber, and this link was sent to {collecting.asked[0].name}." in text


def test_examples_are_told_apart_in_the_summary_of_errors_and_by_screen_readers(giver):
    names = giver.get(giver.url + "2/").context["form"].fields
    rated = dict.fromkeys((name for name in names if not name.endswith("-example")), "always")
    text = giver.post(giver.url + "2/", rated | {"version": 0}).content.decode()
    names = re.findall(r">(One example for [^<]+)</a>", text)
    assert len(names) == len(set(names)) == 2
    assert len(re.findall(r'One example<span class="visually-hidden">: ', text)) == 2


def test_what_may_be_left_out_says_so(collecting):
    client, stakeholder = Client(), collecting.asked[4]
    client.get(f"/f/{links.mint(stakeholder)['answer']}/")
    page = client.get(f"/feedback/answer/{stakeholder.pk}/5/")
    optional = [question for question in page.context["step"].questions if not question.is_required]
    assert page.content.decode().count("Optional.") == len(optional) > 0


def test_an_empty_page_makes_no_draft_that_would_lock_out_the_next_browser(giver, collecting):
    giver.post(giver.url + "1/", {"version": 0})
    assert not Draft.objects.exists()
    other = Client()
    other.get(f"/f/{links.mint(collecting.asked[0])['answer']}/")
    assert other.get(giver.url + "1/").status_code == 200


@pytest.mark.parametrize("between", [" ", "-", "\u00a0"])
def test_a_code_is_taken_as_people_type_it(giver, collecting, between):
    draft = save_draft(collecting.asked[0], {"all_keep": "begun elsewhere"}, 0, browser="another")
    code = links.mint_code(collecting.asked[0])
    assert giver.post(giver.url + "code/", {"code": f" {code[:3]}{between}{code[3:]} "}).url == giver.url
    assert Draft.objects.get(pk=draft.pk).browser != "another"


def test_what_was_written_when_the_right_had_ended_comes_back_to_its_writer(giver, collecting):
    giver.cookies.clear()  # eight hours later
    text = "A sentence that stands nowhere else <b>yet</b>."
    page = giver.post(giver.url + "4/", {"version": 0, "all_keep": text, "all_change": ""})
    assert page.status_code == 404
    assert f"<blockquote>{escape(text)}</blockquote>" in page.content.decode()
    assert "What you wrote" not in giver.get(giver.url + "4/").content.decode()
    assert not Draft.objects.exists()


def test_declining_twice_is_declining_once(giver, collecting):
    assert giver.post(giver.url + "decline/").url == "/feedback/declined/"
    assert giver.post(giver.url + "decline/").url == "/feedback/declined/"
    assert giver.get(giver.url + "decline/").status_code == 404


def test_what_was_answered_is_not_declined_afterwards(giver, collecting):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    assert giver.post(giver.url + "decline/").status_code == 404
    assert FeedbackRequest.objects.get(pk=collecting.asked[0].pk).status == "answered"


def test_a_saved_draft_says_how_it_is_found_again(giver, cast, collecting):
    later = {"version": 0, "all_contact": "weekly", "go": "later"}
    text = giver.post(giver.url + "1/", later).content.decode()
    assert "in this browser, or sign in" not in text  # somebody from outside has no account
    own = make_request(collecting, giver=cast.peer)
    giver.force_login(cast.peer)
    text = giver.post(f"/feedback/answer/{own.pk}/1/", later).content.decode()
    assert "among your tasks" in text


def test_a_link_that_opens_nothing_calms_those_who_are_done_and_leads_on(giver, cast):
    text = giver.get("/f/nothing/").content.decode()
    assert "need to do anything" in text
    assert "Sign in" in text
    giver.force_login(cast.peer)
    assert "Sign in" not in giver.get("/f/nothing/").content.decode()


@pytest.mark.parametrize("confidentiality", ["anonymous", "attributed"])
def test_the_last_words_before_sending_are_true_for_the_confidentiality(cast, confidentiality):
    _round, [request] = make_collecting_round(cast.subject, ["stakeholder"], confidentiality=confidentiality)
    client = Client()
    client.get(f"/f/{links.mint(request)['answer']}/")
    text = client.get(f"/feedback/answer/{request.pk}/check/").content.decode()
    assert "After sending, you can't change it" in text
    assert ("nobody can find it again" in text) == (confidentiality == "anonymous")
    assert ("It is shown with your name" in text) == (confidentiality == "attributed")
