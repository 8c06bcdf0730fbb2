"""Givers and the others in a real browser: clean for axe, by keyboard alone, without scripts, on a phone."""

import re

import pytest

from feedback import services
from feedback.access_links import services as links
from feedback.models import Draft, FeedbackRequest
from tests.browser import assert_clean, browser, open_page, signed_in  # noqa: F401
from tests.factories import answers_to, make_collecting_round, make_request, make_round
from tests.feedback.conftest import SIX

SAVED = re.compile(r"^Saved \d")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(cast):
    return make_collecting_round(cast.subject, SIX)[1][0]


def visit(page, live_server, request):
    page.goto(f"{live_server.url}/f/{links.mint(request)['answer']}/")
    assert page.url == f"{live_server.url}/feedback/answer/{request.pk}/"
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_pages_of_a_giver_are_accessible_and_fit(live_server, open_page, asked, width, theme):  # noqa: F811
    page = visit(open_page(width, theme), live_server, asked)
    assert_clean(page)
    for path in ("1/", "2/", "4/", "check/", "decline/", "code/"):
        page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/{path}")
        assert_clean(page)
    for path in ("thanks/", "declined/"):
        page.goto(f"{live_server.url}/feedback/{path}")
        assert_clean(page)


def test_everything_is_answered_by_keyboard_alone(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    press_until(page, "Start")
    for _step in range(6):
        page.wait_for_selector("form[data-autosave-url]")
        for _field in range(page.locator("fieldset").count()):
            tab_to(page, "input[type=radio]")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowDown")  # "Often", or a few times in the period
        for _field in range(page.locator("textarea").count()):
            tab_to(page, "textarea")
            page.keyboard.type("written by keyboard")
        number = page.url
        press_until(page, "Next", "Review answers")
        page.wait_for_url(lambda url, number=number: url != number)
    press_until(page, "Send feedback")
    page.wait_for_url("**/feedback/thanks/")
    assert FeedbackRequest.objects.get(pk=asked.pk).status == "answered"


FOCUS = "document.activeElement"
BEHIND_THE_BAR = """() => {
    const here = document.activeElement, bar = document.querySelector(".form-bar");
    const { bottom } = (here.closest(".choice") ?? here).getBoundingClientRect();
    return !bar.contains(here) && bottom > bar.getBoundingClientRect().top;
}"""


def test_nothing_that_has_the_focus_is_behind_the_bar(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.set_viewport_size({"width": 390, "height": 640})
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/2/")
    for _tab in range(8):
        page.keyboard.press("Tab")
        assert not page.evaluate(BEHIND_THE_BAR), page.evaluate(f"{FOCUS}.outerHTML")


def test_a_right_that_ended_while_writing_loses_no_word(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/6/")
    page.context.clear_cookies(name="link")
    page.locator("textarea").first.fill("written after eight hours of thought")
    page.get_by_text("Open the link in your email").wait_for()
    again = page.context.new_page()
    again.goto(f"{live_server.url}/f/{links.mint(asked)['answer']}/")
    page.get_by_text(SAVED).wait_for(timeout=15_000)
    assert Draft.objects.get().answers["all_keep"] == "written after eight hours of thought"


def tab_to(page, selector):
    """The next element of this kind in the order of the keyboard."""
    for _tab in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUS}.matches('{selector}')"):
            return
    raise AssertionError(f"{selector} is out of reach")


def press_until(page, *words):
    for _tab in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUS}.textContent").strip() in words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{words} is out of reach")


def test_what_is_typed_is_saved_by_itself_and_survives_a_closed_tab(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/6/")
    page.locator("textarea").first.fill("typed on the train")
    page.get_by_text(SAVED).wait_for()
    assert Draft.objects.get().answers["all_keep"] == "typed on the train"
    again = page.context.new_page()
    page.close()
    again.goto(f"{live_server.url}/feedback/answer/{asked.pk}/6/")
    assert again.locator("textarea").first.input_value() == "typed on the train"


def test_a_lost_network_loses_nothing(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/6/")
    page.context.set_offline(True)
    page.locator("textarea").first.fill("typed in a tunnel")
    page.get_by_text("Not saved yet").wait_for()
    page.context.set_offline(False)
    page.get_by_text(SAVED).wait_for(timeout=15_000)
    assert Draft.objects.get().answers["all_keep"] == "typed in a tunnel"


def test_a_page_sent_without_a_network_stays_and_goes_on_when_it_is_back(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/6/")
    page.locator("textarea").last.fill("typed before")
    page.get_by_text(SAVED).wait_for()
    page.context.set_offline(True)
    page.locator("textarea").first.fill("typed in a tunnel")
    page.get_by_role("button", name="Review answers").click()
    page.get_by_text("Not saved yet").wait_for()
    assert page.locator("textarea").first.input_value() == "typed in a tunnel"
    page.context.set_offline(False)
    page.get_by_role("button", name="Review answers").click()
    page.wait_for_url("**/check/")
    assert "typed in a tunnel" in page.content()


def test_a_long_text_that_is_pasted_is_not_cut(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/6/")
    page.locator("textarea").first.focus()
    page.keyboard.insert_text("x" * 5000)
    page.get_by_text("3000 characters too many").wait_for()
    page.get_by_role("button", name="Review answers").click()
    page.get_by_role("alert").get_by_text("shorten this to 2000 characters").wait_for()
    assert Draft.objects.get().answers["all_keep"] == "x" * 5000
    assert_clean(page)


def test_two_tabs_show_both_texts(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(1440), live_server, asked)
    path = f"{live_server.url}/feedback/answer/{asked.pk}/6/"
    page.goto(path)
    other = page.context.new_page()
    other.goto(path)
    page.locator("textarea").first.fill("first tab")
    page.get_by_text(SAVED).wait_for()
    other.locator("textarea").first.fill("second tab")
    other.get_by_text("first tab").wait_for()
    assert other.locator("textarea").first.input_value() == "second tab"
    other.get_by_role("button", name="Keep mine").click()
    other.get_by_text(SAVED).wait_for()
    assert Draft.objects.get().answers["all_keep"] == "second tab"


def test_it_works_without_scripts(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390, scripts=False), live_server, asked)
    page.get_by_role("link", name="Start").click()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("alert").wait_for()
    page.get_by_label("A few times a month").check()
    page.get_by_role("button", name="Save for later").click()
    page.get_by_role("heading", name="Saved").wait_for()
    assert Draft.objects.get().answers["all_contact"] == "monthly"


def test_a_scanner_that_runs_scripts_changes_nothing(live_server, open_page, asked):  # noqa: F811
    page = open_page(1440)
    page.clock.install()
    visit(page, live_server, asked)
    for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
        page.goto(href)
        page.clock.run_for(10_000)  # longer than a form waits before it saves by itself
    assert not Draft.objects.exists()
    assert FeedbackRequest.objects.get(pk=asked.pk).status == "asked"


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark"), (320, "light")])
def test_the_other_pages_are_accessible_and_fit(live_server, open_page, client, cast, width, theme):  # noqa: F811
    round, requests = make_collecting_round(cast.subject, SIX)
    for request in requests:
        services.answer(request, answers_to(request))
    services.release_round(round)
    nominating = make_round(cast.subject, title="Next")
    make_request(nominating, giver=cast.peer, status="proposed")
    make_request(make_round(cast.peer, status="collecting"))
    paths = [f"/feedback/rounds/{round.pk}/results/", f"/feedback/rounds/{nominating.pk}/", "/feedback/"]
    for who, more in [(cast.manager, ["/feedback/praise/"]), (cast.hr, ["/feedback/board/", "/feedback/ask/"])]:
        page = open_page(width, theme, signed_in(live_server, client, who))
        for path in paths + more:
            page.goto(live_server.url + path)
            assert_clean(page)


def test_a_summary_of_errors_takes_the_focus_and_the_title_tells_the_step(live_server, open_page, asked):  # noqa: F811
    page = visit(open_page(390), live_server, asked)
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/2/")
    assert page.title().startswith("What you saw (2/6)")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate(f"{FOCUS}.matches('[data-form-errors]')")
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/check/")
    page.wait_for_function(f"{FOCUS}.matches('[data-form-errors]')")
    assert_clean(page)
