"""The styleguide in a real browser: every component, light and dark, wide and narrow."""

import pytest

from tests.browser import assert_clean, browser, findings, open_page, overflow  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.urls")]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_component_is_accessible_quiet_and_fits(live_server, open_page, width, theme):  # noqa: F811
    page = open_page(width, theme)
    page.goto(f"{live_server.url}/styleguide/")
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    assert_clean(page)


@pytest.mark.parametrize("width", [320, 768, 1024])
def test_no_width_scrolls_sideways(live_server, open_page, width):  # noqa: F811
    page = open_page(width)
    page.goto(f"{live_server.url}/styleguide/")
    assert overflow(page) <= 0


def test_page_works_without_script_and_follows_the_system(live_server, open_page):  # noqa: F811
    page = open_page(theme="dark", scripts=False)
    page.goto(f"{live_server.url}/styleguide/")
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ground == "rgb(15, 19, 28)"


def test_chosen_theme_is_kept_and_the_systems_own_is_forgotten(live_server, open_page):  # noqa: F811
    page = open_page(theme="light")
    page.goto(f"{live_server.url}/styleguide/")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.evaluate("({...localStorage})") == {"theme": "dark"}
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("({...localStorage})") == {}


def test_phone_opens_the_menu_and_reaches_every_entry(live_server, open_page):  # noqa: F811
    page = open_page(390)
    page.goto(f"{live_server.url}/styleguide/")
    assert not page.get_by_role("link", name="Catalogue").is_visible()
    page.get_by_role("button", name="Menu", exact=True).click()
    page.get_by_role("link", name="Event log").wait_for()
    assert_clean(page)


def test_keyboard_reaches_the_content_first(live_server, open_page):  # noqa: F811
    page = open_page()
    page.goto(f"{live_server.url}/draft/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"


def test_checks_do_find_what_is_wrong(open_page):  # noqa: F811
    page = open_page(390)
    page.set_content("<img src='data:,'><p style='width: 600px'>wide</p><script>console.log('noise')</script>")
    assert any(finding.startswith("image-alt") for finding in findings(page))
    assert page.trouble
    assert overflow(page) > 0


def test_refused_form_moves_the_focus_to_its_errors(live_server, open_page):  # noqa: F811
    page = open_page()
    page.goto(f"{live_server.url}/styleguide/")
    summary = page.get_by_role("alert").filter(has_text="Nothing was lost")
    assert summary.evaluate("summary => summary === document.activeElement")
    summary.get_by_role("link", name="Which sentence").click()
    assert page.evaluate("document.activeElement.name") == "refused-level"
