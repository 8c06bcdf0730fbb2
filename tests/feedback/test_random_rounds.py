"""Random rounds, answered, released and read: what is shown determines nobody."""

import random

import pytest

from feedback import services
from feedback.questions import Groups, questions_of
from feedback.summaries import visible_feedback
from tests.factories import answers_to, make_collecting_round, make_user
from tests.feedback.conftest import SIX
from tests.feedback.elimination import determined
from tests.feedback.test_attacks import answer_all, sums_of


@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_answered_what_is_shown_determines_nobody(cast, seed):
    dice = random.Random(seed)
    roles = ["data_scientist", "stakeholder", "product_manager", "direct_report"]
    relations = [dice.choice(roles) for _each in range(9)]
    thresholds = {"k_scores": dice.choice([3, 4]), "k_texts": 5}
    round, requests = make_collecting_round(cast.subject, relations, max_total=20, **thresholds)
    groups, authors = Groups(round.catalogue), {}
    for request in requests:
        silent = [question for question in questions_of(request) if question.kind == "rated" and dice.random() < 0.25]
        choice = dice.choice(["rarely", "often", "nearly_always"])
        own = {question.key: "cannot_say" for question in silent}
        services.answer(request, answers_to(request, choice, **own))
        for question in questions_of(request):
            if question.kind != "text" and question not in silent:
                authors.setdefault(groups.of_question[question.pk], []).append(request.relation)
    content = services.release_round(round).snapshot.content
    for key, blocks in content["ratings"].items():
        people = authors[key]
        assert determined(sums_of(blocks, people)) == []
        for block, row in zip(blocks, sums_of(blocks, people), strict=True):
            assert block["n"] == sum(row) >= round.k_scores
            assert len(block["relations"]) == 1 or "direct_report" not in block["relations"]
    assert all(pool["authors"] >= round.k_texts for pool in content["texts"])


def test_a_stranger_sees_nothing_of_a_released_round(cast):
    round, requests = make_collecting_round(cast.subject, SIX)
    answer_all(requests)
    round = services.release_round(round)
    assert visible_feedback(cast.manager, round).is_shown
    for person in (cast.peer, cast.stranger, cast.head, cast.auditor, cast.it, cast.subject, make_user("New")):
        assert not visible_feedback(person, round).is_shown
