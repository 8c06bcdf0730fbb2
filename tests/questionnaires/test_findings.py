"""What is wrong with questionnaires and templates, in sentences: errors stop publishing, warnings do not."""

import pytest
from django.urls import reverse

from competencies.checks import findings
from competencies.models import Catalogue
from competencies.services import new_version
from feedback.answers.questions import words_of
from foundation.workflow.moves import MoveRefused, perform
from questionnaires.models import Option, Question, Questionnaire, Section, TemplateStage
from questionnaires.states import PLACEHOLDERS, Kind, Meaning, Purpose
from reviews.evaluation.material import Material
from tests.factories import make_catalogue, make_code, make_review, make_round


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def asked(draft, key, relation="data_scientist"):
    """One question of a draft, as rows that can be updated."""
    rows = Question.objects.filter(section__questionnaire__catalogue=draft, key=key)
    return rows.filter(section__questionnaire__key=relation) if relation else rows


def told(draft) -> list[tuple[bool, str]]:
    return [(each.is_error, each.text) for each in findings(Catalogue.objects.get(pk=draft.pk))]


def test_the_shipped_content_has_no_findings(draft):
    assert told(draft) == []


def test_the_placeholders_that_are_known_are_those_that_are_filled_in(cast, catalogue):
    """feedback and reviews fill them in; questionnaires may not import either."""
    assert tuple(words_of(make_round(cast.subject))) == PLACEHOLDERS[Purpose.FEEDBACK]
    review = make_review(cast.subject, by=cast.hr)
    assert set(Material(review).words) == set(PLACEHOLDERS[Purpose.EVALUATION])


def in_another_version(draft):
    asked(draft, "own_early").update(code=make_code(make_catalogue(version=9), key="TEC-ELSE"))


def evaluation(draft):
    return Section.objects.filter(questionnaire__catalogue=draft, questionnaire__purpose=Purpose.EVALUATION)


def one_more_key(draft):
    first, second = evaluation(draft).filter(repeat_for="")[:2]
    Question.objects.create(section=second, key=first.questions.first().key, order=9, kind=Kind.TEXT, text="Again?")


ERRORS = {
    "code of another version": (in_another_version, "TEC-ELSE belongs to another version"),
    "unknown placeholder": (
        lambda draft: asked(draft, "all_keep", None).update(text="Keep what, {{ manager_name }}?"),
        "nothing is filled in for {{ manager_name }}. Known: {{ employee_name }}, {{ period }}.",
    ),
    "placeholder in a title": (
        lambda draft: evaluation(draft).filter(order=0).update(title="{{ period }}"),
        "nothing is filled in for {{ period }}. Known: none.",
    ),
    "duplicate key": (one_more_key, "two questions have the key"),
    "unscored scale": (
        lambda draft: asked(draft, "all_notice", None).update(scale=draft.scales.get(used_for="contact")),
        "a rating needs a scale with at least two scored answers",
    ),
    "scale with one scored point": (
        lambda draft: draft.scales.get(key="frequency_5").points.filter(score__gt=1).delete(),
        "add at least two answers with a score",
    ),
    "no question": (
        lambda draft: Section.objects.filter(questionnaire__catalogue=draft, key="all").delete(),
        "add at least one question",
    ),
    "no contact": (lambda draft: asked(draft, "all_contact").delete(), "ask once how close the contact was"),
    "code twice": (
        lambda draft: asked(draft, "own_early").update(code=draft.codes.get(key="TEC-OBSV")),
        "two questions ask about TEC-OBSV",
    ),
    "other words": (lambda draft: asked(draft, "all_warning").update(text="Other?"), "differ in words, code or scale"),
    "no overall result": (
        lambda draft: Question.objects.filter(section__in=evaluation(draft), meaning=Meaning.OVERALL).delete(),
        "ask exactly one question with the meaning “Overall result”",
    ),
    "another scale for it": (
        lambda draft: Question.objects.filter(section__in=evaluation(draft), meaning=Meaning.OVERALL).update(
            scale=draft.scales.get(key="proficiency_5")
        ),
        "one rating on the overall scale of the template",
    ),
    "no box": (
        lambda draft: Option.objects.filter(question__section__questionnaire__catalogue=draft).delete(),
        "add at least one box",
    ),
    "no room": (
        lambda draft: Question.objects.filter(section__questionnaire__catalogue=draft, key="strengths").update(
            min_items=9
        ),
        "there is room for fewer texts than are required",
    ),
    "wrong kind": (
        lambda draft: asked(draft, "all_keep", None).update(kind=Kind.TEXT_LIST, min_items=1),
        "cannot be asked in this form",
    ),
    "no stage": (
        lambda draft: TemplateStage.objects.filter(template__catalogue=draft).update(is_enabled=False),
        "no stage is part of a new cycle",
    ),
}
WARNINGS = {
    "too long": (
        lambda draft: Questionnaire.objects.filter(catalogue=draft, key="data_scientist").update(minutes=4),
        "it takes about 8 minutes, and 4 are promised",
    ),
    "never shown": (
        lambda draft: Questionnaire.objects.filter(catalogue=draft, key="stakeholder").update(is_pooled=False),
        "what they say would stay hidden",
    ),
    "asked of too few": (
        lambda draft: asked(draft, "own_adopt", "software_engineer").update(key="own_alone"),
        "of a usual list 1 person is asked this. Nothing is shown of fewer than 3 answers",
    ),
    "no code": (lambda draft: draft.codes.get(key="TEC-INFR").delete(), "it asks about no performance code"),
    "no change": (lambda draft: asked(draft, "all_change").delete(), "no text asks what could change"),
    "early reminder": (
        lambda draft: TemplateStage.objects.filter(template__catalogue=draft, key="calibration").update(
            reminder_days=[30]
        ),
        "a reminder 30 days before the deadline is before the stage begins",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_where_it_is_put_right_and_stops_publishing(cast, draft, name):
    breaks, words = ERRORS[name]
    breaks(draft)
    found = [each for each in findings(Catalogue.objects.get(pk=draft.pk)) if words in each.text]
    assert found
    assert all(each.is_error and each.url for each in found)
    with pytest.raises(MoveRefused):
        perform(draft, "publish", by=cast.hr)


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_does_not_stop_publishing(cast, draft, name):
    breaks, words = WARNINGS[name]
    breaks(draft)
    assert {is_error for is_error, text in told(draft) if words in text} == {False}
    assert not [text for is_error, text in told(draft) if is_error]
    perform(draft, "publish", by=cast.hr)


def test_findings_stand_on_the_page_of_the_draft_too(cast, as_, draft):
    asked(draft, "all_contact").delete()
    for url in (draft.get_absolute_url(), reverse("competencies:publish", args=[draft.pk])):
        assert "ask once how close the contact was" in as_(cast.hr).get(url).content.decode()
