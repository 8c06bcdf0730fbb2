"""A review of the cast's subject, and ways to take it further."""

import pytest

from questionnaires import drafts
from questionnaires.fields import fields_of
from reviews.evaluation import services as writing
from reviews.evaluation.drafts import ReviewDraft
from reviews.evaluation.material import Material
from reviews.models import Review
from reviews.review.moves import move
from tests.factories import make_review
from tests.reviews import steps


@pytest.fixture
def review(cast, catalogue):
    return make_review(cast.subject, cast.hr)


@pytest.fixture
def at(cast, review):
    """The review taken on until its status is the given one."""

    def until(status):
        while fresh(review).status != status:
            NEXT[fresh(review).status](fresh(review), cast)
        return fresh(review)

    return until


def fresh(review):
    rows = Review.objects.select_related("cycle__template", "cycle__catalogue", "subject", "manager", "round", "grade")
    return rows.get(pk=review.pk)


def save(review, purpose, parts, data=None):
    draft = ReviewDraft(getattr(fresh(review), purpose), fields_of(parts))
    return drafts.save(draft, data or steps.filled(parts), version=draft.version)


def send_self(review, cast):
    save(review, "self_assessment", Material(review).parts("self_assessment"))
    writing.send_self_assessment(fresh(review), by=review.subject)


def end_feedback(review, cast):
    move(review, "move_on_to_evaluation", by=cast.hr, reason="The window is over.")


def send_evaluation(review, cast):
    save(review, "evaluation", Material(review).parts("evaluation"))
    writing.send_evaluation(fresh(review), by=review.manager)


def prepare_delivery(review):
    save(review, "summary", Material(review).parts("summary"))
    review.actions.create(
        owner=review.subject, action="Own the alert review", success_sign="Fewer pages", due_on=review.cycle.period_end
    )
    Review.objects.filter(pk=review.pk).update(conversation_on=review.cycle.period_end)


def deliver(review, cast):
    prepare_delivery(review)
    move(fresh(review), "deliver", by=review.manager)


def acknowledge(review, cast):
    move(review, "acknowledge", by=review.subject)


NEXT = {
    "self_assessment": send_self,
    "peer_review": end_feedback,
    "manager_evaluation": send_evaluation,
    "delivery": deliver,
    "delivered": acknowledge,
}
