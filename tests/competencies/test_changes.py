import pytest
from django.urls import reverse

from competencies.changes import compare
from competencies.models import Indicator
from competencies.services import new_version
from tests.factories import make_catalogue, make_code


def test_an_untouched_copy_changes_nothing(cast, catalogue):
    assert compare(catalogue, new_version(by=cast.hr)) == {"added": [], "removed": [], "changed": [], "scales": []}


def test_codes_sentences_and_expectations_that_differ_are_told(cast, catalogue):
    draft = new_version(by=cast.hr)
    draft.codes.get(key="OPS-TOIL").delete()
    added = make_code(draft, key="TEC-NEW")
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=2).update(text="Rewritten.")
    draft.codes.filter(key="TEC-CICD").update(is_core=False)
    draft.codes.get(key="TEC-CICD").expectations.filter(grade="MLO6").update(level=4)
    changes = compare(catalogue, draft)
    assert (changes["added"], [code.key for code in changes["removed"]]) == ([added], ["OPS-TOIL"])
    (entry,) = changes["changed"]
    assert entry["code"].key == "TEC-CICD"
    told = {row["label"]: (row["before"], row["after"]) for row in entry["rows"]}
    assert set(told) == {"Asked of everybody", "Sentence 2", "Expected of MLO6"}
    assert told["Expected of MLO6"] == ("5", "4")
    assert told["Sentence 2"][1] == "Rewritten."


def test_words_of_a_scale_that_differ_are_told(cast, as_, catalogue):
    """cases H11"""
    draft = new_version(by=cast.hr)
    scale = draft.scales.get(key="frequency_5")
    scale.points.filter(order=scale.points.first().order).update(label="Once in a while")
    (entry,) = compare(catalogue, draft)["scales"]
    assert entry["scale"] == scale
    assert [(row["label"], row["after"]) for row in entry["rows"]] == [("Answer 1", "Once in a while")]
    page = as_(cast.hr).get(reverse("competencies:differences", args=[draft.pk, catalogue.pk]))
    assert "Once in a while" in page.content.decode()


@pytest.mark.parametrize("codes", [1, 3, 30])
def test_comparing_costs_the_same_for_any_number_of_codes(db, django_assert_num_queries, codes):
    one, two = make_catalogue(1, codes), make_catalogue(2, codes)
    with django_assert_num_queries(9):
        assert compare(one, two)["changed"] == []
