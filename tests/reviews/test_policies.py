"""Who reads what, when: product.md section 4, row by row."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import Delegation, User
from reviews.evaluation.material import Material
from reviews.models import (
    ActionItem,
    Cycle,
    Evaluation,
    PrivateNote,
    Rating,
    Rebuttal,
    Review,
    SelfAssessment,
    Summary,
)
from reviews.review.moves import change_manager, move
from reviews.states import Rater
from tests.factories import make_cycle, make_review, make_team, make_user
from tests.reviews.conftest import save


def readers(model, cast, **rows):
    """Names of the cast who read a row of `model`."""
    people = ["hr", "head", "manager", "subject", "peer", "stranger", "auditor", "it"]
    return {
        name for name in people if model.objects.visible_to(User.objects.get(pk=cast[name].pk)).filter(**rows).exists()
    }


def test_a_self_assessment_draft_is_the_subjects_alone(cast, review):
    save(review, "self_assessment", Material(review).parts("self_assessment"))
    assert readers(SelfAssessment, cast, review=review) == {"subject"}


def test_a_sent_self_assessment_is_read_by_manager_and_hr(cast, at):
    assert readers(SelfAssessment, cast, review=at("peer_review")) == {"subject", "manager", "hr"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("peer_review", {"subject", "hr"}),
        ("manager_evaluation", {"subject", "hr"}),
        ("delivery", {"subject", "hr", "manager"}),
        ("delivered", {"subject", "hr", "manager"}),
    ],
)
def test_self_ratings_reach_the_manager_only_after_the_evaluation(cast, at, status, expected):
    assert readers(Rating, cast, review=at(status), rater=Rater.SELF) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("manager_evaluation", {"manager"}),
        ("delivery", {"manager", "hr"}),
        ("delivered", {"manager", "hr", "subject"}),
        ("acknowledged", {"manager", "hr", "subject"}),
    ],
)
def test_an_evaluation_is_the_managers_then_hrs_then_the_subjects(cast, at, status, expected):
    review = at(status)
    for model in (Evaluation, Summary):
        assert readers(model, cast, review=review) == expected


def test_the_managers_ratings_follow_the_evaluation(cast, at):
    assert readers(Rating, cast, review=at("delivery"), rater=Rater.MANAGER) == {"manager", "hr"}
    assert readers(Rating, cast, review=at("delivered"), rater=Rater.MANAGER) == {"manager", "hr", "subject"}


def test_a_private_note_is_its_authors_alone_for_ever(cast, at):
    review = at("acknowledged")
    PrivateNote.objects.create(review=review, author=cast.manager, text="Ask about the move.")
    assert readers(PrivateNote, cast, review=review) == {"manager"}


def test_the_plan_follows_the_evaluation(cast, at):
    assert readers(ActionItem, cast, review=at("delivered")) == {"manager", "hr", "subject"}


def test_a_rebuttal_is_read_by_manager_and_hr(cast, at):
    review = at("delivered")
    Rebuttal.objects.create(review=review, text="I see it otherwise.")
    assert readers(Rebuttal, cast, review=review) == {"subject", "manager", "hr"}


def test_nobody_reads_the_texts_of_a_cancelled_review(cast, at):
    review = at("manager_evaluation")
    assert readers(SelfAssessment, cast, review=review)
    review = move(review, "cancel", by=cast.hr, reason="Left the ladder.")
    for model in (SelfAssessment, Evaluation, Summary, Rating):
        assert readers(model, cast, review=review) == set()


def test_the_managers_manager_reads_delivered_reviews_where_the_cycle_says_so(cast, at):
    review = at("delivered")
    assert "head" not in readers(Evaluation, cast, review=review)
    review.cycle.skip_level_reads = True
    review.cycle.save()
    assert "head" in readers(Evaluation, cast, review=review)
    assert "head" in readers(Review, cast, pk=review.pk)


def test_the_managers_manager_waits_for_delivery(cast, at):
    review = at("delivery")
    review.cycle.skip_level_reads = True
    review.cycle.save()
    assert "head" not in readers(Review, cast, pk=review.pk)


def test_hr_has_the_subjects_rights_only_in_the_review_about_themselves(cast, catalogue):
    hr = make_user("Hella Personal", is_hr=True, manager=cast.manager)
    review = make_review(hr, cast.hr)
    hr = User.objects.get(pk=hr.pk)
    assert not Evaluation.objects.visible_to(hr).filter(review=review).exists()
    assert not Review.objects.handled_by_hr(hr).filter(pk=review.pk).exists()
    assert Evaluation.objects.visible_to(cast.manager).filter(review=review).exists()


def test_hr_does_not_handle_the_review_of_their_own_manager(cast, catalogue):
    hr = make_user("Hella Personal", is_hr=True, manager=cast.manager)
    review = make_review(cast.manager, cast.hr)
    assert Review.objects.handled_by_hr(cast.hr).filter(pk=review.pk).exists()
    assert not Review.objects.visible_to(User.objects.get(pk=hr.pk)).filter(pk=review.pk).exists()


def test_an_hr_partner_handles_the_units_they_look_after(cast, review):
    partner, other = make_user("Paul Partner"), make_user("Olga Other")
    cast.team.hr_partners.add(partner)
    make_team("Far away").hr_partners.add(other)
    assert list(Review.objects.handled_by_hr(partner).filter(pk=review.pk)) == [review]
    assert not Review.objects.visible_to(other).filter(pk=review.pk).exists()


def test_a_partner_meets_a_cycle_once_it_is_launched(cast, review):
    draft, partner = make_cycle(cast.hr), make_user("Paul Partner")
    assert not Cycle.objects.visible_to(partner).exists()
    cast.team.hr_partners.add(partner)
    assert list(Cycle.objects.visible_to(User.objects.get(pk=partner.pk))) == [review.cycle]
    assert set(Cycle.objects.visible_to(cast.hr)) == {review.cycle, draft}


def test_two_partners_of_a_team_do_not_double_its_reviews(cast, review):
    first, second = make_user("Paul Partner"), make_user("Petra Partner")
    cast.team.hr_partners.add(first, second)
    assert Review.objects.visible_to(first).filter(pk=review.pk).count() == 1


def test_a_stand_in_has_the_managers_rights_for_the_dates_given(cast, at):
    review, today = at("manager_evaluation"), timezone.localdate()
    delegation = Delegation.objects.create(
        principal=cast.manager, stand_in=cast.stranger, starts_on=today, ends_on=today + timedelta(days=3)
    )
    assert "stranger" in readers(Evaluation, cast, review=review)
    Delegation.objects.filter(pk=delegation.pk).update(starts_on=today + timedelta(days=1))
    assert "stranger" not in readers(Evaluation, cast, review=review)


def test_a_stand_in_does_not_manage_the_review_about_themselves(cast, at):
    review, today = at("manager_evaluation"), timezone.localdate()
    Delegation.objects.create(principal=cast.manager, stand_in=cast.subject, starts_on=today, ends_on=today)
    assert "subject" not in readers(Evaluation, cast, review=review)


def test_a_former_manager_reads_nothing_any_more(cast, at):
    review = at("manager_evaluation")
    assert "manager" in readers(Evaluation, cast, review=review)
    change_manager(review, cast.stranger, by=cast.hr, reason="Moved.")
    assert readers(Evaluation, cast, review=review) == {"stranger"}
    assert "manager" not in readers(Review, cast, pk=review.pk)
