from competencies.models import Catalogue, Point, Question
from competencies.services import load_starter_catalogue


def test_the_starter_content_becomes_one_published_catalogue(catalogue):
    assert catalogue.status == "published"
    assert catalogue.codes.count() == 29
    assert catalogue.codes.core().count() == 12
    assert catalogue.questionnaires.count() == 6
    assert Question.objects.get(key="ds_path").code.key == "TEC-CICD"
    assert Point.objects.get(scale__key="frequency_5", key="cannot_say").score is None


def test_direct_reports_are_never_pooled(catalogue):
    assert list(catalogue.questionnaires.filter(is_pooled=False).values_list("key", flat=True)) == ["direct_report"]


def test_loading_twice_changes_nothing(catalogue):
    assert load_starter_catalogue() == catalogue
    assert Catalogue.objects.count() == 1
