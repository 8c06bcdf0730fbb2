"""How what was written and where a review stands is put into words for everybody who reads it."""

import re

from reviews.cycles.services import load_starter_template


def test_a_status_is_worded_for_every_reader_not_only_for_the_subject(db):
    stages = load_starter_template().content["stages"]
    said = [text for stage in stages for text in stage["statuses"].values()]
    assert len(said) == 7 * len(stages)
    assert [text for text in said if re.search(r"\byour?\b", text, re.IGNORECASE)] == []


def test_a_question_with_several_answers_is_asked_once(cast, at, as_):
    review = at("peer_review")
    html = " ".join(as_(cast.manager).get(review.get_absolute_url()).content.decode().split())
    asked = re.findall(r'class="row-meta mb-1">(.*?)</p>', html)
    assert [text for text in asked if "most important results" in text] == [asked[0]]
    assert html.count('<p class="prose">') > len(asked)
