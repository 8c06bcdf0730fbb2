"""The page of a draft, and everything HR does from it."""

import re

import pytest
from django.urls import reverse

from competencies.models import Catalogue, Code, Indicator
from competencies.services import new_version
from tests.browser import assert_clean, browser, follow, open_page, press, signed_in  # noqa: F401
from tests.factories import make_code
from tests.opened import opened


@pytest.fixture
def draft(cast, catalogue):
    return new_version(by=cast.hr, note="Second edition")


def route(name, *rows):
    return reverse(f"competencies:{name}", args=[getattr(row, "pk", row) for row in rows])


def order(page: str) -> list[str]:
    return re.findall(r'<li id="([A-Z-]+)" class="draft-row"', page)


def test_a_draft_shows_what_is_wrong_and_what_is_new(cast, as_, draft):
    client, url = as_(cast.hr), draft.get_absolute_url()
    page = client.get(url).content.decode()
    assert "Ready to publish: nothing was found." in page
    assert "the draft is the same as the version in use" in page
    make_code(draft, key="TEC-NEW")
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=2).delete()
    page = client.get(url).content.decode()
    assert "1 error stops publishing." in page
    assert f'href="{route("code_edit", draft.codes.get(key="TEC-CICD"))}">TEC-CICD: write the sentence' in page
    assert "Codes: 1 added" in page
    assert page.count(">new</span>") == page.count(">changed</span>") == 1


@pytest.mark.parametrize("codes", [1, 30])
def test_a_draft_costs_the_same_for_any_number_of_codes(cast, as_, draft, django_assert_max_num_queries, codes):
    for number in range(codes):
        make_code(draft, key=f"NEW-{number}")
    client = as_(cast.hr)
    client.get(draft.get_absolute_url())  # the first page of a session also stores it
    with django_assert_max_num_queries(15):
        client.get(draft.get_absolute_url())


# --- order -----------------------------------------------------------------------------------------------------------
def test_codes_are_moved_by_their_buttons(cast, as_, draft):
    client = as_(cast.hr)
    before = order(client.get(draft.get_absolute_url()).content.decode())
    second = draft.codes.get(key=before[1])
    page = client.post(route("code_move", second, "up"), {"past": before[0]}, follow=True).content.decode()
    assert order(page)[:2] == [before[1], before[0]]
    page = client.post(route("code_move", second, "down"), {"past": before[0]}, follow=True).content.decode()
    assert order(page) == before


def test_a_move_in_an_older_tab_says_that_it_is_done(cast, as_, draft):
    client, keys = as_(cast.hr), list(draft.codes.values_list("key", flat=True)[:2])
    url, past = route("code_move", draft.codes.get(key=keys[1]), "up"), {"past": keys[0]}
    client.post(url, past)
    page = client.post(url, past, follow=True).content.decode()
    assert f"{keys[1]} was moved there already." in page
    assert order(page)[:2] == [keys[1], keys[0]]


@pytest.mark.parametrize("past", ["", "NOT-THERE", "TEA-DSCI", "TEC-CICD\x1f"])
def test_a_neighbour_that_is_gone_or_none_changes_nothing(cast, as_, draft, past):
    client = as_(cast.hr)
    before = list(draft.codes.values_list("key", "order"))
    page = client.post(route("code_move", draft.codes.get(key="TEC-RELS"), "up"), {"past": past}, follow=True)
    assert "The codes have changed meanwhile." in page.content.decode()
    assert list(draft.codes.values_list("key", "order")) == before


def test_a_direction_that_is_none_does_not_exist(cast, as_, draft):
    assert as_(cast.hr).post(route("code_move", draft.codes.first(), "sideways")).status_code == 404


def test_a_filter_stays_while_codes_are_moved(cast, as_, draft):
    chosen = {"q": "model", "category": "technical_skills"}
    client = as_(cast.hr)
    keys = order(client.get(draft.get_absolute_url(), chosen).content.decode())
    code = draft.codes.get(key=keys[1])
    above = draft.codes.filter(category=code.category, order__lt=code.order).last()
    answer = client.post(route("code_move", code, "up"), {"past": above.key} | chosen)
    assert "q=model&category=technical_skills" in answer.url


# --- retire and bring back -------------------------------------------------------------------------------------------
def test_before_a_code_is_retired_the_page_names_the_questions_that_lose_it(cast, as_, draft):
    code = draft.codes.get(key="TEC-CICD")
    texts = [question.text.replace("{{ employee_name }}", "[employee name]") for question in code.questions.all()]
    assert texts
    client = as_(cast.hr)
    page = client.get(route("code_retire", code))
    shown = page.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert all(text in shown for text in texts)
    assert "{{" not in shown
    assert "You can bring the code back" in shown
    assert Code.objects.filter(pk=code.pk).exists()
    page = client.post(route("code_retire", code), follow=True).content.decode()
    assert "TEC-CICD retired." in page
    assert "Retired in this draft" in page


def test_a_code_that_is_new_in_the_draft_cannot_be_brought_back_and_the_page_says_so(cast, as_, draft):
    code = make_code(draft, key="TEC-NEW")
    page = as_(cast.hr).get(route("code_retire", code)).content.decode()
    assert "it cannot be brought back" in page
    assert "None: no question asks about this code." in page


def test_a_retired_code_is_brought_back(cast, as_, draft, catalogue):
    client = as_(cast.hr)
    client.post(route("code_retire", draft.codes.get(key="TEC-CICD")))
    original = catalogue.codes.get(key="TEC-CICD")
    page = client.post(route("code_bring_back", draft, original), follow=True).content.decode()
    assert "TEC-CICD is as in the version in use again." in page
    assert draft.codes.filter(key="TEC-CICD").count() == 1


def test_a_changed_code_shows_both_texts_and_can_be_undone(cast, as_, draft, catalogue):
    code = draft.codes.get(key="TEC-CICD")
    client = as_(cast.hr)
    assert "Changed in this draft" not in client.get(code.get_absolute_url()).content.decode()
    Indicator.objects.filter(code=code, level=1).update(text="Fixes a failing stage.")
    page = client.get(code.get_absolute_url()).content.decode()
    assert "Changed in this draft" in page
    assert "<ins>stage</ins" in page  # the tag is closed on the next line, so that no space is shown
    client.post(route("code_bring_back", draft, catalogue.codes.get(key="TEC-CICD")))
    assert "Changed in this draft" not in client.get(code.get_absolute_url()).content.decode()


# --- scales ----------------------------------------------------------------------------------------------------------
def test_an_answer_is_added_and_removed_and_the_scale_undone(cast, as_, draft):
    client, scale = as_(cast.hr), draft.scales.get(key="overall_4")
    client.post(route("point_new", scale), {"label": "Far beyond", "definition": "All of it.", "score": "5"})
    point = scale.points.get(score=5)
    assert "Far beyond" in client.get(route("scale_edit", scale)).content.decode()
    assert "Undo changes" in client.get(route("scales", draft)).content.decode()
    client.post(route("point_remove", point))
    assert scale.points.count() == 5
    assert "Undo changes" not in client.get(route("scales", draft)).content.decode()
    client.post(route("point_remove", scale.points.get(score=1)))
    client.post(route("scale_bring_back", scale))
    assert list(scale.points.values_list("score", flat=True)) == [1, 2, 3, 4, None]


def test_the_answers_of_the_contact_scale_are_fixed(cast, as_, draft):
    client, scale = as_(cast.hr), draft.scales.get(used_for="contact")
    assert client.get(route("point_new", scale)).status_code == 404
    assert client.post(route("point_remove", scale.points.first())).status_code == 404
    assert "Remove an answer" not in client.get(route("scale_edit", scale)).content.decode()


def test_an_answer_that_somebody_removed_meanwhile_loses_no_text_in_silence(cast, as_, draft):
    client, scale = as_(cast.hr), draft.scales.get(key="overall_4")
    url = route("scale_edit", scale)
    hidden, points = opened(client, url), list(scale.points.all())
    form = {"title": "Overall", "form-TOTAL_FORMS": len(points), "form-INITIAL_FORMS": len(points)}
    for number, point in enumerate(points):
        form |= {f"form-{number}-id": point.pk, f"form-{number}-label": f"Word {number}"}
    client.post(route("point_remove", points[0]))
    answer = client.post(url, form | hidden)
    assert answer.status_code == 400
    assert "Somebody has changed the answers meanwhile." in answer.content.decode()
    assert "Word 3" in answer.content.decode()


# --- note and publishing ---------------------------------------------------------------------------------------------
def test_title_and_note_are_edited(cast, as_, draft):
    client, url = as_(cast.hr), route("edit", draft)
    client.post(url, {"title": "Ladder", "note": "Clearer words"} | opened(client, url))
    draft = Catalogue.objects.get(pk=draft.pk)
    assert (draft.title, draft.note) == ("Ladder", "Clearer words")
    refused = client.post(url, {"title": "", "note": "Kept note"} | opened(client, url))
    assert refused.status_code == 400
    assert "Kept note" in refused.content.decode()


def test_the_last_page_before_publishing_shows_note_changes_and_checks(cast, as_, draft):
    client, url = as_(cast.hr), route("publish", draft)
    draft.codes.filter(key="TEC-CICD").update(title="Pipelines")
    page = client.get(url).content.decode()
    assert "Second edition" in page
    assert "Codes: 1 changed" in page
    assert "It cannot be changed any more." in page
    assert page.count("Publish version 2") == 2  # the heading and the button
    page = client.post(url, follow=True).content.decode()
    assert "Version 2 published." in page
    assert Catalogue.objects.current().pk == draft.pk


def test_with_an_error_there_is_no_button_and_no_way_round_it(cast, as_, draft):
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=2).delete()
    client, url = as_(cast.hr), route("publish", draft)
    assert client.get(url).content.decode().count("Publish version 2") == 1  # the heading
    page = client.post(url, follow=True).content.decode()
    assert "TEC-CICD: write the sentence for level 2." in page
    assert Catalogue.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scripts", [True, False])
def test_hr_works_on_a_draft_by_keyboard(cast, draft, live_server, client, open_page, scripts):  # noqa: F811
    page = open_page(cookies=signed_in(live_server, client, cast.hr), scripts=scripts)
    page.goto(live_server.url + draft.get_absolute_url())
    up = page.get_by_role("button", name="Move Model, data and experiment versioning up")
    up.focus()
    for _ in range(2):  # the button keeps the focus, so that it can be pressed again
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert order(page.content())[0] == "TEC-MVER"
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Move Model, data and experiment versioning down"
    follow(page, "Retire CI/CD for machine learning")
    follow(page, "Retire code")
    follow(page, page.get_by_role("button", name=re.compile("Bring back.*for machine learning")))
    page.goto(live_server.url + draft.get_absolute_url())
    follow(page, "Review and publish")
    follow(page, "Publish version 2")
    assert "Version 2 published." in page.content()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "theme", "colors"), [(1440, "light", "none"), (390, "dark", "none"), (1440, "dark", "active")]
)
def test_pages_of_a_draft_are_clean(cast, draft, catalogue, live_server, client, open_page, width, theme, colors):  # noqa: F811
    draft.codes.get(key="OPS-TOIL").delete()
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-CICD", level=2).update(text="Rewritten.")
    Indicator.objects.filter(code__catalogue=draft, code__key="TEC-RELS", level=2).delete()
    draft.codes.filter(key="TEC-MVER").update(description="")
    code, scale = draft.codes.get(key="TEC-CICD"), draft.scales.get(key="frequency_5")
    urls = [
        route("detail", draft),
        route("discard", draft),
        route("publish", draft),
        route("edit", draft),
        route("scales", draft),
    ]
    urls += [route("code", code), route("code_retire", code), route("scale_edit", scale), route("point_new", scale)]
    urls += [route("differences", draft, catalogue), route("matrix_of", draft)]
    page = open_page(width, theme, cookies=signed_in(live_server, client, cast.hr), forced_colors=colors)
    for url in urls:
        page.goto(live_server.url + url)
        assert_clean(page)
