import pytest
from django.urls import reverse

from competencies.forms import PerformanceCodeForm, VersionForm, grade_name, sentence_name
from competencies.models import Code
from competencies.services import new_version
from competencies.states import LEVELS
from people.models import Grade


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr)


def typed(**values):
    fields = {"key": "OPS-NEW", "category": "operational_effectiveness", "title": "New"}
    return fields | {sentence_name(level): f"Seen at {level}" for level in LEVELS} | values


def test_a_form_for_a_code_shows_its_sentences_and_expectations(draft):
    code = draft.codes.with_levels().get(key="TEC-CICD")
    form = PerformanceCodeForm(instance=code)
    assert [form[sentence_name(level)].initial for level in LEVELS] == [code.sentence(level) for level in LEVELS]
    assert [form[grade_name(grade)].initial for grade in Grade.objects.all()] == [1, 2, 3, 4, 4, 5]


def test_a_complete_form_hands_over_sentences_and_expectations(draft):
    form = PerformanceCodeForm(typed(expected_MLO1="1", expected_MLO6="5"), instance=Code(catalogue=draft))
    assert form.is_valid(), form.errors
    assert form.sentences() == {level: f"Seen at {level}" for level in LEVELS}
    assert {key: level for key, level in form.expectations().items() if level} == {"MLO1": 1, "MLO6": 5}


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"key": ""}, "key", "required"),
        ({"key": "TEC CICD"}, "key", "letters, digits and hyphens"),
        ({"key": "TEC\u00a0CICD"}, "key", "letters, digits and hyphens"),
        ({"key": "X" * 21}, "key", "at most 20 characters"),
        ({"key": "tec-cicd"}, "key", "another code with this key"),
        ({"category": "character"}, "category", "not one of the available choices"),
        ({"level_4": ""}, "level_4", "required"),
        ({"level_4": "x" * 1001}, "level_4", "at most 1000 characters"),
        ({"expected_MLO2": "6"}, "expected_MLO2", "not one of the available choices"),
    ],
)
def test_each_mistake_is_told_beside_its_field(draft, values, field, reason):
    form = PerformanceCodeForm(typed(**values), instance=Code(catalogue=draft))
    assert set(form.errors) == {field}
    assert reason in str(form.errors[field])


def test_a_code_may_keep_its_own_key(draft):
    code = draft.codes.get(key="TEC-CICD")
    base = PerformanceCodeForm(instance=code)["base"].value()
    assert PerformanceCodeForm(typed(key="TEC-CICD", base=base), instance=code).is_valid()


def test_a_new_version_says_what_changes(db):
    assert set(VersionForm({"note": " "}).errors) == {"note"}


def test_points_of_another_scale_cannot_be_slipped_in(cast, as_, draft, catalogue):
    scale = draft.scales.get(key="frequency_5")
    foreign = catalogue.scales.get(key="frequency_5").points.first()
    form = {"title": "How often", "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1}
    form |= {"form-0-id": foreign.pk, "form-0-label": "Forged"}
    as_(cast.hr).post(reverse("competencies:scale_edit", args=[scale.pk]), form)
    foreign.refresh_from_db()
    assert foreign.label != "Forged"


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"label": ""}, "label", "required"),
        ({"label": "often"}, "label", "another answer with this label"),
        ({"score": "3"}, "score", "another answer with this score"),
        ({"score": "6"}, "score", "less than or equal to 5"),
        ({"score": "x"}, "score", "whole number"),
    ],
)
def test_a_new_answer_that_does_not_fit_its_scale_is_refused_beside_the_field(cast, as_, draft, values, field, reason):
    scale = draft.scales.get(key="frequency_5")
    url = reverse("competencies:point_new", args=[scale.pk])
    answer = as_(cast.hr).post(url, {"label": "Hardly ever", "definition": "Kept text", "score": ""} | values)
    assert answer.status_code == 400
    assert reason in str(answer.context["form"].errors[field])
    assert "Kept text" in answer.content.decode()
    assert scale.points.count() == 6


@pytest.mark.parametrize("markup", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_markup_in_any_field_stays_text(cast, as_, draft, catalogue, markup):
    client = as_(cast.hr)
    texts = {sentence_name(level): markup for level in LEVELS} | {
        "title": markup,
        "description": markup,
        "sfia": markup,
    }
    client.post(reverse("competencies:code_new", args=[draft.pk]), typed(**texts))
    Grade.objects.filter(key="MLO3").update(title=markup)
    type(draft).objects.filter(pk=draft.pk).update(title=markup, note=markup)
    draft.scales.update(title=markup, hint=markup)
    code = draft.codes.get(key="OPS-NEW")
    urls = [draft.get_absolute_url(), code.get_absolute_url(), reverse("competencies:versions")]
    urls += [reverse("competencies:code_edit", args=[code.pk]), reverse("competencies:scales", args=[draft.pk])]
    urls += [reverse("competencies:differences", args=[draft.pk, catalogue.pk])]
    urls += [reverse("competencies:scale_edit", args=[draft.scales.first().pk])]
    for url in urls:
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
