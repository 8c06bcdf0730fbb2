"""A new manager: what was submitted goes on, what was not stays with its author."""

import pytest
from django.urls import reverse

from people.models import User
from reviews.evaluation.material import Material
from reviews.models import Rating, Review, SetAsideDraft
from reviews.review.moves import change_manager
from tests.factories import make_user
from tests.reviews import steps
from tests.reviews.conftest import fresh, save

SECRET = "A sentence that only its author may read."


@pytest.fixture
def drafted(at):
    """A review whose manager has begun evaluation and summary."""
    review = at("manager_evaluation")
    sections = Material(review).parts("evaluation")
    save(review, "evaluation", sections, steps.filled(sections) | {"mc_level-TEC-CICD-example": SECRET})
    save(review, "summary", Material(review).parts("summary"), {"strengths-1": SECRET})
    return fresh(review)


def hand_over(review, to, cast):
    return change_manager(fresh(review), to, by=cast.hr, reason="A new team")


STEPS = [("evaluation", "mgr_codes-TEC-CICD"), ("summary", "summary-strengths")]


def pages_of(client, review):
    names = ("review", "evaluation", "overall", "summary")
    found = [reverse(f"reviews:{name}", args=[review.pk]) for name in names]
    found += [reverse("reviews:step", args=[review.pk, *step]) for step in STEPS]
    found += [reverse("reviews:preview", args=[review.pk, form]) for form, _step in STEPS]
    return "".join(client.get(url).content.decode() for url in found)


def test_a_new_manager_reads_nothing_of_an_unsent_draft(cast, as_, drafted):
    """cases G14"""
    assert SECRET in pages_of(as_(cast.manager), drafted)
    successor = make_user("Nina Nachfolge")
    hand_over(drafted, successor, cast)
    page = pages_of(as_(successor), drafted)
    assert SECRET not in page
    assert "checked" not in page
    assert not Rating.objects.filter(review=drafted, rater="manager").exists()
    assert fresh(drafted).evaluation.overall is None
    for name in ("hr", "subject"):
        assert SECRET not in as_(cast[name]).get(drafted.get_absolute_url()).content.decode()


def test_a_draft_is_there_again_when_its_author_gets_the_review_back(cast, as_, drafted):
    """cases G14"""
    successor = make_user("Nina Nachfolge")
    before = (fresh(drafted).evaluation.answers, Rating.objects.filter(review=drafted, rater="manager").count())
    hand_over(drafted, successor, cast)
    theirs = "Words of the successor"
    save(drafted, "summary", Material(drafted).parts("summary"), {"strengths-1": theirs})
    hand_over(drafted, cast.manager, cast)
    review = fresh(drafted)
    assert (review.evaluation.answers, Rating.objects.filter(review=review, rater="manager").count()) == before
    assert review.summary.answers == {"strengths-1": SECRET}
    assert theirs not in pages_of(as_(cast.manager), drafted)
    assert SetAsideDraft.objects.get().author == successor


def test_what_was_submitted_goes_on_to_the_new_manager(cast, as_, at):
    """cases G14: a submitted evaluation is handed over, the unsent summary is not."""
    review = at("delivery")
    save(review, "summary", Material(review).parts("summary"), {"strengths-1": SECRET})
    successor = make_user("Nina Nachfolge")
    hand_over(review, successor, cast)
    page = as_(successor).get(review.get_absolute_url()).content.decode()
    assert steps.TEXTS in page
    assert SECRET not in pages_of_summary(as_(successor), review)
    assert fresh(review).evaluation.overall is not None


def pages_of_summary(client, review):
    return client.get(reverse("reviews:summary", args=[review.pk])).content.decode()


def test_after_delivery_everything_goes_on(cast, as_, at):
    """cases G14"""
    review = at("delivered")
    successor = make_user("Nina Nachfolge")
    hand_over(review, successor, cast)
    assert fresh(review).summary.is_complete
    assert not SetAsideDraft.objects.exists()


def test_a_review_knows_the_subjects_manager_of_today_whoever_writes_it(cast, drafted):
    """cases B4: HR's home counts reviews of another manager by this column, and a trigger keeps it."""
    assert fresh(drafted).line_manager == cast.manager
    stale, successor = fresh(drafted), make_user("Nina Nachfolge")
    User.objects.filter(pk=cast.subject.pk).update(manager=successor)
    assert fresh(drafted).line_manager == successor
    stale.save()
    assert fresh(drafted).line_manager == successor
    Review.objects.filter(pk=drafted.pk).update(line_manager=cast.manager)
    assert fresh(drafted).line_manager == successor
    User.objects.filter(pk=cast.subject.pk).update(manager=None)
    assert fresh(drafted).line_manager is None
