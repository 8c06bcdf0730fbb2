"""From the template to the fields of one review, and from fields to what is read."""

import pytest

from reviews.evaluation.presenters import CodeRow, code_rows, goal_rows, ratings_for, read
from reviews.evaluation.questions import Material
from reviews.models import Rating, Summary
from tests.factories import make_goal
from tests.reviews.conftest import fresh, save


@pytest.fixture
def material(review):
    return Material(fresh(review))


def fields(sections):
    return {spec.name: spec for section in sections for spec in section.fields}


def test_the_self_assessment_asks_for_results_goals_codes_running_and_growth(material):
    assert [section.key for section in material.sections("self_form")] == [
        "self_results",
        "self_goals",
        "self_codes",
        "self_operations",
        "self_growth",
    ]


def test_the_twelve_core_codes_are_asked_each_with_an_example_and_a_level(material):
    codes = material.sections("self_form", only={"self_codes"})[0]
    assert len(codes.groups) == 12
    assert {tuple(spec.kind for spec in group.fields) for group in codes.groups} == {("text", "rating")}
    assert all(group.fields[1].example == group.fields[0].name for group in codes.groups)


def test_a_level_is_described_by_the_sentence_of_the_code_and_never_by_a_number(material):
    [codes] = material.sections("self_form", only={"self_codes"})
    first = next(group for group in codes.groups if group.code.key == "TEC-CICD")
    sentences = [choice.sentence for choice in first.fields[1].choices]
    assert sentences[0].startswith("Fixes a failing pipeline step")
    assert sentences[-1] == "I did not see enough of this work in the period to say."
    assert [choice.score for choice in first.fields[1].choices] == [1, 2, 3, 4, 5, None]
    assert not any(character.isdigit() for choice in first.fields[1].choices for character in choice.label)


def test_the_expectation_is_that_of_the_frozen_grade(material):
    [codes] = material.sections("self_form", only={"self_codes"})
    assert {group.code.key: group.expected for group in codes.groups}["TEC-CICD"] == 3


def test_a_list_question_has_numbered_fields_of_which_the_first_are_needed(material):
    results = fields(material.sections("self_form", only={"self_results"}))
    numbered = [name for name in results if name.startswith("sr_results")]
    assert numbered == [f"sr_results_{number}" for number in range(1, 6)]
    assert [results[name].is_required for name in numbered] == [True, True, False, False, False]


def test_every_goal_of_the_period_is_asked_once(cast, review):
    start, end = review.cycle.period_start, review.cycle.period_end
    inside = make_goal(owner=cast.subject, status="agreed", starts_on=start, due_on=end)
    make_goal(owner=cast.peer, status="agreed", starts_on=start, due_on=end)
    make_goal(owner=cast.subject, status="draft", starts_on=start, due_on=end)
    [goals] = Material(fresh(review)).sections("self_form", only={"self_goals"})
    assert [group.goal for group in goals.groups] == [inside]


def test_placeholders_are_filled_with_names_and_period(cast, material):
    [organisation] = material.sections("manager_form", only={"mgr_organisation"})
    labels = [spec.label for spec in organisation.fields]
    assert all("{{" not in label for label in labels)
    assert cast.subject.name in labels[0]


def test_an_evaluation_needs_an_example_unless_nothing_was_observed(material):
    [codes] = material.sections("manager_form", only={"mgr_codes"})
    text, level = codes.groups[0].fields
    assert not text.is_required  # the form decides by the chosen level
    assert level.is_required


def test_the_checklist_before_sending_wants_every_box(material):
    overall = fields(material.sections("manager_form", only={"mgr_overall"}))
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
    names = fields(material.summary_sections())
    assert names["strengths_1"].is_required
    assert names["strengths_1_code"].kind == "code"
    assert names["key_achievements_1"].max_length == 400
    assert "employee_comment" not in names


def test_a_summary_is_complete_with_two_achievements_a_strength_a_growth_area_and_the_statement(review):
    summary = Summary(review=review)
    assert not summary.is_complete
    summary.answers = dict.fromkeys(Summary.NEEDED, "Done.")
    assert summary.is_complete
    for name in Summary.NEEDED:
        assert not Summary(answers=summary.answers | {name: ""}).is_complete


def test_lines_of_the_summary_come_in_order_with_their_code():
    answers = {
        "strengths_2": "Second",
        "strengths_1": "First",
        "strengths_1_code": "TEC-CICD",
        "growth_areas_3": "Third",
    }
    summary = Summary(answers=answers)
    assert summary.strengths == [{"text": "First", "code": "TEC-CICD"}, {"text": "Second", "code": ""}]
    assert summary.growth_areas == [{"text": "Third", "code": ""}]
    assert summary.achievements == []


def test_only_what_was_answered_in_words_is_read(review, material):
    sections = material.sections("self_form")
    save(review, "self_assessment", sections, {"sr_timeline": "May", "code_TEC-CICD_level": "leading"})
    [part] = read(sections, fresh(review).self_assessment)
    [line] = part["parts"][0].lines
    assert line.text == "May"


def test_chosen_boxes_are_read_by_their_words(review, material):
    sections = material.sections("manager_form", only={"mgr_recognition"})
    save(review, "evaluation", sections, {"mr_recognition": ["quiet_work", "growing_others"]})
    [part] = read(sections, fresh(review).evaluation)
    assert part["parts"][0].lines[0].text == "Essential work that few people see\nHelping others grow"


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
