"""Writing in steps in a real browser: without scripts, by keyboard, in two tabs, never longer than three screens."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from reviews.models import Rating, Review
from tests.browser import assert_clean, browser, follow, open_page, signed_in  # noqa: F401
from tests.e2e.writing import saved, write
from tests.reviews.conftest import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE, EXAMPLE = "self_codes-TEC-CICD", "sc_level-TEC-CICD-example"
THREE_SCREENS = 2700  # pixels, at a height of 900


@pytest.fixture
def look(live_server, client, open_page):  # noqa: F811
    """look(user, address, width, theme): a page of that person in that size and those colours."""

    def opened(user, address, width=1440, theme="light"):
        page = open_page(width, theme, cookies=signed_in(live_server, client, user))
        page.goto(live_server.url + address)
        return page

    return opened


def step(review, key, form="self-assessment"):
    return reverse("reviews:step", args=[review.pk, form, key])


def at_step(page, key):
    page.wait_for_url(f"**/write/{key}/")


def answers(review):
    return fresh(review).self_assessment.answers


def test_without_scripts_every_way_out_of_a_step_saves(cast, review, tab):
    page = tab(cast.subject, step(review, CODE), scripts=False)
    write(page, EXAMPLE, "Next keeps this.")
    follow(page, "Next")
    at_step(page, "self_codes-TEC-MVER")
    write(page, "sc_level-TEC-MVER-example", "Back keeps this too.")
    follow(page, "Back")
    at_step(page, CODE)
    expect(page.locator(f"[name={EXAMPLE}]")).to_have_value("Next keeps this.")
    write(page, EXAMPLE, "So does the list of steps.")
    follow(page, page.get_by_role("button", name="Next period"))
    at_step(page, "self_growth")
    write(page, "sn_grow", "And the check.")
    follow(page, page.get_by_role("button", name="Check and submit").first)
    texts = {name: text for name, text in answers(review).items() if text}
    assert texts == {
        EXAMPLE: "So does the list of steps.",
        "sc_level-TEC-MVER-example": "Back keeps this too.",
        "sn_grow": "And the check.",
    }
    follow(page, page.get_by_role("link", name="What do you need from your manager"))
    assert page.url.endswith("/write/self_growth/#id_sn_support")


def test_the_back_button_of_the_browser_leads_to_the_step_before(cast, review, tab):
    page = tab(cast.subject, step(review, CODE))
    follow(page, "Next")
    at_step(page, "self_codes-TEC-MVER")
    page.go_back()
    at_step(page, CODE)


def test_offline_in_the_middle_the_step_stays_and_goes_on_afterwards(cast, review, tab):
    page = tab(cast.subject, step(review, CODE))
    page.context.set_offline(True)
    write(page, EXAMPLE, "Written without a network.")
    page.get_by_role("button", name="Next").last.click()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Not saved yet")
    expect(page.locator(f"[name={EXAMPLE}]")).to_have_value("Written without a network.")
    page.context.set_offline(False)
    saved(page)
    follow(page, "Next")
    at_step(page, "self_codes-TEC-MVER")
    assert answers(review)[EXAMPLE] == "Written without a network."


def test_two_tabs_on_different_steps_keep_each_others_texts(cast, review, tab):
    a = tab(cast.subject, step(review, CODE))
    b = tab(cast.subject, step(review, "self_growth"), beside=a)
    write(b, "sn_grow", "from tab B")
    saved(b)
    write(a, EXAMPLE, "from tab A")
    saved(a)
    follow(a, "Next")
    write(b, "sn_support", "from tab B again")
    follow(b, b.locator("[data-next]"))
    assert a.get_by_role("alert").count() == 0
    assert (answers(review)[EXAMPLE], answers(review)["sn_grow"]) == ("from tab A", "from tab B")
    assert answers(review)["sn_support"] == "from tab B again"


def test_a_step_is_filled_in_by_keyboard_alone(cast, review, tab):
    page = tab(cast.subject, step(review, CODE))
    page.locator(f"[name={EXAMPLE}]").focus()
    page.keyboard.type("In May I rebuilt the release path.")
    page.keyboard.press("Tab")
    page.keyboard.press("4")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    at_step(page, "self_codes-TEC-MVER")
    assert answers(review)[EXAMPLE] == "In May I rebuilt the release path."
    assert Rating.objects.get(review=review).point.key == "leading"


def test_enter_on_a_choice_leads_on_and_not_back(cast, review, tab):
    page = tab(cast.subject, step(review, CODE), scripts=False)
    page.locator("[type=radio]").nth(2).check()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    at_step(page, "self_codes-TEC-MVER")


def test_the_expectation_of_the_grade_appears_once_a_level_is_chosen(cast, at, tab):
    page = tab(cast.manager, step(at("manager_evaluation"), "mgr_codes-TEC-CICD", "evaluation"))
    expected = page.get_by_text("Expected at this grade")
    expect(expected).to_be_hidden()
    page.locator("[type=radio]").first.check()
    expect(expected).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_the_steps_are_beside_the_form_or_fold_into_a_line(look, cast, review, width, theme):
    page = look(cast.subject, step(review, CODE), width, theme)
    entry = page.get_by_role("button", name="Next period")
    if width < 992:
        assert not entry.is_visible()
        page.get_by_text("Step 3 of").first.click()
    expect(entry).to_be_visible()
    assert_clean(page)


@pytest.mark.parametrize("name", ["check", "preview"])
@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_check_and_preview_are_clean(look, cast, review, name, width, theme):
    assert_clean(look(cast.subject, reverse(f"reviews:{name}", args=[review.pk, "self-assessment"]), width, theme))


def test_no_step_of_the_demo_is_taller_than_three_screens(live_server, look):
    for command in ("load_starter_pack", "demo"):
        call_command(command, stdout=StringIO())
    tall = []
    for status, form, writer in (
        ("self_assessment", "self-assessment", "subject"),
        ("manager_evaluation", "evaluation", "manager"),
        ("peer_review", "summary", "manager"),
    ):
        review = Review.objects.filter(status=status, cycle__status="open", subject__is_active=True).first()
        user = getattr(review, writer)
        page = look(user, reverse("reviews:write", args=[review.pk, form]))
        keys = page.locator("button.rail-step").evaluate_all("steps => steps.map((step) => step.value)")
        assert len(keys) > 3
        for key in keys[:-1]:
            page.goto(live_server.url + step(review, key, form))
            height = page.evaluate("document.documentElement.scrollHeight")
            tall += [(key, height)] if height > THREE_SCREENS else []
    assert tall == []
