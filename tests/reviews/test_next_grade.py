"""What the next grade expects, and what somebody has to show for it: their own, delivered, and nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competencies.models import Catalogue, Code, Expectation
from competencies.own_ratings import own_ratings
from competencies.services import new_version
from foundation.workflow.moves import perform
from goals.models import Evidence
from people.models import Grade, User
from reviews.models import Rating
from tests.factories import make_evidence, make_grade, make_user

URL = "/catalogue/next/"


@pytest.fixture
def ladder(cast, catalogue):
    """The cast's grade among those of the starter content."""
    Grade.objects.filter(key="MLO3").update(order=3, title="Senior", scope="One service")
    Grade.objects.filter(key="MLO4").update(scope="One team")
    return catalogue


def shown(client, **query):
    return client.get(URL, query).content.decode()


def test_the_sentence_of_today_stands_beside_that_of_the_next_grade(cast, as_, ladder):
    page, codes = shown(as_(cast.subject)), ladder.codes.with_levels()
    for code in codes:
        before, after = code.expected_at("MLO3"), code.expected_at("MLO4")
        is_told = code.sentence(after) in page.replace("&#x27;", "'").replace("&quot;", '"')
        assert is_told == (before != after), code.key
    changed = [code for code in codes if code.expected_at("MLO3") != code.expected_at("MLO4")]
    assert f"{len(changed)} codes are expected at another level." in page
    assert "One service" in page
    assert "One team" in page


def test_any_grade_can_be_chosen(cast, as_, ladder):
    page = shown(as_(cast.subject), grade="MLO1")
    assert "What MLO2 expects beyond MLO1" in page
    assert "Back to your grade" in page


@pytest.mark.parametrize(
    ("query", "title"),
    [({"grade": "MLO6"}, "MLO6 is the highest grade"), ({"grade": "XYZ"}, "Choose a grade to compare")],
)
def test_where_there_is_nothing_to_compare_a_sentence_says_so(cast, as_, ladder, query, title):
    assert title in shown(as_(cast.subject), **query)


def test_without_a_grade_one_may_still_look_at_others(cast, as_, ladder):
    person = make_user("Sonja Nobody", grade=None)
    assert "You have no grade yet" in shown(as_(person))
    assert "What MLO4 expects beyond MLO3" in shown(as_(person), grade="MLO3")


def test_two_grades_that_expect_the_same_say_so(cast, as_, ladder):
    make_grade("MLO9", order=9)
    for row in list(Expectation.objects.filter(code__catalogue=ladder, grade="MLO6")):
        assert row.level  # the starter content expects something of the highest grade
    make_grade("MLO10", order=10)
    assert "No expectation changes" in shown(as_(cast.subject), grade="MLO9")


def test_a_code_that_is_newly_or_no_longer_expected_is_told(cast, as_, ladder):
    make_grade("MLO9", order=9)
    page = shown(as_(cast.subject), grade="MLO6")
    assert "no longer expected" in page


# --- own ratings -----------------------------------------------------------------------------------------------------
def test_ratings_are_shown_once_they_are_delivered(cast, as_, at):
    review = at("manager_evaluation")
    code = review.cycle.catalogue.codes.get(key="TEC-CICD")
    assert Rating.objects.filter(review=review, code=code, rater="self").exists()  # there is something to leak
    assert own_ratings(cast.subject, ["TEC-CICD"]) == {}
    at("delivery")
    assert Rating.objects.filter(review=review, code=code, rater="manager").exists()
    assert own_ratings(cast.subject, ["TEC-CICD"]) == {}
    at("delivered")
    found = own_ratings(cast.subject, ["TEC-CICD", "OPS-NONE"])
    assert [(each.rater, each.level) for each in found["TEC-CICD"]] == [("self", 3), ("manager", 3)]
    assert set(found) == {"TEC-CICD"}
    page = as_(cast.subject).get(code.get_absolute_url()).content.decode()
    assert "Your latest ratings" in page
    assert page.count(review.cycle.name) == 4  # at the level and in the list, for each rater


def test_nobody_finds_the_ratings_of_somebody_else(cast, as_, at):
    review = at("delivered")
    url = review.cycle.catalogue.codes.get(key="TEC-CICD").get_absolute_url()
    for name in ("manager", "hr", "head", "peer", "auditor"):
        assert own_ratings(cast[name], ["TEC-CICD"]) == {}
        for address in (url, f"{URL}?grade=MLO3"):
            page = as_(cast[name]).get(address).content.decode()
            assert review.cycle.name not in page
            assert cast.subject.name not in page


def test_ratings_and_evidence_follow_a_code_into_the_next_version(cast, as_, at):
    review = at("delivered")
    fact = make_evidence(cast.subject, note="Cut the build to four minutes")
    fact.codes.add(review.cycle.catalogue.codes.get(key="TEC-CICD"))
    perform(new_version(by=cast.hr, note="Second edition"), "publish", by=cast.hr)
    assert Catalogue.objects.current() != review.cycle.catalogue
    page = shown(as_(cast.subject))
    assert "Cut the build to four minutes" in page
    assert review.cycle.name in page


def test_a_rating_at_the_level_of_the_next_grade_is_marked(cast, as_, at):
    review = at("delivered")
    words = "Rated at this level by your manager"
    before = shown(as_(cast.subject)).count(words)
    leading = review.cycle.catalogue.scales.get(key="proficiency_5").points.get(key="leading")
    Rating.objects.filter(review=review, rater="manager", code__key="TEC-CICD").update(point=leading)
    assert shown(as_(cast.subject)).count(words) == before + 1


# --- own evidence ----------------------------------------------------------------------------------------------------
def test_only_ones_own_confirmed_evidence_of_the_code_is_shown(cast, as_, ladder):
    code, other = Code.objects.in_use().get(key="TEC-CICD"), Code.objects.in_use().get(key="TEC-RELS")
    rows = {
        "Mine": make_evidence(cast.subject, note="Mine"),
        "Proposal": make_evidence(cast.subject, note="Proposal", is_proposal=True),
        "Of a colleague": make_evidence(cast.peer, note="Of a colleague"),
    }
    for fact in rows.values():
        fact.codes.set([code, other])
    page = shown(as_(cast.subject))
    assert page.count("Mine") == 2
    assert "Proposal" not in page
    assert "Of a colleague" not in page


def test_the_newest_three_are_shown_and_the_rest_is_counted(cast, as_, ladder):
    code, today = Code.objects.in_use().get(key="TEC-CICD"), timezone.localdate()
    for number in range(5):
        make_evidence(cast.subject, note=f"Fact of day {number}", happened_on=today - timedelta(number)).codes.add(code)
    page = shown(as_(cast.subject))
    assert [f"Fact of day {number}" in page for number in range(5)] == [True, True, True, False, False]
    assert "and 2 more" in page


@pytest.mark.parametrize("facts", [1, 3, 30])
def test_the_page_costs_the_same_for_any_amount_of_evidence(cast, as_, ladder, django_assert_num_queries, facts):
    for code in Code.objects.in_use()[:facts]:
        for _ in range(3):
            make_evidence(cast.subject).codes.add(code)
    client = as_(User.objects.get(pk=cast.subject.pk))
    assert Evidence.objects.count() >= 3 * min(facts, 29)
    with django_assert_num_queries(14):
        client.get(reverse("reviews:next_grade"))
