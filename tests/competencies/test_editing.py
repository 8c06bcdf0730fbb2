"""What HR does to a draft: order, retire, bring back, answers of scales; and what publishing tells."""

import pytest
from django.core.exceptions import PermissionDenied

from competencies import editing
from competencies.changes import compare
from competencies.models import Code, Indicator, Point, Scale
from competencies.presenters import in_order
from competencies.services import new_version, write_code
from foundation.audit.models import Event
from foundation.audit.wording import lines_for
from foundation.workflow.moves import perform
from tests.factories import make_catalogue, make_code


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def keys(draft, category="technical_skills") -> list[str]:
    return [code.key for code in in_order(draft.codes.all()) if code.category == category]


def at(draft, key) -> Code:
    return Code.objects.with_levels().get(catalogue=draft, key=key)


# --- order -----------------------------------------------------------------------------------------------------------
def test_a_code_moves_past_its_neighbour_in_either_direction(cast, draft):
    before = keys(draft)
    one, two, three = (at(draft, key) for key in before[:3])
    assert editing.move_past(two, one, is_up=True, by=cast.hr)
    assert keys(draft)[:3] == [two.key, one.key, three.key]
    assert editing.move_past(two, three, is_up=False, by=cast.hr)
    assert keys(draft)[:3] == [one.key, three.key, two.key]
    assert sorted(keys(draft)) == sorted(before)
    assert keys(draft)[3:] == before[3:]


def test_a_second_click_and_an_older_tab_change_nothing_twice(cast, draft):
    one, two, three = (at(draft, key) for key in keys(draft)[:3])
    assert editing.move_past(three, two, is_up=True, by=cast.hr)
    assert not editing.move_past(three, two, is_up=True, by=cast.hr)
    assert keys(draft)[:3] == [one.key, three.key, two.key]


def test_what_two_tabs_move_both_counts(cast, draft):
    """Both tabs were opened with the same order; each moves another code."""
    one, two, three, four, *rest = (at(draft, key) for key in keys(draft))
    editing.move_past(two, one, is_up=True, by=cast.hr)
    editing.move_past(four, three, is_up=True, by=cast.hr)
    assert keys(draft) == [two.key, one.key, four.key, three.key, *(code.key for code in rest)]


@pytest.mark.parametrize("codes", [3, 30])
def test_moving_costs_the_same_for_any_number_of_codes(cast, django_assert_max_num_queries, codes):
    draft = make_catalogue(codes=codes)
    ordered = in_order(draft.codes.all())
    with django_assert_max_num_queries(14):
        editing.move_past(ordered[-1], ordered[0], is_up=True, by=cast.hr)
    assert in_order(draft.codes.all())[0] == ordered[-1]


# --- retire and bring back -------------------------------------------------------------------------------------------
def test_a_retired_code_comes_back_as_it_is_in_use_with_its_questions(cast, catalogue, draft):
    code = at(draft, "TEC-CICD")
    asking = sorted(code.questions.values_list("key", flat=True))
    assert asking
    editing.retire(code, by=cast.hr)
    assert not draft.codes.filter(key="TEC-CICD").exists()
    assert catalogue.codes.filter(key="TEC-CICD").exists()
    editing.bring_back(at(catalogue, "TEC-CICD"), draft, by=cast.hr)
    assert sorted(at(draft, "TEC-CICD").questions.values_list("key", flat=True)) == asking
    assert compare(catalogue, type(draft).objects.get(pk=draft.pk)).is_empty
    assert keys(draft) == keys(catalogue)


def test_changes_of_a_code_are_undone_and_nothing_else(cast, catalogue, draft):
    code = at(draft, "TEC-CICD")
    sentences = {level: f"Rewritten {level}" for level in range(1, 6)}
    write_code(code, sentences=sentences, expectations={"MLO1": 5}, by=cast.hr)
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-RELS", level=1).update(text="Kept.")
    editing.bring_back(at(catalogue, "TEC-CICD"), draft, by=cast.hr)
    assert set(compare(catalogue, type(draft).objects.get(pk=draft.pk)).effects) == {"TEC-RELS"}
    assert Code.objects.get(pk=code.pk).key == "TEC-CICD"  # the same row, so that its questions stay


# --- scales ----------------------------------------------------------------------------------------------------------
def test_a_new_answer_stands_by_its_score_and_one_without_is_last(cast, draft):
    scale = draft.scales.get(key="overall_4")
    editing.add_point(Point(scale=scale, label="Far beyond", score=5), by=cast.hr)
    editing.add_point(Point(scale=scale, label="On leave"), by=cast.hr)
    found = list(scale.points.values_list("key", "score"))
    assert found[-3:] == [("far_beyond", 5), ("too_early", None), ("on_leave", None)]
    assert [score for _key, score in found] == [1, 2, 3, 4, 5, None, None]


def test_answers_of_the_same_words_get_keys_of_their_own(cast, draft):
    scale = draft.scales.get(key="overall_4")
    found = [editing.add_point(Point(scale=scale, label=label), by=cast.hr).key for label in ("Too early", "★", "★")]
    assert found == ["too_early_2", "answer", "answer_2"]


def test_changes_of_a_scale_are_undone(cast, catalogue, draft):
    scale = draft.scales.get(key="frequency_5")
    kept = {point.key: point.pk for point in scale.points.all()}
    editing.add_point(Point(scale=scale, label="New"), by=cast.hr)
    editing.remove_point(scale.points.get(key="often"), by=cast.hr)
    scale.points.filter(key="rarely").update(label="Never")
    Scale.objects.filter(pk=scale.pk).update(title="Changed")
    editing.reset_scale(Scale.objects.get(pk=scale.pk), by=cast.hr)
    assert compare(catalogue, type(draft).objects.get(pk=draft.pk)).is_empty
    now = {point.key: point.pk for point in scale.points.all()}
    assert {key for key in kept if kept[key] != now[key]} == {"often"}


# --- who, and what is told -------------------------------------------------------------------------------------------
def test_only_hr_and_only_in_a_draft(cast, catalogue, draft):
    for by, version in ((cast.manager, draft), (cast.hr, catalogue)):
        one, two = at(version, "TEC-CICD"), at(version, "TEC-RELS")
        scale = version.scales.get(key="frequency_5")
        actions = [
            lambda by=by, one=one, two=two: editing.move_past(two, one, is_up=True, by=by),
            lambda by=by, one=one: editing.retire(one, by=by),
            lambda by=by, version=version: editing.bring_back(at(catalogue, "TEC-CICD"), version, by=by),
            lambda by=by, scale=scale: editing.add_point(Point(scale=scale, label="New"), by=by),
            lambda by=by, scale=scale: editing.remove_point(scale.points.first(), by=by),
            lambda by=by, scale=scale: editing.reset_scale(scale, by=by),
        ]
        for act in actions:
            with pytest.raises(PermissionDenied):
                act()


def test_publishing_tells_in_numbers_what_changed(cast, draft):
    editing.retire(at(draft, "OPS-TOIL"), by=cast.hr)
    make_code(draft, key="TEC-NEW")
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=2).update(text="A secret sentence.")
    perform(draft, "publish", by=cast.hr)
    published, told = Event.objects.filter(target_id=str(draft.pk)).order_by("-number")[:2][::-1]
    assert (published.verb, told.verb) == ("catalogue.publish", "catalogue.content_changed")
    assert told.actor == cast.hr
    assert told.data == {
        "since": 1,
        "codes": {"added": 1, "removed": 1},
        "sentences": {"added": 5, "changed": 1, "removed": 5},
        "expectations": {"added": 1, "removed": 6},
        "questions": {"changed": 6},  # those that asked about the retired code
    }
    (line,) = lines_for([told])
    assert (line.action, line.about) == ("Content of the catalogue changed", "Catalogue, version 2")
    assert line.details.startswith("codes: 1 added, 1 removed; sentences: 5 added, 1 changed, 5 removed")
    assert "secret" not in line.details


def test_the_first_version_has_nothing_to_be_compared_with(catalogue):
    assert [event.verb for event in Event.objects.filter(target_id=str(catalogue.pk))] == ["catalogue.publish"]
