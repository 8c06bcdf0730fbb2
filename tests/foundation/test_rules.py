"""A rule asked of a row says what it says as a filter."""

import pytest
from django.db.models import Q

from foundation.workflow.rules import holds
from people.models import Delegation, User
from reviews import policies
from reviews.models import Evaluation, Rating, Review, SelfAssessment, Summary
from reviews.states import Rater, ReviewStatus
from tests.factories import make_review, make_user

EVERYONE = ("hr", "manager", "subject", "peer", "stranger", "head", "auditor", "it", "partner", "stand_in")


@pytest.fixture
def review(cast, catalogue):
    cast.partner, cast.stand_in = make_user("Paula Partner"), make_user("Sina Standin")
    cast.team.hr_partners.add(cast.partner)
    User.objects.filter(pk=cast.hr.pk).update(manager=cast.head)
    review = make_review(cast.subject, cast.hr, skip_level_reads=True)
    today = review.cycle.period_end
    Delegation.objects.create(principal=cast.manager, stand_in=cast.stand_in, starts_on=today, ends_on=today)
    return review


@pytest.mark.parametrize("status", ReviewStatus.values)
@pytest.mark.parametrize("is_sent", [True, False])
def test_each_rule_of_a_review_says_the_same_of_a_row_and_as_a_filter(cast, review, status, is_sent):
    moment = review.cycle.launched_at if is_sent else None
    Review.objects.update(status=status, delivered_at=review.cycle.launched_at)
    SelfAssessment.objects.update(submitted_at=moment)
    for each in Review.objects.all():
        for code in review.cycle.catalogue.codes.all()[:1]:
            point = code.catalogue.scales.first().points.first()
            Rating.objects.bulk_create(Rating(review=each, rater=r, code=code, point=point) for r in Rater.values)
    said = set()
    for name in EVERYONE:
        user = User.objects.with_parts().get(pk=cast[name].pk)
        for model in (Review, SelfAssessment, Evaluation, Summary, Rating):
            rule = policies.reviews_open_to(user) if model is Review else model.rule(user)
            chosen = set(model.objects.filter(rule).values_list("pk", flat=True))
            for row in model.objects.all():
                assert holds(rule, row) is (row.pk in chosen), (name, row)
                said.add(holds(rule, row))
    assert said == {True, False}


@pytest.mark.parametrize(
    "rule",
    [Q(), ~Q(), Q(manager=None), ~Q(manager=None), Q(manager__manager=None), ~Q(manager__manager=None),
     Q(team__isnull=True) | Q(name="Edda Falk"), Q(pk__in=[]), ~Q(pk__in=[]), ~(Q(name="x") | ~Q(is_hr=True))],
)  # fmt: skip
def test_nothing_counts_as_it_does_in_the_database(cast, rule):
    chosen = set(User.objects.filter(rule).values_list("pk", flat=True))
    assert {user.pk for user in User.objects.all() if holds(rule, user)} == chosen


def test_a_lookup_it_does_not_know_is_an_error_and_never_a_yes(cast):
    with pytest.raises(LookupError):
        holds(Q(name__icontains="a"), cast.hr)
