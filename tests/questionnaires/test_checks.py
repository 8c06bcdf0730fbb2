"""What is missing or wrong before answers are sent."""

import pytest

from questionnaires import checks
from questionnaires.checks import is_example_due, problems
from questionnaires.fields import BOXES, RATING, TEXT, Choice, Field
from questionnaires.models import Question
from tests.questionnaires.conftest import ask, part_of

CHOICES = (Choice("low", "Low", score=1), Choice("unseen", "Not seen"))


def test_a_required_answer_of_blanks_is_missing():
    fields = [Field("a", TEXT, "A", is_required=True), Field("b", TEXT, "B")]
    assert list(problems(fields, {"a": " \n "})) == ["a"]
    assert problems(fields, {"a": "yes"}) == {}


def test_a_choice_that_is_not_offered_is_no_answer_even_where_none_is_required():
    assert list(problems([Field("r", RATING, "R", choices=CHOICES)], {"r": "forged"})) == ["r"]
    assert problems([Field("r", RATING, "R", choices=CHOICES)], {}) == {}


def test_a_text_that_depends_on_a_choice_is_required_once_it_is_made():
    fields = [Field("boxes", BOXES, "B", choices=CHOICES), Field("why", TEXT, "W", required_if="boxes")]
    assert problems(fields, {"boxes": []}) == {}
    assert list(problems(fields, {"boxes": ["low"]})) == ["why"]


def test_a_checklist_is_complete_with_every_offered_box():
    fields = [Field("c", BOXES, "C", choices=CHOICES, must_check_all=True)]
    assert list(problems(fields, {"c": ["low", "forged"]})) == ["c"]
    assert problems(fields, {"c": ["low", "unseen"]}) == {}


def test_a_text_is_too_long_by_its_own_limit_and_a_line_break_counts_once():
    field = Field("t", TEXT, "T", max_length=3)
    assert checks.too_long([field], {"t": "a\r\nb"}) == {}
    assert list(checks.too_long([field], {"t": "abcd"})) == ["t"]


@pytest.mark.parametrize(
    ("rule", "due"),
    [("never", set()), ("below_and_top", {1, 3}), ("extremes", {1, 3}), ("scored", {1, 2, 3})],
)
def test_which_scores_rest_on_an_example(section, scale, rule, due):
    question = Question(section=section, scale=scale, example=rule)
    assert {score for score in (1, 2, 3) if is_example_due(question, score)} == due


def test_the_limit_of_the_scale_moves_the_lower_end_only_for_its_own_rule(section, scale):
    scale.example_at_or_below = 2
    assert is_example_due(Question(section=section, scale=scale, example="below_and_top"), 2)
    assert not is_example_due(Question(section=section, scale=scale, example="extremes"), 2)
    scale.example_at_or_below = None
    assert not is_example_due(Question(section=section, scale=scale, example="below_and_top"), 3)


def test_a_missing_example_is_told_at_its_own_field(section, scale):
    ask(section, "level", "rating", scale=scale, example="scored")
    fields = part_of(section).fields
    assert list(problems(fields, {"level": "middle"})) == ["level-example"]
    assert problems(fields, {"level": "unseen"}) == {}
    assert problems(fields, {"level": "middle", "level-example": "In May."}) == {}


def test_another_form_has_other_words():
    class Curt(checks.Wording):
        text = "Write."

    assert problems([Field("a", TEXT, "A", is_required=True)], {}, Curt) == {"a": "Write."}
