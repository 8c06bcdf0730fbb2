"""Two tabs of one form, line breaks, lengths, strange versions: no text is lost, and "Saved" is never a lie."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from foundation.ui.drafts import fingerprint
from goals.models import Evidence
from reviews.models import PrivateNote
from tests.opened import opened
from tests.reviews import steps
from tests.reviews.conftest import fresh

CASES = json.loads((Path(__file__).parent.parent / "cases/texts.json").read_text())
AUTOSAVE = {"X-Autosave": "1"}
DESKS = [
    ("self_assessment", "self_assessment", "subject", "self_assessment", ("sr_timeline", "sn_grow")),
    ("evaluation", "manager_evaluation", "manager", "evaluation", ()),
    ("summary", "delivery", "manager", "summary", ("strengths-1", "growth_areas-1")),
]


@pytest.fixture(params=DESKS, ids=[desk[0] for desk in DESKS])
def desk(request, cast, as_, at):
    """A form of a review with two of its texts: its address, its writer's client, its row."""
    view, status, who, part, names = request.param
    review = at(status)
    names = names if view != "evaluation" else text_names(review)
    return Desk(as_(cast[who]), reverse(f"reviews:{view}", args=[review.pk]), review, part, names)


def text_names(review):
    from reviews.evaluation.material import Material

    specs = [spec for each in Material(review).parts("evaluation") for spec in each.fields if spec.kind == "text"]
    return [specs[0].name, specs[1].name]


class Desk:
    def __init__(self, client, url, review, part, names):
        self.client, self.url, self.review, self.part = client, url, review, part
        self.one, self.two = names

    def hidden(self):
        page = self.client.get(self.url).content.decode()
        return hidden_of(page)

    @property
    def answers(self):
        return getattr(fresh(self.review), self.part).answers

    def texts(self):
        return self.answers.get(self.one, ""), self.answers.get(self.two, "")

    def save(self, hidden, one, two, **more):
        return self.client.post(self.url, hidden | {self.one: one, self.two: two, "save": "1"} | more)

    def autosave(self, hidden, **values):
        return self.client.post(self.url, hidden | values, headers=AUTOSAVE)


def hidden_of(page):
    import re
    from html import unescape

    found = re.findall(r'<input type="hidden" name="(version|base)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_a_full_save_of_an_older_tab_overwrites_nothing_it_did_not_change(desk):
    """cases A1: tab A wrote field 1 and still shows the old field 2, which tab B has rewritten."""
    desk.save(desk.hidden(), "first", "second")
    a = b = desk.hidden()
    desk.save(b, "first", "second, from tab B")
    answer = desk.save(a, "first, from tab A", "second")
    assert answer.status_code == 302
    assert desk.texts() == ("first, from tab A", "second, from tab B")


def test_a_field_emptied_in_one_tab_stays_empty(desk):
    """cases A1: an empty text is a text too."""
    desk.save(desk.hidden(), "first", "second")
    a = b = desk.hidden()
    desk.save(b, "first", "")
    desk.save(a, "first, from tab A", "second")
    assert desk.texts() == ("first, from tab A", "")


def test_a_field_changed_in_both_tabs_keeps_both_texts_and_saves_the_rest(desk):
    """cases A1"""
    desk.save(desk.hidden(), "first", "second")
    a = b = desk.hidden()
    desk.save(b, "first, from tab B", "second")
    answer = desk.save(a, "first, from tab A", "second, from tab A")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "first, from tab A" in page
    assert "first, from tab B" in page
    assert desk.texts() == ("first, from tab B", "second, from tab A")
    assert desk.save(hidden_of(page), "first, from tab A", "second, from tab A").status_code == 302
    assert desk.texts() == ("first, from tab A", "second, from tab A")


def test_an_autosave_hands_over_what_another_tab_wrote(desk):
    """cases A1: untouched fields take the other text at once."""
    desk.save(desk.hidden(), "first", "second")
    a = b = desk.hidden()
    desk.autosave(b, **{desk.two: "second, from tab B"})
    answer = desk.autosave(a, **{desk.one: "first, from tab A"})
    assert answer.status_code == 200
    assert answer.json()["others"] == {desk.two: "second, from tab B"}
    assert answer.json()["base"][desk.two] == fingerprint("second, from tab B")
    assert desk.texts() == ("first, from tab A", "second, from tab B")


def test_the_question_for_the_version_is_cheap(desk, django_assert_max_num_queries):
    """cases A1: asked whenever somebody comes back to the page, so nothing of the page is made for it."""
    desk.save(desk.hidden(), "first", "second")
    with django_assert_max_num_queries(7):
        answer = desk.client.get(desk.url, headers=AUTOSAVE)
    assert answer.json() == {"version": 1}


def test_a_draft_over_the_limit_is_stored(desk):
    """cases A2, A3: texts.json autosave_5001 and paste_6000"""
    for text in ("x" * 5001, "w" * 5990 + " THE END", "x" * 100_000):
        answer = desk.autosave(desk.hidden(), **{desk.one: text})
        assert answer.status_code == 200
        assert desk.texts()[0] == text
    page = desk.client.get(desk.url).content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    assert "maxlength" not in page
    assert "data-most" in page


def test_what_cannot_be_stored_is_named_and_the_rest_is_saved(desk):
    """cases A2"""
    for text in ("a\x00b", "x" * 100_001):
        answer = desk.autosave(desk.hidden(), **{desk.one: text, desk.two: "kept"})
        assert answer.status_code == 400
        assert list(answer.json()["refused"]) == [desk.one]
        assert desk.texts() == ("", "kept")
        page = desk.save(desk.hidden(), text, "kept")
        assert page.status_code == 400
        assert list(page.context["form"].errors) == [desk.one]
        assert "Saved." not in page.content.decode()


def test_every_other_character_is_stored_as_it_is(desk):
    """cases A2: texts.json word_characters"""
    text = CASES["word_characters"]["value"].strip()
    assert desk.autosave(desk.hidden(), **{desk.one: text}).status_code == 200
    assert desk.texts()[0] == text


def test_a_line_break_is_one_character_everywhere(desk):
    """cases A4: texts.json crlf_50_lines has 4,999 characters"""
    lines = "\n".join(["a" * 98] * 50 + ["b" * 49])
    assert len(lines) == 4999
    desk.save(desk.hidden(), lines.replace("\n", "\r\n"), "two")
    assert desk.texts()[0] == lines
    before = desk.hidden()
    desk.save(before, lines.replace("\n", "\r\n"), "two, changed")
    assert desk.texts() == (lines, "two, changed")


@pytest.mark.parametrize("version", ["1" * 45_000, "-1", "x", "1.5", "٣"])
def test_a_version_that_is_none_is_refused_with_the_page_kept(desk, version):
    """cases A5"""
    desk.save(desk.hidden(), "stored", "")
    answer = desk.save({"version": version}, "typed", "typed too")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "typed too" in page
    assert "stored" in page
    assert desk.texts() == ("stored", "")
    assert desk.autosave({"version": version}, **{desk.one: "typed"}).status_code == 400
    assert desk.texts() == ("stored", "")


@pytest.mark.parametrize("hidden", [{}, {"version": ""}, {"version": "", "base": "[]"}, {"base": "{{"}])
def test_a_post_without_a_version_is_an_old_one(desk, hidden):
    """cases A5"""
    desk.save(desk.hidden(), "stored", "")
    assert desk.save(hidden, "typed", "").status_code == 409
    assert desk.autosave(hidden, **{desk.one: "typed"}).status_code == 409
    assert desk.texts() == ("stored", "")


def test_too_long_is_refused_when_sending_with_the_number(cast, as_, review):
    """cases A2: stored as a draft, refused at sending only."""
    url = reverse("reviews:self_assessment", args=[review.pk])
    data = steps.self_assessment_data(review) | {"sr_timeline": "x" * 5001, "version": "0", "send": "1"}
    answer = as_(cast.subject).post(url, data)
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"sr_timeline": ["Please shorten this to 5000 characters: it has 5001."]}
    assert fresh(review).self_assessment.answers["sr_timeline"] == "x" * 5001
    assert fresh(review).status == "self_assessment"


def test_what_another_tab_wrote_is_looked_at_before_it_is_sent(cast, as_, review):
    """cases A1: nobody sends a text they have not seen."""
    client, url = as_(cast.subject), reverse("reviews:self_assessment", args=[review.pk])
    data = steps.self_assessment_data(review)
    client.post(url, data | {"version": "0"})
    old = hidden_of(client.get(url).content.decode())
    client.post(url, old | data | {"sr_timeline": "From tab B"})
    answer = client.post(url, old | data | {"send": "1"})
    assert answer.status_code == 409
    assert "From tab B" in answer.content.decode()
    assert fresh(review).status == "self_assessment"


def test_a_summary_that_is_too_long_is_not_delivered(cast, as_, at):
    """cases A2: the summary is sent by delivering."""
    review = at("delivery")
    from tests.reviews.conftest import prepare_delivery

    prepare_delivery(review)
    client, url = as_(cast.manager), reverse("reviews:summary", args=[review.pk])
    hidden = hidden_of(client.get(url).content.decode())
    client.post(url, hidden | {"strengths-1": "x" * 5001}, headers=AUTOSAVE)
    client.post(reverse("reviews:move", args=[review.pk, "deliver"]))
    assert fresh(review).status == "delivery"
    page = client.get(reverse("reviews:review", args=[review.pk])).content.decode()
    assert "too long" in page


def test_attached_evidence_is_merged_like_a_text(cast, as_, review):
    """cases A1: ticked in tab B, untouched in tab A; and an autosave of a tick is a save."""
    day = review.cycle.period_end
    one, two = (Evidence.objects.create(owner=cast.subject, note=note, happened_on=day) for note in ("One", "Two"))
    client, url = as_(cast.subject), reverse("reviews:self_assessment", args=[review.pk])
    a = b = hidden_of(client.get(url).content.decode())
    assert client.post(url, b | {"evidence": str(one.pk)}, headers=AUTOSAVE).status_code == 200
    assert list(fresh(review).self_assessment.evidence.all()) == [one]
    client.post(url, a | {"sr_timeline": "May"})
    assert list(fresh(review).self_assessment.evidence.all()) == [one]
    now = hidden_of(client.get(url).content.decode())
    client.post(url, now | {"evidence": str(two.pk)})
    assert list(fresh(review).self_assessment.evidence.all()) == [two]
    now = hidden_of(client.get(url).content.decode())
    client.post(url, now | {"sr_timeline": "June"})  # all boxes emptied by hand, without scripts
    assert list(fresh(review).self_assessment.evidence.all()) == []


def test_a_private_note_and_an_action_item_are_not_overwritten(cast, as_, at):
    """cases A1: the small forms of a review."""
    review, client = at("delivery"), as_(cast.manager)
    page, url = (reverse(f"reviews:{name}", args=[review.pk]) for name in ("review", "private_note"))
    old = opened(client, page)
    client.post(url, {"text": "From tab B"} | old)
    refused = client.post(url, {"text": "From tab A"} | old)
    assert refused.status_code == 409
    assert "From tab A" in refused.content.decode()
    assert "From tab B" in refused.content.decode()
    assert PrivateNote.objects.get().text == "From tab B"

    client.post(reverse("reviews:action_new", args=[review.pk]), steps.action_data(review))
    item = review.actions.get()
    url = reverse("reviews:action_edit", args=[review.pk, item.pk])
    old = opened(client, url)
    client.post(url, steps.action_data(review) | {"support": "From tab B"} | old)
    client.post(url, steps.action_data(review) | {"success_sign": "From tab A"} | old)
    item.refresh_from_db(fields=["support", "success_sign"])
    assert (item.support, item.success_sign) == ("From tab B", "From tab A")


def test_an_evaluation_that_is_too_long_names_the_field(cast, as_, at):
    """cases A2, H4: the overall page says what is too long and leads there."""
    review = at("manager_evaluation")
    name = text_names(review)[0]
    client, url = as_(cast.manager), reverse("reviews:evaluation", args=[review.pk])
    client.post(url, steps.evaluation_data(review) | {name: "x" * 5001, "version": "0"})
    page = client.get(reverse("reviews:overall", args=[review.pk]))
    assert [each.target for each in page.context["missing"]] == [f"id_{name}"]
    assert f"{url}#id_{name}" in page.content.decode()
    assert "it has 5001" in page.content.decode()
