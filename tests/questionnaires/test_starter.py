"""The shipped questionnaires: their rules, and that what collaborators say can be shown for every mix of them."""

from itertools import combinations_with_replacement

import pytest
import yaml

from competencies.models import Catalogue
from competencies.services import new_version
from feedback.answers.questions import Groups
from feedback.relations import DIRECT_REPORT
from feedback.release.partition import AuthorRating, rated_blocks
from foundation.content import ContentError, Node, read_content, read_yaml
from questionnaires import loading
from questionnaires.cache import questionnaires_of, questions_of
from questionnaires.models import Question, ReviewTemplate
from questionnaires.states import Kind, Purpose

CORE = ["TEA-STAK", "OPS-SLOM", "TEC-OBSV", "OPS-INCR", "OPS-TOIL"]
K = 3


def feedback_of(catalogue):
    return questionnaires_of(catalogue).feedback()


def test_every_relation_is_asked_the_same_core_and_few_questions_of_its_own(catalogue):
    for questionnaire in feedback_of(catalogue):
        questions = questions_of(questionnaire)
        rated = [question.code.key for question in questions if question.kind == Kind.RATING]
        assert rated[:5] == CORE
        assert len(rated) <= 7
        assert [question.kind for question in (questions[0], *questions[-2:])] == ["contact", "text", "text"]


def test_what_collaborators_rate_is_rated_in_self_assessment_and_evaluation_too(catalogue):
    codes = {code.key for code in catalogue.codes.core()}
    assert set(CORE) <= codes


def shows_the_core(mix, groups) -> bool:
    """Whether each core code has a block when everybody of the mix has rated it."""
    core = [key for key, group in groups.by_key.items() if group.code and group.code.key in CORE]
    assert len(core) == len(CORE)
    ratings = [AuthorRating(relation, "often") for relation in mix]
    return all(
        set(mix) <= {relation for relation, asked in groups.asked if asked == key}
        and rated_blocks(ratings, K, groups.alone, ["often"])
        for key in core
    )


@pytest.mark.parametrize("number", [4, 5, 6, 7, 8])
def test_any_mix_of_collaborators_shows_all_five_core_codes(catalogue, number):
    """Two of four direct reports are never pooled, and the other two are too few."""
    groups = Groups(catalogue)
    relations = [questionnaire.key for questionnaire in feedback_of(catalogue)]
    mixes = list(combinations_with_replacement(relations, number))
    assert len(mixes) > 100
    hidden = [mix for mix in mixes if not shows_the_core(mix, groups)]
    assert hidden == [mix for mix in mixes if number == 4 and mix.count(DIRECT_REPORT) == 2]


def test_the_usual_eight_show_nine_codes(catalogue):
    groups = Groups(catalogue)
    usual = (
        ["data_scientist"] * 3 + ["software_engineer", "product_manager", "stakeholder"] + ["peer_mlops_engineer"] * 2
    )
    shown = set()
    for key, group in groups.by_key.items():
        asked = {relation for relation, each in groups.asked if each == key}
        ratings = [AuthorRating(relation, "often") for relation in usual if relation in asked]
        if group.code and rated_blocks(ratings, K, groups.alone, ["often"]):
            shown.add(group.code.key)
    assert shown == {*CORE, "TEA-DSCI", "TEC-CICD", "TEC-INFR", "TEA-INNO"}


def test_the_template_says_what_its_answers_mean(catalogue):
    template = catalogue.templates.get()
    asked = Question.objects.filter(section__questionnaire__template=template).exclude(meaning="")
    assert sorted(asked.values_list("section__questionnaire__purpose", "meaning")) == [
        ("evaluation", "overall"),
        ("summary", "achievements"),
        ("summary", "growth"),
        ("summary", "statement"),
        ("summary", "strengths"),
    ]
    assert template.stages.first().key == "self_assessment"


def test_a_rating_of_a_code_asks_for_its_example_in_words_of_its_own(catalogue):
    rated = Question.objects.filter(section__repeat_for="codes")
    rules = dict(rated.values_list("section__questionnaire__purpose", "example"))
    assert rules == {Purpose.SELF_ASSESSMENT: "extremes", Purpose.EVALUATION: "scored"}
    assert all(question.example_text for question in rated)


@pytest.fixture
def loader(cast, catalogue):
    """A loader for a version that has codes and scales, and no questionnaires."""
    draft = new_version(by=cast.hr, note="Next")
    draft.questionnaires.all().delete()
    ReviewTemplate.objects.filter(catalogue=draft).delete()
    return loading.Loader(Catalogue.objects.get(pk=draft.pk))


@pytest.fixture
def content():
    """The shipped file as Python; no question is one object in two places."""
    return yaml.safe_load(yaml.dump(read_yaml(loading.STARTER / "feedback_questionnaires.yaml"), Dumper=NoAliases))


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def questions_in(content, relation):
    return next(row["questions"] for row in content["questionnaires"] if row["key"] == relation)


def swap(questions, one, other):
    questions[one], questions[other] = questions[other], questions[one]


def add_one(questions):
    questions.insert(6, questions[6] | {"key": "own_more", "performance_code": "TEC-CODE"})


BROKEN = {
    "order": (lambda asked: swap(asked, 1, 7), "the order is"),
    "contact": (lambda asked: asked.pop(0), "how close the contact"),
    "core": (lambda asked: asked.pop(1), "the same 5 core questions"),
    "core in another order": (lambda asked: swap(asked, 1, 2), "the same 5 core questions"),
    "too many": (
        lambda asked: asked.insert(6, asked[6] | {"key": "own_more", "performance_code": "TEC-CODE"}),
        "3 questions",
    ),
    "no change": (lambda asked: asked.pop(), "the last two questions"),
    "other words": (lambda asked: asked[1].update(text="Otherwise?"), "a key stands for one question"),
    "other code": (lambda asked: asked[1].update(performance_code="TEC-CODE"), "core code"),
    "code twice": (lambda asked: asked[6].update(performance_code="TEA-STAK"), "has another question already"),
    "unknown code": (lambda asked: asked[6].update(performance_code="TEC-NONE"), "“performance_code” is “TEC-NONE”"),
    "unknown kind": (lambda asked: asked[6].update(type="essay"), "“type” is “essay”"),
    "no text": (lambda asked: asked[6].pop("text"), "is missing"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_told_with_file_and_path(loader, content, name):
    breaks, words = BROKEN[name]
    breaks(questions_in(content, "software_engineer"))
    with pytest.raises(ContentError, match=words) as told:
        loader.load_feedback(Node("feedback.yaml", "", content))
    assert str(told.value).startswith("feedback.yaml: questionnaires[software_engineer]")


def test_the_shipped_file_breaks_none(loader, content):
    loader.load_feedback(Node("feedback.yaml", "", content))
    assert loader.catalogue.questionnaires.count() == 6


def test_a_file_of_another_schema_version_is_not_read(tmp_path):
    path = tmp_path / "old.yaml"
    path.write_text("schema_version: 1\n")
    with pytest.raises(ContentError, match=r"old.yaml: top level: schema version 1"):
        read_content(path, schema_version=2)
