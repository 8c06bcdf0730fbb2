"""Any order of moves by anybody leaves a review in a state that makes sense."""

import pytest
from django.core.exceptions import PermissionDenied
from django_fsm import TransitionNotAllowed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.audit.models import Event
from reviews.models import Review
from reviews.review.moves import move
from reviews.states import AFTER_DELIVERY, FINISHED
from tests.reviews.conftest import fresh, send_evaluation, send_self

VERBS = sorted({step.name for step in Review._meta.get_field("status").get_all_transitions(Review)})
PEOPLE = ["hr", "manager", "subject", "stranger"]
ACTIONS = st.one_of(
    st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE)),
    st.just(("write self", "subject")),
    st.just(("write evaluation", "manager")),
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, max_size=12))
def test_any_order_of_moves_keeps_the_review_whole(cast, review, actions):
    from django.db import transaction

    with transaction.atomic():
        for verb, person in actions:
            before = fresh(review)
            events = Event.objects.about(review).count()
            if not take(verb, before, cast, person):
                assert fresh(review).status == before.status
                assert Event.objects.about(review).count() == events
            check(fresh(review))
        transaction.set_rollback(True)


def take(verb, review, cast, person) -> bool:
    """Try one action; whether it was done."""
    try:
        if verb == "write self":
            send_self(review, cast)
        elif verb == "write evaluation":
            send_evaluation(review, cast)
        else:
            move(review, verb, by=cast[person], reason="Because.")
    except (TransitionNotAllowed, PermissionDenied):
        return False
    except Exception as error:
        if type(error).__name__ != "Closed":
            raise
        return False
    return True


def check(review):
    assert (review.status in AFTER_DELIVERY) <= (review.delivered_at is not None)
    assert (review.status == "acknowledged") == (review.acknowledged_at is not None)
    if review.status == "manager_evaluation":
        assert review.evaluation.submitted_at is None
    if review.status in ("delivery", *AFTER_DELIVERY):
        assert review.round.status in ("released", "cancelled")
    assert review.current_due_on is None or review.status not in FINISHED
