"""Packs: optional codes, questions and goal templates, added to a draft with one click."""

import pytest
from django.urls import reverse

from competencies.checks import findings
from competencies.models import Catalogue
from competencies.packs import add_pack, packs
from competencies.services import new_version
from competencies.version_file import exported
from foundation.audit.models import Event
from foundation.workflow.moves import perform
from goals.models import GoalTemplate
from goals.services import load_starter_goals
from questionnaires.models import Question

(PACK,) = packs()
ASKED = {"data_scientist", "software_engineer", "product_manager", "peer_mlops_engineer"}


def draft():
    return Catalogue.objects.drafts().get()


def test_one_click_makes_a_draft_with_the_codes_behind_those_of_their_category(cast, catalogue, as_):
    client = as_(cast.hr)
    page = client.get(reverse("competencies:versions")).content.decode()
    assert "Language models and agents" in page
    assert "TEC-EVAL" in page
    answer = client.post(reverse("competencies:pack_add", args=[PACK.key]))
    assert answer.url == draft().get_absolute_url()
    codes = list(draft().codes.all())
    assert [code.key for code in codes if code.key in PACK.codes] == list(PACK.codes)
    assert not any(code.is_core for code in codes if code.key in PACK.codes)
    for category in {code.category for code in codes}:
        own = [code.key in PACK.codes for code in codes if code.category == category]
        assert own == sorted(own)  # all of the pack behind all others
    shipped = [code.key for code in catalogue.codes.all()]
    assert [code.key for code in codes if code.key in shipped] == shipped
    assert all(code.indicators.count() == 5 for code in codes)
    assert "In the draft" in client.get(reverse("competencies:versions")).content.decode()


def test_what_is_added_can_be_published_at_once(cast, catalogue):
    add_pack(PACK, by=cast.hr)
    assert [each for each in findings(draft()) if each.is_error] == []


def test_its_question_is_asked_in_the_same_words_of_all_who_can_see_the_work(cast, catalogue):
    add_pack(PACK, by=cast.hr)
    asked = Question.objects.filter(section__questionnaire__catalogue=draft(), key="own_evaluated")
    assert {each.section.questionnaire.key for each in asked} == ASKED
    assert {(each.text, each.code.key, each.scale.key, each.is_required) for each in asked} == {
        (asked[0].text, "TEC-EVAL", "frequency_5", False)
    }
    for each in asked:
        questions = list(each.section.questions.all())
        assert [row.order for row in questions] == list(range(len(questions)))
        assert questions[questions.index(each) - 1].key == "all_handwork"


def test_adding_it_again_adds_nothing(cast, catalogue):
    add_pack(PACK, by=cast.hr)
    before = exported(draft())
    add_pack(PACK, by=cast.hr)
    assert exported(draft()) == before


def test_a_code_that_hr_has_changed_in_the_draft_stays_as_it_is(cast, catalogue):
    add_pack(PACK, by=cast.hr)
    draft().codes.filter(key="TEC-EVAL").update(title="Our own words")
    draft().codes.filter(key="TEC-AGNT").delete()
    add_pack(PACK, by=cast.hr)
    assert set(draft().codes.filter(key__in=["TEC-EVAL", "TEC-AGNT"]).values_list("key", "title")) == {
        ("TEC-EVAL", "Our own words"),
        ("TEC-AGNT", "Agent operations"),
    }


def test_it_goes_into_the_draft_that_is_open(cast, catalogue):
    opened = new_version(by=cast.hr, note="Something else")
    assert add_pack(PACK, by=cast.hr) == opened


def test_goal_templates_come_when_the_version_is_published_and_not_before(cast, catalogue):
    load_starter_goals()
    templates = GoalTemplate.objects.filter(group="llm_operations")
    add_pack(PACK, by=cast.hr)
    assert not templates.exists()
    last = GoalTemplate.objects.order_by("order").last().order
    perform(draft(), "publish", by=cast.hr)
    assert templates.count() == 8
    assert [each.order for each in templates] == list(range(last + 1, last + 9))
    assert all(each.objective for each in templates)
    perform(new_version(by=cast.hr, note="No other codes"), "publish", by=cast.hr)
    assert templates.count() == 8


def test_a_version_without_the_pack_brings_no_templates(cast, catalogue):
    load_starter_goals()
    perform(new_version(by=cast.hr, note="No other codes"), "publish", by=cast.hr)
    assert not GoalTemplate.objects.filter(group="llm_operations").exists()


def test_the_log_tells_which_codes_came(cast, catalogue):
    add_pack(PACK, by=cast.hr)
    event = Event.objects.get(verb="catalogue.pack_added")
    assert (event.data["pack"], tuple(event.data["codes"])) == (PACK.key, PACK.codes)


@pytest.mark.parametrize(("role", "key"), [("subject", PACK.key), ("auditor", PACK.key), ("hr", "no_such_pack")])
def test_for_everybody_else_and_for_another_name_there_is_no_such_page(cast, catalogue, as_, role, key):
    assert as_(cast[role]).post(reverse("competencies:pack_add", args=[key])).status_code == 404
    assert not Catalogue.objects.drafts().exists()
