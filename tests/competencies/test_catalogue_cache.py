"""A published catalogue is read once per process; a draft is always read anew."""

from competencies.catalogue_cache import content_of
from competencies.models import Code
from competencies.services import new_version


def test_a_published_catalogue_is_read_once(catalogue, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert len(content_of(catalogue).codes) == 29
        assert len(content_of(catalogue).core) == 12


def test_it_holds_sentences_expectations_and_points(catalogue, django_assert_num_queries):
    content = content_of(catalogue)
    code = content.core[0]
    with django_assert_num_queries(0):
        assert len(code.indicators.all()) == 5
        assert {each.grade_id for each in code.expectations.all()} == {f"MLO{n}" for n in range(1, 7)}
        assert [point.key for point in content.points["overall_4"]] == [
            "below",
            "partly",
            "fully",
            "beyond",
            "too_early",
        ]


def test_a_draft_is_read_as_it_stands_now(cast, catalogue):
    draft = new_version(by=cast.hr)
    assert len(content_of(draft).codes) == 29
    Code.objects.create(catalogue=draft, key="TEC-NEW", category="technical_skills", title="New")
    assert len(content_of(draft).codes) == 30


def test_two_versions_are_kept_apart(cast, catalogue):
    draft = new_version(by=cast.hr)
    assert {code.pk for code in content_of(catalogue).codes}.isdisjoint({code.pk for code in content_of(draft).codes})
