"""The palette in a real browser: by keyboard, on a phone, without scripts, and when the session has ended."""

import pytest
from playwright.sync_api import expect

from tests.browser import assert_clean, browser, open_page, signed_in  # noqa: F401
from tests.factories import make_goal, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(catalogue):
    person = make_user("Priya Raman")
    make_goal(owner=person, title="Cut rollback time")
    make_goal(owner=person, title="Rollback drills with data science")
    return person


def opened(open_page, live_server, client, person, **options):  # noqa: F811
    page = open_page(cookies=signed_in(live_server, client, person), **options)
    page.goto(live_server.url + "/goals/")
    return page


def test_a_goal_is_opened_by_keyboard_alone(live_server, client, open_page, person):  # noqa: F811
    page = opened(open_page, live_server, client, person)
    page.keyboard.press("Control+k")
    field = page.locator("dialog").get_by_role("searchbox")
    expect(field).to_be_focused()
    expect(page.locator("dialog").get_by_role("link", name="Add evidence")).to_be_visible()
    field.press_sequentially("rollback dr")
    expect(page.locator("dialog").get_by_role("link")).to_have_count(1)
    assert_clean(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("dialog").get_by_role("link")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rollback drills with data science")


def test_enter_opens_the_first_hit_and_escape_closes(live_server, client, open_page, person):  # noqa: F811
    page = opened(open_page, live_server, client, person)
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.get_by_role("link", name="Search").click()
    page.locator("dialog").get_by_role("searchbox").fill("cut rollback")
    expect(page.locator("dialog").get_by_role("link")).to_have_count(1)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cut rollback time")


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light"), (320, "dark")])
def test_the_palette_is_accessible_and_fits(live_server, client, open_page, person, width, theme):  # noqa: F811
    page = opened(open_page, live_server, client, person, width=width, theme=theme)
    page.get_by_role("link", name="Search").click()
    page.locator("dialog").get_by_role("searchbox").fill("ro")
    expect(page.locator("dialog").get_by_text("Cut rollback time")).to_be_visible()
    assert_clean(page)


def test_letters_are_shortcuts_until_they_are_switched_off(live_server, client, open_page, person):  # noqa: F811
    page = opened(open_page, live_server, client, person)
    page.keyboard.press("?")
    box = page.get_by_role("checkbox", name="Single-key shortcuts")
    expect(box).to_be_checked()
    assert_clean(page)
    box.uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("e")
    expect(page).to_have_url(live_server.url + "/goals/")
    page.evaluate("localStorage.clear()")
    with page.expect_navigation():
        page.keyboard.press("e")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add evidence")
    page.get_by_label("What happened").press_sequentially("ended / early?")
    expect(page.get_by_label("What happened")).to_have_value("ended / early?")
    expect(page.locator("dialog")).to_have_count(0)


def test_without_scripts_it_is_a_page(live_server, client, open_page, person):  # noqa: F811
    page = opened(open_page, live_server, client, person, scripts=False)
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("drills")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Rollback drills with data science")).to_be_visible()


def test_a_session_that_ended_leads_to_sign_in(live_server, client, open_page, person):  # noqa: F811
    page = opened(open_page, live_server, client, person)
    page.context.clear_cookies()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
