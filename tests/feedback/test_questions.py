"""What a questionnaire becomes: pages, checked answers, rows without an author, groups of questions."""

from collections import Counter

import pytest

from competencies.services import new_version
from feedback.answers.forms import steps_of
from feedback.answers.questions import (
    Groups,
    as_answers,
    as_attributed,
    asked_of,
    point_of,
    problems,
    questionnaire_of,
    rests_on_example,
    theme_of,
    words_of,
)
from feedback.models import Answer
from questionnaires.fields import fields_of
from questionnaires.models import Question, Section
from tests.factories import answers_to, make_request, make_round

CORE = ["all_warning", "all_promise", "all_notice", "all_restore", "all_handwork"]
RELATIONS = [
    "data_scientist",
    "software_engineer",
    "product_manager",
    "stakeholder",
    "peer_mlops_engineer",
    "direct_report",
]


@pytest.fixture
def request_(cast):
    return make_request(make_round(cast.subject, status="collecting"))


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_questionnaire_can_be_answered_and_none_of_it_names_the_giver(cast, relation):
    request = make_request(make_round(cast.subject), relation=relation)
    questions = asked_of(request)
    answers = answers_to(request)
    assert problems(questions, answers) == {}
    rows = as_answers(request, questions, answers)
    assert {row.relation for row in rows} == {relation}
    assert len(rows) == len(questions)
    assert questionnaire_of(request).key == relation


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_questionnaire_is_cut_into_short_pages_of_one_kind_in_order(cast, relation):
    request = make_request(make_round(cast.subject), relation=relation)
    questions = asked_of(request)
    steps = steps_of(request)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert [question for step in steps for question in step.questions] == questions
    for step in steps:
        assert len({question.kind for question in step.questions}) == 1
        assert len(step.questions) <= 2


def test_names_and_period_are_filled_in_plainly(cast, request_):
    cast.subject.name = "{{ period }} <b>Priya</b>"
    cast.subject.save()
    request_.round.subject.name = cast.subject.name
    step = steps_of(request_)[1]
    label = fields_of([step.part])["all_warning"].label
    assert "{{ period }} <b>Priya</b> told me" in label
    assert "–" in words_of(request_.round)["period"]


def test_the_sentences_of_a_scale_are_offered_without_numbers(request_):
    step = steps_of(request_)[1]
    choices = {each.key: each for each in fields_of([step.part])["all_warning"].choices}
    assert choices["often"].sentence == "On most occasions."
    assert choices["cannot_say"].label == "I cannot say"
    assert not any(character.isdigit() for each in choices.values() for character in each.label + each.sentence)


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"all_contact": ""}, "all_contact"),
        ({"all_contact": "forged"}, "all_contact"),
        ({"all_contact": "none"}, "all_contact"),
        ({"all_warning": ""}, "all_warning"),
        ({"all_warning": "weekly"}, "all_warning"),
        ({"own_early": "forged"}, "own_early"),
        ({"all_keep": " \n "}, "all_keep"),
        ({"all_change": "x" * 2001}, "all_change"),
        ({"all_promise-example": "x" * 2001}, "all_promise-example"),
        ({"all_promise": "rarely", "all_promise-example": ""}, "all_promise-example"),
    ],
)
def test_a_mistake_is_told_at_its_field(request_, own, field):
    assert set(problems(asked_of(request_), answers_to(request_, **own))) == {field}


def test_optional_questions_may_be_left_out(request_):
    own = {"own_early": "", "own_path": ""}
    answers = answers_to(request_, **own)
    assert problems(asked_of(request_), answers) == {}
    keys = [row.question.key for row in as_answers(request_, asked_of(request_), answers) if row.question]
    assert sorted(keys) == sorted(["all_contact", *CORE])


def test_an_example_keeps_its_question_and_neither_its_choice_nor_its_author(request_):
    """cases H8: so that it can be shown with its code."""
    own = {
        "all_warning": "rarely",
        "all_warning-example": "LOW",
        "all_promise": "always",
        "all_promise-example": "HIGH",
    }
    rows = as_answers(request_, asked_of(request_), answers_to(request_, **own))
    examples = {row.text: row for row in rows if row.theme == "examples"}
    assert {text: row.question.key for text, row in examples.items()} == {"LOW": "all_warning", "HIGH": "all_promise"}
    assert {row.point for row in examples.values()} == {None}


def test_an_example_in_the_middle_of_the_scale_is_welcome_but_not_kept_apart(request_):
    rows = as_answers(request_, asked_of(request_), answers_to(request_, "often"))
    assert not any("Example" in row.text for row in rows)


def test_an_author_counts_once_under_each_theme(request_):
    for choice in ("rarely", "always"):
        rows = as_answers(request_, asked_of(request_), answers_to(request_, choice))
        counted = Counter(row.theme for row in rows if row.theme and row.counts_author)
        assert counted == {"strengths": 1, "growth": 1, "examples": 1}


def test_the_rows_of_one_author_come_in_no_order(request_):
    questions, answers = asked_of(request_), answers_to(request_)
    orders = {
        tuple(row.question_id or row.theme for row in as_answers(request_, questions, answers)) for _each in range(20)
    }
    assert len(orders) > 5


def test_rows_have_neither_request_nor_giver(request_):
    [row, *_others] = as_answers(request_, asked_of(request_), answers_to(request_))
    assert isinstance(row, Answer)
    assert not {"request", "giver", "author"} & set(vars(row))


def test_named_answers_keep_choice_and_example_together(request_):
    rows = as_attributed(request_, asked_of(request_), answers_to(request_, "rarely"))
    early = next(row for row in rows if row.question.key == "all_warning")
    assert (early.point.key, early.text[:7]) == ("rarely", "Example")
    assert len(rows) == 10


def test_the_extremes_of_a_scale(request_):
    question = next(each for each in asked_of(request_) if each.key == "all_warning")
    extremes = {
        point.key
        for point in question.scale.points.all()
        if rests_on_example(question, point_of(question, {"all_warning": point.key}))
    }
    assert extremes == {"rarely", "sometimes", "always"}
    question.scale.example_at_or_below = None
    assert not rests_on_example(question, point_of(question, {"all_warning": "rarely"}))


def test_themes_follow_the_question(catalogue):
    themes = {
        question.key: theme_of(question)
        for question in Question.objects.filter(section__questionnaire__purpose="feedback", kind="text")
    }
    assert themes["all_keep"] == "strengths"
    assert {theme for key, theme in themes.items() if key.endswith("_change")} == {"growth"}


def test_questions_of_one_code_are_read_together_across_roles(catalogue, django_assert_num_queries):
    with django_assert_num_queries(0):
        groups = Groups(catalogue)
    for key, relations in (("all_warning", 6), ("own_adopt", 3)):
        asked = Question.objects.filter(key=key)
        assert asked.count() == relations
        assert len({groups.of_question[question.pk] for question in asked}) == 1
    assert groups.alone == {"direct_report"}


def test_no_questionnaire_has_two_questions_in_one_group(cast, catalogue):
    """Otherwise an author would count twice. A second question of the same code is read alone."""
    draft = new_version(by=cast.hr, note="Next")
    section = Section.objects.get(questionnaire__catalogue=draft, questionnaire__key="stakeholder")
    twin = Question.objects.get(section=section, key="all_warning")
    twin = Question.objects.create(
        section=section, order=90, key="st_again", kind="rating", text="?", scale=twin.scale, code=twin.code
    )
    groups = Groups(draft)
    assert groups.of_question[twin.pk] == f"question:{twin.pk}"
    for each in Section.objects.filter(questionnaire__catalogue=draft, questionnaire__purpose="feedback"):
        keys = [groups.of_question[question.pk] for question in each.questions.exclude(kind="text")]
        assert len(keys) == len(set(keys))


def test_which_groups_a_role_is_asked_about(catalogue):
    groups = Groups(catalogue)
    codes = {groups.by_key[key].code.key for key in groups.asked_of({"stakeholder"}) if groups.by_key[key].code}
    assert codes == {"TEA-STAK", "OPS-SLOM", "TEC-OBSV", "OPS-INCR", "OPS-TOIL"}
    assert groups.asked_of(set()) == set()
