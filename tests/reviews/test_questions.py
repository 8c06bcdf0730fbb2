"""From the template to the fields of one review, and from fields to what is read."""

import pytest

from questionnaires.fields import fields_of
from questionnaires.presenters import Line, in_words
from reviews.evaluation.material import Material
from reviews.evaluation.presenters import CodeRow, code_rows, goal_rows, ratings_for
from reviews.models import Rating, Summary
from tests.factories import make_goal
from tests.reviews.conftest import fresh, save


@pytest.fixture
def material(review):
    return Material(fresh(review))


def part(material, purpose, key):
    return next(each for each in material.parts(purpose) if each.key == key)


def test_the_self_assessment_asks_for_results_goals_codes_running_and_growth(material):
    assert [section.key for section in material.parts("self_assessment")] == [
        "self_results",
        "self_goals",
        "self_codes",
        "self_operations",
        "self_growth",
    ]


def test_the_twelve_core_codes_are_asked_each_with_an_example_and_a_level(material):
    codes = part(material, "self_assessment", "self_codes")
    assert len(codes.groups) == 12
    assert {tuple(spec.kind for spec in group.fields) for group in codes.groups} == {("text", "rating")}
    assert all(group.fields[1].example == group.fields[0].name for group in codes.groups)


def test_a_level_is_described_by_the_sentence_of_the_code_and_never_by_a_number(material):
    codes = part(material, "self_assessment", "self_codes")
    first = next(group for group in codes.groups if group.item.key == "TEC-CICD")
    sentences = [choice.sentence for choice in first.fields[1].choices]
    assert sentences[0].startswith("Fixes a failing pipeline step")
    assert sentences[-1] == "I did not see enough of this work in the period to say."
    assert [choice.score for choice in first.fields[1].choices] == [1, 2, 3, 4, 5, None]
    assert not any(character.isdigit() for choice in first.fields[1].choices for character in choice.label)


def test_the_expectation_is_that_of_the_frozen_grade(material):
    codes = part(material, "self_assessment", "self_codes")
    assert {group.item.key: group.item.expected for group in codes.groups}["TEC-CICD"] == 3


def test_a_list_question_has_numbered_fields_of_which_the_first_are_needed(material):
    results = fields_of([part(material, "self_assessment", "self_results")])
    numbered = [name for name in results if name.startswith("sr_results")]
    assert numbered == [f"sr_results-{number}" for number in range(1, 6)]
    assert [results[name].is_required for name in numbered] == [True, True, False, False, False]


def test_every_goal_of_the_period_is_asked_once(cast, review):
    start, end = review.cycle.period_start, review.cycle.period_end
    inside = make_goal(owner=cast.subject, status="agreed", starts_on=start, due_on=end)
    make_goal(owner=cast.peer, status="agreed", starts_on=start, due_on=end)
    make_goal(owner=cast.subject, status="draft", starts_on=start, due_on=end)
    goals = part(Material(fresh(review)), "self_assessment", "self_goals")
    assert [group.item.row for group in goals.groups] == [inside]


def test_placeholders_are_filled_with_names_and_period(cast, material):
    organisation = part(material, "evaluation", "mgr_organisation")
    labels = [spec.label for spec in organisation.fields]
    assert all("{{" not in label for label in labels)
    assert cast.subject.name in labels[0]


def test_an_evaluation_needs_an_example_unless_nothing_was_observed(material):
    codes = part(material, "evaluation", "mgr_codes")
    text, level = codes.groups[0].fields
    assert not text.is_required  # the form decides by the chosen level
    assert level.is_required


def test_the_checklist_before_sending_wants_every_box(material):
    overall = fields_of([part(material, "evaluation", "mgr_overall")])
    assert overall["mv_check"].must_check_all
    assert len(overall["mv_check"].choices) == 4
    assert [choice.key for choice in overall["mv_overall"].choices] == [
        "below",
        "partly",
        "fully",
        "beyond",
        "too_early",
    ]


def test_the_summary_offers_a_code_beside_each_strength_and_growth_area(material):
    names = fields_of(material.parts("summary"))
    assert names["strengths-1"].is_required
    assert names["strengths-1-code"].kind == "code"
    assert names["key_achievements-1"].max_length == 400
    assert "employee_comment" not in names


NEEDED = ("key_achievements-1", "key_achievements-2", "strengths-1", "growth_areas-1", "overall_statement")


def test_a_summary_is_complete_with_two_achievements_a_strength_a_growth_area_and_the_statement(review):
    summary = Summary(review=review)
    assert not summary.is_complete
    summary.answers = dict.fromkeys(NEEDED, "Done.")
    assert summary.is_complete
    for name in NEEDED:
        assert not Summary(review=review, answers=summary.answers | {name: ""}).is_complete


def test_a_summary_fits_within_the_limits_of_its_questions(review):
    assert Summary(review=review, answers={"key_achievements-5": "x" * 400}).is_within_limits
    assert not Summary(review=review, answers={"key_achievements-5": "x" * 401}).is_within_limits


def test_lines_of_the_summary_come_in_order_with_their_code(review):
    answers = {
        "strengths-2": "Second",
        "strengths-1": "First",
        "strengths-1-code": "TEC-CICD",
        "growth_areas-3": "Third",
    }
    summary = Summary(review=review, answers=answers)
    assert summary.strengths == [Line("First", "TEC-CICD"), Line("Second")]
    assert summary.growth_areas == [Line("Third")]
    assert summary.achievements == []


def test_only_what_was_answered_in_words_is_read(review, material):
    sections = material.parts("self_assessment")
    save(review, "self_assessment", sections, {"sr_timeline": "May", "sc_level-TEC-CICD": "leading"})
    [shown] = in_words(sections, fresh(review).self_assessment.answers)
    [line] = shown.groups[0].lines
    assert line.text == "May"


def test_chosen_boxes_are_read_by_their_words(review, material):
    sections = [part(material, "evaluation", "mgr_recognition")]
    save(review, "evaluation", sections, {"mr_recognition": ["quiet_work", "growing_others"]})
    [shown] = in_words(sections, fresh(review).evaluation.answers)
    assert shown.groups[0].lines[0].text == "Essential work that few people see\nHelping others grow"


def test_ratings_stand_beside_each_other_as_far_as_the_reader_may_see_them(cast, at):
    review = at("delivered")
    material = Material(fresh(review))
    row = code_rows(material, ratings_for(review, cast.subject))[0]
    assert (row.self_point.key, row.manager_point.key) == ("proficient", "proficient")
    nothing = code_rows(material, ratings_for(review, cast.stranger))[0]
    assert (nothing.self_point, nothing.manager_point) == (None, None)


@pytest.mark.parametrize(
    ("own", "manager", "gap"),
    [(4, 3, "higher"), (2, 3, "lower"), (3, 3, ""), (None, 3, ""), (3, None, ""), (None, None, "")],
)
def test_a_gap_is_named_only_where_both_have_scored(catalogue, own, manager, gap):
    scale = catalogue.scales.get(key="proficiency_5")
    points = {point.score: point for point in scale.points.all()}
    row = CodeRow(item=None, points={"self": points[own], "manager": points[manager]})
    assert row.gap == gap


def test_a_goal_row_carries_its_outcomes(cast, at, review):
    start, end = review.cycle.period_start, review.cycle.period_end
    goal = make_goal(owner=cast.subject, status="agreed", starts_on=start, due_on=end)
    review = at("delivered")
    [row] = goal_rows(Material(fresh(review)), ratings_for(review, cast.subject))
    assert row.item == goal
    assert row.self_point.key == row.manager_point.key == "reached"
    assert Rating.objects.filter(goal=goal).count() == 2
