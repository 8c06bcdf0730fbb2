"""How what was written and where a review stands is put into words for everybody who reads it."""

import re

from tests.factories import first_template, make_review
from tests.world import bring, rows_of


def test_a_status_is_worded_for_every_reader_not_only_for_the_subject(db):
    stages = first_template().stages.all()
    said = [text for stage in stages for text in stage.texts.values()]
    assert len(said) == 7 * len(stages)
    assert [text for text in said if re.search(r"\byour?\b", text, re.IGNORECASE)] == []


def test_a_question_with_several_answers_is_asked_once(cast, at, as_):
    review = at("peer_review")
    html = " ".join(as_(cast.manager).get(review.get_absolute_url()).content.decode().split())
    asked = re.findall(r'class="row-meta mb-1">(.*?)</p>', html)
    assert [text for text in asked if "most important results" in text] == [asked[0]]
    assert html.count('<p class="prose">') > len(asked)


def test_answers_of_collaborators_never_share_the_axis_of_levels(cast, catalogue, as_):
    """cases H1: the levels of self and manager are drawn, how often collaborators saw it has a column of its own."""
    review = make_review(cast.subject, cast.hr)
    own = rows_of(cast, review)
    bring(cast, own, "delivered")
    page = as_(cast.manager).get(review.get_absolute_url()).content.decode()
    levels = re.findall(r'<td class="plot">(.*?)</td>', page, re.DOTALL)
    assert any("series-manager" in each for each in levels)
    assert not any("series-peer" in each for each in levels)
    answers = re.findall(r'data-label="How often collaborators saw it">(.*?)</td>', page, re.DOTALL)
    assert any("<svg" in each for each in answers)
