"""Random organisations: asked, answered, some late, released and read: what is shown determines nobody."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback import services
from feedback.answers.questions import Groups, asked_of
from feedback.results.summaries import visible_feedback
from foundation.workflow.moves import MoveRefused
from tests.factories import answers_to, make_collecting_round, make_request, make_user
from tests.feedback.conftest import SIX
from tests.feedback.elimination import determined
from tests.feedback.test_attacks import answer_all, sums_of

ROLES = ["data_scientist", "stakeholder", "product_manager", "direct_report"]
GIVER = st.fixed_dictionaries(
    {
        "role": st.sampled_from(ROLES),
        "choice": st.sampled_from(["rarely", "often", "nearly_always"]),
        "silent_at": st.sets(st.integers(0, 7), max_size=4),  # places of questions they cannot say anything about
        "is_invented": st.integers(0, 3).map(lambda number: number == 3),  # an outsider whom HR has not confirmed
        "is_late": st.integers(0, 5).map(lambda number: number == 5),
    }
)
ORGANISATION = st.lists(GIVER, min_size=3, max_size=10)
THRESHOLDS = st.sampled_from([(3, 4), (3, 5), (4, 5)])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(ORGANISATION, THRESHOLDS)
def test_whatever_was_answered_what_is_shown_determines_nobody(cast, organisation, thresholds):
    """The first giver is HR, and reads what they have contributed to. Some are invented (cases G18)."""
    with transaction.atomic():
        terms = dict(zip(("k_scores", "k_texts"), thresholds, strict=True))
        round, _none = make_collecting_round(cast.subject, [], max_total=20, **terms)
        readers = [cast.hr, *[None] * (len(organisation) - 1)]
        pairs = [(asked_in(round, reader, giver), giver) for reader, giver in zip(readers, organisation, strict=True)]
        round = answered_and_released(round, pairs)
        assert_nobody_is_determined(round, authors_of(round, pairs))
        assert_no_group_rests_on_the_invented(round, pairs)
        own = set() if organisation[0]["is_late"] else {organisation[0]["role"]}
        assert sizes_shown_to(cast.manager, round) == sizes_without(set(), round)
        assert sizes_shown_to(cast.hr, round) == sizes_without(own, round)
        assert_late_answers_change_nothing(cast, round, pairs)
        transaction.set_rollback(True)


def asked_in(round, reader, giver):
    confirmed = {"confirmed_by": None} if giver["is_invented"] else {}
    return make_request(round, giver=reader, relation=giver["role"], **confirmed)


def assert_no_group_rests_on_the_invented(round, pairs):
    """Whoever invented authors knows what they chose: taken off, k are left in each block and nobody is determined."""
    real = authors_of(round, [(request, giver) for request, giver in pairs if not request.is_unconfirmed])
    for key, blocks in round.snapshot.content["ratings"].items():
        sums = sums_of(blocks, real.get(key, []))
        assert all(sum(row) >= block["counted"] for row, block in zip(sums, blocks, strict=True))
        assert all(block["counted"] >= round.k_scores for block in blocks)
        assert determined(sums) == []


def answered_and_released(round, pairs):
    for request, giver in pairs:
        if not giver["is_late"]:
            services.answer(request, what_is_said(request, giver))
    return services.release_round(round)


def assert_nobody_is_determined(round, authors):
    content = round.snapshot.content
    for key, blocks in content["ratings"].items():
        sums = sums_of(blocks, authors[key])
        assert determined(sums) == []
        assert [block["n"] for block in blocks] == [sum(row) for row in sums]
        assert all(sum(row) >= round.k_scores for row in sums)
        assert all(len(block["relations"]) == 1 or "direct_report" not in block["relations"] for block in blocks)
    assert all(pool["authors"] >= round.k_texts for pool in content["texts"])


def sizes_without(own, round) -> list[int]:
    """The sizes of all blocks with k others for somebody who has answered in the relations `own`."""
    blocks = [block for found in round.snapshot.content["ratings"].values() for block in found]
    return sorted(
        each["n"] for each in blocks if each["counted"] - bool(own & set(each["relations"])) >= round.k_scores
    )


def assert_late_answers_change_nothing(cast, round, pairs):
    before = visible_feedback(cast.manager, round)
    for request, giver in pairs:
        if giver["is_late"]:
            with pytest.raises(MoveRefused):
                services.answer(request, what_is_said(request, giver))
    assert visible_feedback(cast.manager, round) == before


def is_silent(question, place, giver) -> bool:
    return question.kind == "rating" and place in giver["silent_at"]


def what_is_said(request, giver) -> dict:
    asked = enumerate(asked_of(request))
    silent = {question.key: "cannot_say" for place, question in asked if is_silent(question, place, giver)}
    return answers_to(request, giver["choice"], **silent)


def authors_of(round, pairs) -> dict[str, list[str]]:
    """By group of questions the relations of those who rated it in time."""
    groups, found = Groups(round.catalogue), {}
    for request, giver in pairs:
        for place, question in enumerate(asked_of(request)):
            if question.kind != "text" and not giver["is_late"] and not is_silent(question, place, giver):
                found.setdefault(groups.of_question[question.pk], []).append(request.relation)
    return found


def sizes_shown_to(reader, round) -> list[int]:
    feedback = visible_feedback(reader, round)
    results = [*feedback.codes, *filter(None, [feedback.contact])]
    return sorted(block.n for result in results for block in result.blocks)


def test_a_stranger_sees_nothing_of_a_released_round(cast):
    round, requests = make_collecting_round(cast.subject, SIX)
    answer_all(requests)
    round = services.release_round(round)
    assert visible_feedback(cast.manager, round).is_shown
    for person in (cast.peer, cast.stranger, cast.head, cast.auditor, cast.it, cast.subject, make_user("New")):
        assert not visible_feedback(person, round).is_shown
