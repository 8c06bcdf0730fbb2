"""The one form: drafts, complete answers, what counts as sent."""

import json

from django.http import QueryDict

from foundation.ui.drafts import fingerprints
from questionnaires.fields import BOXES, RATING, TEXT, Choice, Field, Group, Part
from questionnaires.forms import QuestionForm
from questionnaires.presenters import in_words, lines_of, words_of
from tests.questionnaires.conftest import ask, part_of

CHOICES = (Choice("low", "Low", "Now and then.", 1), Choice("high", "High", "Always.", 2))


def parts(*fields):
    return [Part("p", "Part", "", tuple(Group(field.label, (field,)) for field in fields))]


def form(fields, data, **options):
    bound = QuestionForm(parts(*fields), QueryDict(data), **options)
    bound.is_valid()
    return bound


def test_a_draft_may_be_empty_or_too_long_and_is_not_wrong():
    fields = [Field("a", TEXT, "A", is_required=True, max_length=2)]
    assert form(fields, "a=").is_valid()
    assert form(fields, "a=long").changed(QueryDict("a=long")) == {"a": "long"}


def test_what_is_sent_has_to_be_complete_and_nothing_is_lost_by_that():
    fields = [Field("a", TEXT, "A", is_required=True), Field("b", TEXT, "B", max_length=2)]
    bound = form(fields, "a=&b=long", is_final=True)
    assert set(bound.errors) == {"a", "b"}
    assert bound.changed(QueryDict("a=&b=long")) == {"a": "", "b": "long"}


def test_what_cannot_be_stored_is_refused_as_a_draft_too():
    fields = [Field("a", TEXT, "A"), Field("r", RATING, "R", choices=CHOICES)]
    bound = form(fields, "a=%00&r=forged")
    assert set(bound.errors) == {"a", "r"}
    assert bound.changed(QueryDict("a=%00&r=forged")) == {}


def test_boxes_that_were_all_emptied_count_as_sent_with_a_whole_form_that_showed_them():
    fields = [Field("c", BOXES, "C", choices=CHOICES)]
    data = QueryDict(mutable=True)
    data["base"] = json.dumps(fingerprints({"c": ["low"]}))
    bound = QuestionForm(parts(*fields), data)
    assert bound.is_valid()
    assert bound.changed(data) == {}
    assert bound.changed(data, is_whole=True) == {"c": []}


def test_a_choice_is_read_by_its_words():
    rating, boxes = Field("r", RATING, "R", choices=CHOICES), Field("c", BOXES, "C", choices=CHOICES)
    assert words_of(rating, {"r": "low"}) == "Low"
    assert words_of(boxes, {"c": ["low", "high"]}) == "Low\nHigh"
    assert words_of(rating, {}) == ""


def test_only_what_was_answered_in_words_is_listed():
    fields = [Field("a", TEXT, "A"), Field("b", TEXT, "B"), Field("r", RATING, "R", choices=CHOICES)]
    [shown] = in_words(parts(*fields), {"a": "Yes", "b": "", "r": "low"})
    assert [(group.title, group.lines[0].text) for group in shown.groups] == [("A", "Yes")]
    assert in_words(parts(*fields), {}) == []


def test_lines_of_a_meaning_come_in_order_whatever_their_question_is_called(section):
    ask(section, "anything", "code_list", max_items=3, meaning="growth")
    ask(section, "other", meaning="statement")
    shown = [part_of(section)]
    answers = {"anything-3": "Third", "anything-1": "First", "anything-1-code": "TEC-1", "other": "All in all"}
    assert [(line.text, line.code) for line in lines_of("growth", shown, answers)] == [
        ("First", "TEC-1"),
        ("Third", ""),
    ]
    assert [line.text for line in lines_of("statement", shown, answers)] == ["All in all"]
