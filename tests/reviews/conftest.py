"""A review of the cast's subject, and ways to take it further."""

import pytest

from reviews.evaluation import services as writing
from reviews.evaluation.questions import Material
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


def save(review, part, sections, data=None):
    specs = {spec.name: spec for section in sections for spec in section.fields}
    row = getattr(fresh(review), part)
    return writing.save(row, data or steps.filled(sections), specs, version=row.version)


def send_self(review, cast):
    save(review, "self_assessment", Material(review).sections("self_form"))
    writing.send_self_assessment(fresh(review), by=review.subject)


def end_feedback(review, cast):
    move(review, "move_on_to_evaluation", by=cast.hr, reason="The window is over.")


def send_evaluation(review, cast):
    save(review, "evaluation", Material(review).sections("manager_form"))
    writing.send_evaluation(fresh(review), by=review.manager)


def prepare_delivery(review):
    save(review, "summary", Material(review).summary_sections())
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
