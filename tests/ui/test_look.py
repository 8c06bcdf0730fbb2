"""The styleguide in a real browser: every component, light and dark, wide and narrow."""

import pytest

from tests.browser import assert_clean, browser, findings, follow, open_page, overflow, signed_in  # noqa: F401
from tests.factories import make_user

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
    summary = page.get_by_role("alert").filter(has_text="Nothing you typed is lost")
    assert summary.evaluate("summary => summary === document.activeElement")
    summary.get_by_role("link", name="Which sentence").click()
    assert page.evaluate("document.activeElement.name") == "refused-level"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"])
def test_pages_before_sign_in_are_accessible_quiet_and_fit_a_phone(live_server, open_page, path, theme):  # noqa: F811
    page = open_page(320, theme)
    page.goto(live_server.url + path)
    assert_clean(page)


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/password/change/", "/accounts/sessions/"])
def test_pages_of_the_own_account_are_accessible_and_quiet(live_server, client, open_page, path):  # noqa: F811
    person = make_user("Priya Raman", password="correct horse battery")
    page = open_page(390, "dark", cookies=signed_in(live_server, client, person))
    page.goto(live_server.url + path)
    assert_clean(page)


def test_person_signs_in_with_a_password_and_out_by_the_menu(live_server, open_page):  # noqa: F811
    make_user("Priya Raman", email="priya@example.org", password="correct horse battery")
    page = open_page()
    page.goto(f"{live_server.url}/accounts/login/?next=/accounts/sessions/")
    page.get_by_label("Email").fill("priya@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Priya Raman").click()
    page.get_by_role("button", name="Sign out", exact=True).wait_for()
    assert_clean(page)
    follow(page, page.get_by_role("button", name="Sign out", exact=True))
    page.goto(f"{live_server.url}/accounts/sessions/")
    assert "/accounts/login/" in page.url


def test_paper_is_light_and_holds_what_is_folded_away(live_server, open_page):  # noqa: F811
    page = open_page(theme="dark")
    page.goto(f"{live_server.url}/styleguide/")
    page.locator("main").evaluate(
        "main => main.insertAdjacentHTML('beforeend', '<details><p id=folded>Text</p></details>')"
    )
    page.emulate_media(media="print")
    assert page.locator("h1").evaluate("title => getComputedStyle(title).color") == "rgb(27, 33, 48)"
    assert page.locator("#folded").bounding_box()["height"] > 0
    assert not page.get_by_role("button", name="Switch between light and dark").is_visible()


def test_question_is_closed_by_escape_and_gives_the_focus_back(live_server, open_page):  # noqa: F811
    page = open_page(390)
    page.goto(f"{live_server.url}/draft/")
    page.get_by_role("button", name="Submit").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Really send it?").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    assert_clean(page)
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.textContent") == "Submit"
    assert page.url.endswith("/draft/")


# The calendar button inside a date field has the browser's own ring, and the field then is not :focus.
SHOWS_FOCUS = """() => {
    const now = document.activeElement;
    const ring = (element) => element && getComputedStyle(element).outlineStyle !== "none";
    return !now.matches(":focus") || ring(now) || ring(now.closest(".choice"));
}"""


@pytest.mark.parametrize("path", ["/accounts/login/", "/styleguide/"])
def test_everything_the_keyboard_reaches_shows_its_focus(live_server, open_page, path):  # noqa: F811
    page = open_page()
    page.goto(live_server.url + path)
    for _tab in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        shown = page.evaluate(SHOWS_FOCUS)
        assert shown, page.evaluate("document.activeElement.outerHTML")


def test_menus_open_without_script(live_server, open_page):  # noqa: F811
    page = open_page(390, scripts=False)
    page.goto(f"{live_server.url}/styleguide/")
    assert page.get_by_role("link", name="Catalogue").is_visible()
    assert not page.get_by_role("button", name="Menu", exact=True).is_visible()
    page.get_by_role("button", name="Menu of Marta Keller").focus()
    assert page.get_by_role("button", name="Sign out").is_visible()
