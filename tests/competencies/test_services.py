import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from competencies import services
from competencies.models import Catalogue, Code, Expectation, Indicator, Point
from competencies.services import load_starter_catalogue
from foundation.audit.models import Event
from foundation.workflow.moves import perform
from questionnaires.models import Option, Question, Questionnaire, ReviewTemplate, Section, TemplateStage
from tests.factories import make_catalogue


def test_the_starter_content_becomes_one_published_catalogue(catalogue):
    assert catalogue.status == "published"
    assert catalogue.codes.count() == 29
    assert catalogue.codes.core().count() == 12
    assert catalogue.questionnaires.filter(purpose="feedback").count() == 6
    assert Question.objects.get(key="own_early").code.key == "TEA-DSCI"
    assert Point.objects.get(scale__key="frequency_5", key="cannot_say").score is None


def test_direct_reports_are_never_pooled(catalogue):
    assert list(catalogue.questionnaires.filter(is_pooled=False).values_list("key", flat=True)) == ["direct_report"]


def test_loading_twice_changes_nothing(catalogue):
    assert load_starter_catalogue() == catalogue
    assert Catalogue.objects.count() == 1


def content(catalogue):
    """Everything in a version, without ids."""
    code, scale, asked = "code__key", "scale__key", "section__questionnaire__key"
    sentences = Indicator.objects.filter(code__catalogue=catalogue).order_by(code, "level")
    expected = Expectation.objects.filter(code__catalogue=catalogue).order_by(code, "grade")
    points = Point.objects.filter(scale__catalogue=catalogue).order_by(scale, "order")
    questions = Question.objects.filter(section__questionnaire__catalogue=catalogue)
    questions = questions.order_by("section__questionnaire__purpose", asked, "section__order", "order")
    sections = Section.objects.filter(questionnaire__catalogue=catalogue)
    options = Option.objects.filter(question__section__questionnaire__catalogue=catalogue)
    forms = Questionnaire.objects.filter(catalogue=catalogue)
    templates = ReviewTemplate.objects.filter(catalogue=catalogue)
    return [
        list(catalogue.codes.values_list("key", "order", "title", "description", "category", "is_core")),
        list(sentences.values_list(code, "level", "text")),
        list(expected.values_list(code, "grade", "level")),
        list(points.values_list(scale, "key", "score", "label", "definition")),
        list(questions.values_list(asked, "section__key", "key", "text", scale, code, "is_required", "example")),
        list(questions.values_list("kind", "help", "meaning", "max_length", "max_items", "required_if__key")),
        list(
            sections.order_by("questionnaire__purpose", "questionnaire__key", "order").values_list("key", "repeat_for")
        ),
        list(options.order_by("question__key", "order").values_list("question__key", "key", "label")),
        list(templates.values_list("key", "title", "overall_scale__key", "code_scale__key", "goal_scale__key")),
        list(TemplateStage.objects.filter(template__in=templates).values_list("key", "title", "days", "texts")),
        list(forms.values_list("purpose", "key", "template__key", "minutes")),
    ]


def test_the_next_version_is_a_whole_copy_that_shares_nothing(cast, catalogue):
    draft = services.new_version(by=cast.hr, note="Second edition")
    assert (draft.version, draft.status, draft.note) == (2, "draft", "Second edition")
    assert content(draft) == content(catalogue)
    question = Question.objects.filter(
        section__questionnaire__catalogue=draft, code__isnull=False, scale__isnull=False
    ).first()
    assert question.code.catalogue == question.scale.catalogue == draft
    draft.codes.all().delete()
    assert catalogue.codes.count() == 29


def test_an_open_draft_is_opened_again(cast, catalogue):
    assert services.new_version(by=cast.hr, note="One") == services.new_version(by=cast.hr, note="Two")
    assert Catalogue.objects.count() == 2


@pytest.mark.parametrize("codes", [1, 3, 30])
def test_copying_costs_the_same_for_any_number_of_codes(cast, django_assert_num_queries, codes):
    perform(make_catalogue(codes=codes), "publish")
    with django_assert_num_queries(24):
        services.new_version(by=cast.hr, note="Next")
    assert Code.objects.filter(catalogue__version=2).count() == codes


def make_older(catalogue) -> None:
    """As an installation has it after an update: the version in use was shipped by an older release."""
    kept = {"sqlite": "DROP TRIGGER competencies_catalogue_no_update",
            "postgresql": "DROP TRIGGER competencies_catalogue_kept ON competencies_catalogue"}  # fmt: skip
    connection.cursor().execute(kept[connection.vendor])  # rolled back with the test
    Catalogue.objects.filter(pk=catalogue.pk).update(shipped="of an older release")


def test_what_a_new_release_ships_becomes_a_draft_once_and_never_the_version_in_use(cast, catalogue):
    assert services.offer_shipped_content() is None
    make_older(catalogue)
    offered = services.offer_shipped_content()
    assert (offered.status, offered.version) == ("draft", 2)
    assert content(offered) == content(catalogue)
    assert Catalogue.objects.current() == catalogue
    assert services.offer_shipped_content() is None
    services.discard(offered, by=cast.hr)
    assert services.offer_shipped_content() is None


def test_an_open_draft_is_not_disturbed_by_new_content(cast, catalogue):
    make_older(catalogue)
    services.new_version(by=cast.hr)
    assert services.offer_shipped_content() is None


def test_only_hr_prepares_versions(cast, catalogue):
    for person in (cast.manager, cast.subject, cast.it, cast.auditor):
        with pytest.raises(PermissionDenied):
            services.new_version(by=person)


def test_a_draft_is_thrown_away_whole_and_a_published_version_never(cast, catalogue):
    draft = services.new_version(by=cast.hr)
    services.discard(draft, by=cast.hr)
    assert set(Catalogue.objects.all()) == {catalogue}
    assert Event.objects.filter(verb="catalogue.discarded").count() == 1
    with pytest.raises(PermissionDenied):
        services.discard(catalogue, by=cast.hr)


def test_a_published_version_is_current_and_can_no_longer_be_written(cast, catalogue):
    draft = services.new_version(by=cast.hr, note="Second edition")
    assert Catalogue.objects.current() == catalogue
    perform(draft, "publish", by=cast.hr)
    assert Catalogue.objects.current() == draft
    code = draft.codes.first()
    with pytest.raises(PermissionDenied):
        services.write_code(code, sentences={1: "New"}, expectations={}, by=cast.hr)
    assert code.indicators.count() == 5


def test_writing_a_code_replaces_sentences_and_expectations(cast):
    draft = make_catalogue(codes=1)
    code = draft.codes.get()
    code.title = "Renamed"
    sentences = {level: f"Sentence {level}" for level in range(1, 6)}
    services.write_code(code, sentences=sentences, expectations={"MLO3": None}, by=cast.hr)
    code = Code.objects.with_levels().get(pk=code.pk)
    assert (code.title, code.sentence(4), code.expected_at("MLO3")) == ("Renamed", "Sentence 4", None)
