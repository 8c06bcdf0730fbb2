"""Each check in a sentence; an error stops publishing, a warning does not."""

import pytest

from competencies.checks import findings
from competencies.models import Code, Expectation, Indicator, Point
from competencies.services import new_version
from foundation.workflow.moves import MoveRefused, perform
from tests.factories import make_catalogue, make_code, make_grade


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def fresh(draft):
    return type(draft).objects.get(pk=draft.pk)


def errors(draft) -> list[str]:
    return [each.text for each in findings(fresh(draft)) if each.is_error]


def warnings(draft) -> list[str]:
    return [each.text for each in findings(fresh(draft)) if not each.is_error]


def test_the_starter_content_has_nothing_to_be_found(catalogue, draft):
    assert findings(catalogue) == findings(draft) == []


def without_a_sentence(draft):
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level__in=(2, 4)).delete()


def with_a_blank_sentence(draft):
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=4).update(text="  ")


def with_a_fall(draft):
    Expectation.objects.filter(code__catalogue=draft, code__key="TEC-CICD", grade="MLO4").update(level=2)


def with_the_same_key_twice(draft):
    draft.codes.filter(key="TEC-RELS").update(key="tec-cicd")


def with_one_score(draft):
    Point.objects.filter(scale__catalogue=draft, scale__key="overall_4", score__gt=1).delete()


def with_a_score_twice(draft):
    Point.objects.filter(scale__catalogue=draft, scale__key="overall_4", score=2).update(score=3)


def without_a_fifth_level(draft):
    Point.objects.filter(scale__catalogue=draft, scale__key="proficiency_5", score=5).delete()


def with_a_label_twice(draft):
    Point.objects.filter(scale__catalogue=draft, scale__key="frequency_5", key="often").update(label="SOMETIMES")


def without_contact(draft):
    Point.objects.filter(scale__catalogue=draft, scale__used_for="contact").exclude(key="weekly").delete()


def without_a_note(draft):
    type(draft).objects.filter(pk=draft.pk).update(note=" ")


def without_codes(draft):
    draft.codes.all().delete()


@pytest.mark.parametrize(
    ("spoil", "sentences"),
    [
        (without_a_sentence, ["TEC-CICD: write the sentences for levels 2, 4."]),
        (with_a_blank_sentence, ["TEC-CICD: write the sentence for level 4."]),
        (
            with_a_fall,
            ["TEC-CICD: MLO4 is expected at level 2, below MLO3 at level 3. Raise the one or lower the other."],
        ),
        (
            with_the_same_key_twice,
            [
                "TEC-CICD: another code has the same key. Change one of them.",
                "tec-cicd: another code has the same key. Change one of them.",
            ],
        ),
        (with_one_score, ["Overall result for the period: add at least two answers with a score."]),
        (with_a_score_twice, ["Overall result for the period: two answers have the score 3. Remove one of them."]),
        (without_a_fifth_level, ["Proficiency: codes have five levels, so this scale needs the scores 1 to 5."]),
        (with_a_label_twice, ["How often seen: two answers have the same label."]),
        (without_contact, ["How closely you worked together: add at least two answers."]),
        (without_a_note, ["Say what changed in this version."]),
        (without_codes, ["Add at least one code."]),
    ],
)
def test_an_error_says_what_is_wrong_and_stops_publishing(cast, draft, spoil, sentences):
    spoil(draft)
    assert errors(draft) == sentences
    with pytest.raises(MoveRefused) as refusal:
        perform(fresh(draft), "publish", by=cast.hr)
    assert str(refusal.value).startswith(sentences[0])
    assert fresh(draft).status == "draft"


def test_a_refusal_names_the_first_error_and_counts_the_rest(cast, draft):
    with_a_fall(draft)
    without_a_note(draft)
    with_one_score(draft)
    with pytest.raises(MoveRefused, match=r"Say what changed in this version. 2 more errors stop publishing."):
        perform(fresh(draft), "publish", by=cast.hr)


def with_a_long_label(draft):
    Point.objects.filter(scale__catalogue=draft, scale__key="frequency_5", key="often").update(label="x" * 46)


def without_not_observed(draft):
    Point.objects.filter(scale__catalogue=draft, scale__key="frequency_5", score=None).delete()


def without_an_expectation(draft):
    Expectation.objects.filter(code__catalogue=draft, code__key="TEC-CICD", grade__in=("MLO1", "MLO2")).delete()


def without_expectations(draft):
    Expectation.objects.filter(code__catalogue=draft, code__key="TEC-CICD").delete()


def with_a_sentence_twice(draft):
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level__in=(2, 3)).update(text="Same.")


def without_a_description(draft):
    draft.codes.filter(key="TEC-CICD").update(description="")


def with_a_title_twice(draft):
    draft.codes.filter(key__in=("TEC-CICD", "TEC-RELS")).update(title="Releases")


def without_core_codes(draft):
    draft.codes.update(is_core=False)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (with_a_long_label, "How often seen: “" + "x" * 46 + "” has 46 characters; more than 45 do not fit its badge."),
        (without_not_observed, "How often seen: add an answer without a score"),
        (without_an_expectation, "TEC-CICD: no level is expected of MLO1, MLO2."),
        (without_expectations, "TEC-CICD: no level is expected of any grade."),
        (with_a_sentence_twice, "TEC-CICD: two levels have the same sentence."),
        (without_a_description, "TEC-CICD: the description is empty."),
        (with_a_title_twice, "TEC-CICD: another code has the same title."),
        (without_core_codes, "No code is core, so nobody would be rated on any."),
    ],
)
def test_a_warning_is_told_and_stops_nothing(cast, draft, spoil, sentence):
    spoil(draft)
    assert errors(draft) == []
    assert warnings(draft)[0].startswith(sentence)
    assert perform(fresh(draft), "publish", by=cast.hr).status == "published"


def test_a_gap_between_grades_is_no_fall(db):
    draft = make_catalogue(codes=1)
    code = draft.codes.get()
    Expectation.objects.filter(code=code).delete()
    for number, level in ((1, 2), (3, 2), (5, 4)):
        Expectation.objects.create(code=code, grade=make_grade(f"MLO{number}"), level=level)
    make_grade("MLO4")
    assert errors(draft) == []


@pytest.mark.parametrize("codes", [1, 3, 30])
def test_checking_costs_the_same_for_any_number_of_codes(db, django_assert_num_queries, codes):
    draft = make_catalogue(codes=codes)
    assert Code.objects.count() == codes
    make_code(draft, key="TEC-NEW")
    with django_assert_num_queries(5):  # no scales and questionnaires, so nothing in them
        findings(draft)
    with django_assert_num_queries(0):
        findings(draft)
