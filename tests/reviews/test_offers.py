"""The whole table of moves: in every status, what each person is offered and what is refused them.

Written out rather than computed, so that a change of a rule is seen here as a change of a line.
"""

import pytest
from django.core.exceptions import PermissionDenied

from foundation.workflow.moves import MoveRefused, open_moves
from people.models import User
from reviews.models import Review
from reviews.review.moves import move

OFFERED = {
    "self_assessment": {
        "hr": {"skip_self_assessment", "cancel"},
    },
    "peer_review": {
        "manager": {"return_self_assessment", "close_peer_review"},
        "hr": {"return_self_assessment", "move_on_to_evaluation", "cancel"},
    },
    "manager_evaluation": {
        "manager": {"return_self_assessment"},
        "hr": {"return_self_assessment", "cancel"},
    },
    "delivery": {
        "manager": {"deliver"},
        "hr": {"return_evaluation", "cancel"},
    },
    "delivered": {
        "subject": {"acknowledge"},
        "manager": {"record_refusal"},
        "hr": {"record_refusal", "reopen"},
    },
    "acknowledged": {
        "hr": {"reopen"},
    },
}
PEOPLE = ["subject", "manager", "hr", "head", "peer", "stranger", "auditor", "it"]
VERBS = sorted({step.name for step in Review._meta.get_field("status").get_all_transitions(Review)})
BY_THE_CLOCK = {"end_peer_review", "calibrate"}  # taken by tasks and by the lock of a group, offered to nobody


@pytest.mark.parametrize("status", OFFERED)
def test_each_person_is_offered_exactly_their_moves(cast, at, status):
    review = at(status)
    offered = {name: {each["name"] for each in open_moves(review, reread(cast[name]))} for name in PEOPLE}
    assert {name: moves for name, moves in offered.items() if moves} == OFFERED[status]


@pytest.mark.parametrize("status", OFFERED)
@pytest.mark.parametrize("name", PEOPLE)
def test_whatever_is_not_offered_is_refused_and_changes_nothing(cast, at, status, name):
    review, person = at(status), reread(cast[name])
    offered = {each["name"] for each in open_moves(review, person)}
    for verb in set(VERBS) - offered - BY_THE_CLOCK:
        with pytest.raises((MoveRefused, PermissionDenied)):
            move(review, verb, by=person, reason="Because.")
        assert Review.objects.get(pk=review.pk).status == status


@pytest.mark.parametrize("status", OFFERED)
def test_every_refusal_is_a_sentence(cast, at, status):
    review = at(status)
    for name in PEOPLE:
        for each in open_moves(review, reread(cast[name])):
            assert each["refusal"] == "" or str(each["refusal"]).endswith(".")


def test_a_cancelled_review_is_the_end(cast, at):
    review = move(at("peer_review"), "cancel", by=cast.hr, reason="Left.")
    for name in PEOPLE:
        assert open_moves(review, reread(cast[name])) == []


def test_a_delivered_review_cannot_be_cancelled(cast, at):
    with pytest.raises(MoveRefused):
        move(at("delivered"), "cancel", by=cast.hr, reason="Too late.")


def reread(person):
    return User.objects.get(pk=person.pk)
