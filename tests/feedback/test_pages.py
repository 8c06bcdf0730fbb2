"""The pages of givers: light, readable by every reader, usable without scripts."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from feedback import links
from tests.factories import answers_to


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
    assert 'href="#id_ds_contact_0"' in text
    assert 'class="choices is-invalid"' in text


def test_the_whole_form_works_without_scripts(giver, collecting):
    values = answers_to(collecting.asked[0], "always_and_beyond")
    url = giver.url + "1/"
    while not url.endswith("/check/"):
        page = giver.get(url)
        action = re.search(r'<form method="post"(?![^>]* action=)', page.content.decode())
        assert action
        url = giver.post(url, values | {"version": page.context["version"]}).url
    page = giver.get(url)
    assert "Send now" in page.content.decode()
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
        "3 people or more",
        "at least 3 others",
    ):
        assert words in text
    assert "does not make you unrecognisable" in text
    assert "Where too few of your role answer" in text
