import pytest
from django.urls import reverse

from competencies.models import Catalogue, Code
from competencies.services import new_version
from foundation.workflow.moves import perform
from tests.factories import make_catalogue, make_grade
from tests.opened import opened


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def posted(**values):
    """A valid code form."""
    sentences = {f"level_{level}": f"Sentence {level}" for level in range(1, 6)}
    return {"key": "tec-new", "category": "technical_skills", "title": "New work"} | sentences | values


def test_before_the_starter_content_the_page_says_so(cast, as_):
    assert "No catalogue is published yet" in as_(cast.subject).get(reverse("competencies:catalogue")).content.decode()


@pytest.mark.parametrize("codes", [1, 3, 30])
def test_the_catalogue_costs_the_same_for_any_number_of_codes(cast, as_, django_assert_num_queries, codes):
    perform(make_catalogue(codes=codes), "publish")
    client = as_(cast.subject)
    with django_assert_num_queries(11):
        page = client.get(reverse("competencies:catalogue"))
    assert page.content.count(b"row-title") == codes


@pytest.mark.parametrize("versions", [1, 3, 30])
def test_versions_cost_the_same_for_any_number(cast, as_, django_assert_num_queries, versions):
    for number in range(versions):
        perform(make_catalogue(version=number + 1, codes=1, note="More"), "publish")
    client = as_(cast.subject)
    with django_assert_num_queries(6):
        page = client.get(reverse("competencies:versions"))
    assert page.content.count(b"row-title") == versions


def test_the_catalogue_shows_what_is_expected_of_ones_own_or_a_chosen_grade(cast, as_, catalogue):
    code = catalogue.codes.with_levels().get(key="TEC-CICD")
    own = as_(cast.subject).get(reverse("competencies:catalogue")).content.decode()
    assert code.sentence(3) in own
    chosen = as_(cast.subject).get(reverse("competencies:catalogue"), {"grade": "MLO6"}).content.decode()
    assert code.sentence(5) in chosen
    assert code.sentence(3) not in chosen


def test_a_search_says_in_which_sentence_it_found_a_code(cast, as_, catalogue):
    page = as_(cast.subject).get(reverse("competencies:catalogue"), {"q": "flaky GATE"}).content.decode()
    assert "Found at level 4: Removes a delay or a flaky gate" in page
    assert "1 code found." in page
    by_title = as_(cast.subject).get(reverse("competencies:catalogue"), {"q": "cicd"}).content.decode()
    assert "Found at level" not in by_title


@pytest.mark.parametrize(
    ("query", "count"),
    [({"core": "1"}, 12), ({"q": "flaky gate"}, 1), ({"q": "nothing like this"}, 0), ({"category": "nonsense"}, 29)],
)
def test_codes_are_found_by_core_and_words(cast, as_, catalogue, query, count):
    page = as_(cast.subject).get(reverse("competencies:catalogue"), query).content.decode()
    assert page.count('class="row-title"') == count


def test_codes_are_found_by_category(cast, as_, catalogue):
    page = (
        as_(cast.subject).get(reverse("competencies:catalogue"), {"category": "teamwork_proficiency"}).content.decode()
    )
    assert page.count('class="row-title"') == catalogue.codes.filter(category="teamwork_proficiency").count()


def test_a_code_shows_its_five_sentences_and_the_level_of_each_grade(cast, as_, catalogue):
    code = catalogue.codes.with_levels().get(key="TEC-CICD")
    page = as_(cast.subject).get(code.get_absolute_url()).content.decode()
    assert all(code.sentence(level) in page for level in range(1, 6))
    assert page.count('<th scope="row">') == 6
    assert "MLO3 · your grade" in page


def test_everybody_reads_the_published_version_and_hr_alone_the_draft(cast, as_, catalogue, draft):
    pages = [draft.get_absolute_url(), draft.codes.first().get_absolute_url()]
    pages += [reverse("competencies:scales", args=[draft.pk])]
    pages += [reverse("competencies:differences", args=[draft.pk, catalogue.pk])]
    for url in pages:
        assert as_(cast.hr).get(url).status_code == 200
        for name in ("subject", "manager", "auditor", "it"):
            assert as_(cast[name]).get(url).status_code == 404
    assert "Second edition" not in as_(cast.subject).get(reverse("competencies:versions")).content.decode()
    assert as_(cast.subject).get(reverse("competencies:scales", args=[catalogue.pk])).status_code == 200


def test_nobody_but_hr_changes_anything(cast, as_, catalogue, draft):
    code, scale = draft.codes.first(), draft.scales.first()
    actions = [("code_edit", code), ("code_retire", code), ("scale_edit", scale)]
    actions += [("publish", draft), ("discard", draft), ("code_new", draft)]
    for name in ("manager", "subject", "auditor", "it"):
        for verb, row in actions:
            assert as_(cast[name]).post(reverse(f"competencies:{verb}", args=[row.pk])).status_code == 404
        assert as_(cast[name]).post(reverse("competencies:new_version"), {"note": "x"}).status_code == 404
    assert Catalogue.objects.get(pk=draft.pk).status == "draft"


def test_a_published_version_is_changed_by_nobody(cast, as_, catalogue):
    code, scale = catalogue.codes.first(), catalogue.scales.first()
    actions = [("code_edit", code), ("code_retire", code), ("scale_edit", scale)]
    actions += [("discard", catalogue), ("code_new", catalogue)]
    for verb, row in actions:
        assert as_(cast.hr).post(reverse(f"competencies:{verb}", args=[row.pk]), posted()).status_code == 404
    assert catalogue.codes.count() == 29


def test_hr_opens_a_version_edits_a_code_and_publishes(cast, as_, catalogue):
    client = as_(cast.hr)
    draft_url = client.post(reverse("competencies:new_version"), {"note": "Clearer words"}).url
    draft = Catalogue.objects.get(version=2)
    assert draft_url == draft.get_absolute_url()
    client.post(
        reverse("competencies:code_new", args=[draft.pk]), posted(expected_MLO3="2", catalogue=str(catalogue.pk))
    )
    code = Code.objects.with_levels().get(key="TEC-NEW")
    assert (code.catalogue, code.sentence(5), code.expected_at("MLO3")) == (draft, "Sentence 5", 2)
    url = reverse("competencies:code_edit", args=[code.pk])
    assert "Sentence 5" in client.get(url).content.decode()
    client.post(url, posted(level_5="Sharper") | opened(client, url))
    assert Code.objects.with_levels().get(key="TEC-NEW").sentence(5) == "Sharper"
    client.post(reverse("competencies:publish", args=[draft.pk]))
    assert Catalogue.objects.current() == draft
    page = as_(cast.subject).get(reverse("competencies:differences", args=[draft.pk, catalogue.pk])).content.decode()
    assert "TEC-NEW" in page
    assert "Clearer words" in page


def test_a_code_form_with_a_gap_keeps_what_was_typed(cast, as_, draft):
    bad = posted(key="TEC-CICD", level_3="", level_4="Kept sentence")
    page = as_(cast.hr).post(reverse("competencies:code_new", args=[draft.pk]), bad).content.decode()
    assert "This catalogue has another code with this key." in page
    assert "This field is required." in page
    assert "Kept sentence" in page


def test_publishing_twice_is_told_kindly(cast, as_, draft):
    client, url = as_(cast.hr), reverse("competencies:publish", args=[draft.pk])
    client.post(url)
    assert "It may have moved on" in client.post(url, follow=True).content.decode()


def test_the_words_of_a_scale_change_but_never_its_scores(cast, as_, draft):
    scale = draft.scales.get(key="frequency_5")
    points = list(scale.points.all())
    form = {"title": "How often", "form-TOTAL_FORMS": len(points), "form-INITIAL_FORMS": len(points)}
    for number, point in enumerate(points):
        form |= {f"form-{number}-id": point.pk, f"form-{number}-label": f"Word {number}", f"form-{number}-score": "5"}
    client, url = as_(cast.hr), reverse("competencies:scale_edit", args=[scale.pk])
    client.post(url, form | opened(client, url))
    assert list(scale.points.values_list("label", flat=True)) == [f"Word {number}" for number in range(len(points))]
    assert list(scale.points.values_list("score", flat=True)) == [point.score for point in points]


def test_a_draft_is_discarded(cast, as_, draft, catalogue):
    client, url = as_(cast.hr), reverse("competencies:discard", args=[draft.pk])
    draft.codes.get(key="OPS-TOIL").delete()
    page = client.get(url).content.decode()
    assert "lost for good" in page
    assert "Codes: 1 removed" in page
    client.post(url)
    assert set(Catalogue.objects.all()) == {catalogue}


def test_a_code_is_retired_from_a_draft(cast, as_, draft, catalogue):
    as_(cast.hr).post(reverse("competencies:code_retire", args=[draft.codes.get(key="TEC-CICD").pk]))
    assert draft.codes.count() == 28
    assert catalogue.codes.count() == 29


def test_a_grade_that_is_not_there_shows_descriptions(cast, as_, catalogue):
    make_grade("MLO3")
    page = as_(cast.subject).get(reverse("competencies:catalogue"), {"grade": "XYZ"}).content.decode()
    assert catalogue.codes.first().description[:40] in page
