import pytest
from django.urls import reverse

from competencies.changes import Effect, compare, pieces
from competencies.editing import add_point, move_past, remove_point
from competencies.models import Indicator, Point
from competencies.services import new_version
from tests.factories import make_catalogue, make_code


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def told(entry) -> dict:
    return {row.label: (row.before, row.after) for row in entry.rows}


def test_an_untouched_copy_changes_nothing(catalogue, draft):
    changes = compare(catalogue, draft)
    assert changes.is_empty
    assert changes.counts == {}


def test_codes_sentences_and_expectations_that_differ_are_told(catalogue, draft):
    draft.codes.get(key="OPS-TOIL").delete()
    added = make_code(draft, key="TEC-NEW")
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=2).update(text="Rewritten.")
    draft.codes.filter(key="TEC-CICD").update(is_core=False, sfia="")
    draft.codes.get(key="TEC-CICD").expectations.filter(grade="MLO6").update(level=4)
    changes = compare(catalogue, draft)
    assert changes.effects == {"TEC-CICD": Effect.CHANGED, "TEC-NEW": Effect.ADDED, "OPS-TOIL": Effect.REMOVED}
    by_key = {entry.subject.key: entry for entry in changes.codes}
    assert by_key["TEC-NEW"].subject == added
    assert told(by_key["TEC-NEW"])["Level 3"] == ("", "TEC-NEW seen at 3.")
    assert told(by_key["OPS-TOIL"])["Title"] == ("Automation of repetitive work", "")
    changed = told(by_key["TEC-CICD"])
    core = "Core: everybody is rated on it"
    assert set(changed) == {core, "SFIA cross-reference", "Level 2", "Expected of MLO6"}
    assert changed["Expected of MLO6"] == ("5", "4")
    assert changed["Level 2"][1] == "Rewritten."
    assert changes.counts == {
        "codes": {"added": 1, "changed": 1, "removed": 1},
        "sentences": {"added": 5, "changed": 1, "removed": 5},
        "expectations": {"added": 1, "changed": 1, "removed": 6},
        "questions": {"changed": 6},  # those that asked about the code that is gone
    }


def test_scales_and_their_answers_are_told(cast, as_, catalogue, draft):
    """cases H11"""
    scale = draft.scales.get(key="frequency_5")
    scale.points.filter(key="sometimes").update(label="Once in a while", definition="")
    remove_point(scale.points.get(key="often"), by=cast.hr)
    add_point(Point(scale=scale, label="Most of the time", score=3), by=cast.hr)
    draft.scales.filter(pk=scale.pk).update(hint="Think.")
    changes = compare(catalogue, draft)
    (entry,) = changes.scales
    assert entry.subject == scale
    rows = told(entry)
    assert rows["Answer “sometimes”: label"] == ("Sometimes", "Once in a while")
    assert rows["Answer “often”: score"] == ("3", "")
    assert rows["Answer “most of the time”: score"] == ("", "3")
    assert changes.counts == {"scales": {"changed": 1}, "points": {"added": 1, "changed": 1, "removed": 1}}
    page = as_(cast.hr).get(reverse("competencies:differences", args=[draft.pk, catalogue.pk])).content.decode()
    assert "Answers of scales: 1 added, 1 changed, 1 removed" in page
    assert "<ins>Once in a while</ins" in page


def test_another_order_of_the_codes_is_told(cast, catalogue, draft):
    first, second = draft.codes.get(key="TEC-CICD"), draft.codes.get(key="TEC-RELS")
    move_past(second, first, is_up=True, by=cast.hr)
    (order,) = compare(catalogue, draft).orders
    assert (order.before[:18], order.after[:18]) == ("TEC-CICD, TEC-RELS", "TEC-RELS, TEC-CICD")


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("Fixes a failing step.", "Fixes a failing stage.", ["stage"]),
        ("Same", "Same", []),
        ("", "All of it", ["All of it"]),
        ("One, two", "Two", ["Two"]),
    ],
)
def test_only_the_words_that_changed_are_marked(before, after, changed):
    found = pieces(after, before)
    assert "".join(piece.text for piece in found) == after
    assert [piece.text for piece in found if piece.is_changed] == changed


def test_a_text_too_long_to_compare_is_shown_whole():
    (piece,) = pieces("word " * 3000, "other")
    assert piece.is_changed


@pytest.mark.parametrize("codes", [1, 3, 30])
def test_comparing_costs_the_same_for_any_number_of_codes(db, django_assert_num_queries, codes):
    one, two = make_catalogue(1, codes), make_catalogue(2, codes)
    with django_assert_num_queries(5):  # no scales and questionnaires, so nothing in them
        assert compare(one, two).is_empty
