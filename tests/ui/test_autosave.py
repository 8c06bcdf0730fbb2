"""Saving while writing, in a real browser, against a draft that keeps the contract of components/README.md."""

import pytest
from playwright.sync_api import expect

from tests.browser import browser, open_page, until  # noqa: F401
from tests.ui import urls
from tests.ui.urls import DRAFT

pytestmark = [pytest.mark.browser, pytest.mark.urls(urls.__name__)]


@pytest.fixture
def page(live_server, open_page):  # noqa: F811
    urls.restart(result="First", wish="", level="")
    page = open_page()
    page.clock.install()  # runs as ever, and can be moved on
    page.goto(f"{live_server.url}/draft/")
    return page


def posts_in_a_minute(page) -> list[str]:
    """What the page sends in the next 60 s, by its own clock."""
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.clock.run_for(60_000)
    return sent


def state(page, text):
    page.locator("[data-autosave-state]", has_text=text).wait_for(timeout=9000)


def test_only_what_changed_is_sent_with_version_and_token(page):
    page.get_by_label("Result").fill("Second")
    state(page, "Saved 10:42")
    assert [set(request) for request in DRAFT.requests] == [{"result", "version", "base", "csrfmiddlewaretoken"}]
    assert DRAFT.fields["result"] == "Second"
    assert page.locator("[name=version]").input_value() == "2"
    assert page.trouble == []


def test_leaving_a_field_saves_at_once_and_boxes_can_be_emptied(page):
    page.get_by_label("Agreed").check()
    page.get_by_label("Leads").check()
    state(page, "Saved 10:42")
    page.get_by_label("Agreed").uncheck()
    page.get_by_label("Wish").fill("More time")
    page.get_by_label("Result").focus()
    page.wait_for_function("document.querySelector('[name=version]').value >= 3")
    until(page, lambda: DRAFT.fields == {"result": "First", "agreed": "", "level": "2", "wish": "More time"})


def test_nothing_is_sent_when_nothing_changed(page):
    page.get_by_label("Result").focus()
    page.get_by_label("Wish").focus()
    assert posts_in_a_minute(page) == []
    assert DRAFT.requests == []


def test_failures_are_told_and_tried_again_until_saved(page):
    DRAFT.answers = [503, "sign in"]
    page.get_by_label("Result").fill("Second")
    state(page, "Not saved yet")
    state(page, "Saved 10:42")
    assert len(DRAFT.requests) == 3
    assert DRAFT.fields["result"] == "Second"


def test_lost_network_keeps_the_text_and_saves_when_it_is_back(page):
    page.context.set_offline(True)
    page.get_by_label("Result").fill("Written on a train")
    state(page, "Not saved yet")
    page.context.set_offline(False)
    state(page, "Saved 10:42")
    assert DRAFT.fields["result"] == "Written on a train"


def test_stale_token_is_replaced_after_a_sign_in_elsewhere(page):
    page.evaluate("for (const each of document.getElementsByName('csrfmiddlewaretoken')) each.value = 'stale'")
    page.get_by_label("Result").fill("Second")
    state(page, "Saved 10:42")
    assert [len(request["csrfmiddlewaretoken"]) for request in DRAFT.requests] == [64]


def test_both_texts_are_shown_and_mine_can_be_kept(page):
    DRAFT.version, DRAFT.fields["result"] = 7, "From the other tab"
    page.get_by_label("Result").fill("From this tab")
    alert = page.get_by_role("alert").filter(has_text="changed elsewhere")
    assert alert.locator("blockquote").text_content() == "From the other tab"
    assert page.get_by_label("Result").input_value() == "From this tab"
    assert DRAFT.fields["result"] == "From the other tab"
    alert.get_by_role("button", name="Keep mine").click()
    state(page, "Saved 10:42")
    assert DRAFT.fields["result"] == "From this tab"


def test_the_other_can_be_taken_and_mine_stays_readable(page):
    DRAFT.version, DRAFT.fields["result"] = 7, "From the other tab"
    page.get_by_label("Result").fill("From this tab")
    page.get_by_role("button", name="Use the other").click()
    assert page.get_by_label("Result").input_value() == "From the other tab"
    assert page.locator(".conflict blockquote").text_content() == "From this tab"
    assert posts_in_a_minute(page) == []
    assert DRAFT.fields["result"] == "From the other tab"


def test_a_choice_in_conflict_shows_its_words(page):
    DRAFT.version, DRAFT.fields["level"] = 7, "1"
    page.get_by_label("Leads").check()
    assert page.locator(".conflict blockquote").text_content() == "Follows"
    page.get_by_role("button", name="Use the other").click()
    assert page.get_by_label("Follows").is_checked()


def test_a_change_of_another_field_elsewhere_is_no_conflict(page):
    DRAFT.version, DRAFT.fields["wish"] = 7, "From the other tab"
    page.get_by_label("Result").fill("From this tab")
    state(page, "Saved 10:42")
    assert DRAFT.fields["result"] == "From this tab"
    assert DRAFT.fields["wish"] == "From the other tab"
    assert page.locator(".conflict").count() == 0


def test_what_is_gone_is_not_tried_again(page):
    DRAFT.answers = [404]
    page.get_by_label("Result").fill("Too late")
    state(page, "can't be changed")
    assert posts_in_a_minute(page) == []
    assert len(DRAFT.requests) == 1
    assert page.get_by_label("Result").input_value() == "Too late"


def test_leaving_with_unsaved_text_warns(page):
    DRAFT.answers = [503] * 9
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Result").press_sequentially("!")
    state(page, "Not saved yet")
    page.get_by_role("link", name="Plumbline").click()
    until(page, lambda: asked == ["beforeunload"])
    assert page.get_by_label("Result").input_value() == "!First"


def test_leaving_a_changed_plain_form_warns(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Note").press_sequentially("!")
    page.get_by_role("link", name="Plumbline").click()
    until(page, lambda: asked == ["beforeunload"])


def test_submit_waits_for_the_save_under_way_and_carries_its_version(page):
    page.get_by_label("Result").press_sequentially("!")
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Received").wait_for()
    assert DRAFT.requests[-1]["version"] == str(DRAFT.version)
    assert DRAFT.requests[-1]["result"] == "!First"


SEND_NOW = "form => { form.dataset.confirmed = 'yes'; form.requestSubmit(); }"


def test_nothing_is_saved_behind_a_form_that_is_on_its_way(page):
    page.get_by_label("Result").fill("Second")
    with page.expect_navigation():
        page.locator("[data-autosave-url]").evaluate(SEND_NOW)
    page.get_by_text("Received").wait_for()
    page.goto("about:blank")
    assert [set(request) >= {"result", "wish"} for request in DRAFT.requests] == [False, True]  # a save, then the form


def test_question_can_be_answered_with_no(page):
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("dialog").get_by_text("Really send it?").wait_for()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert posts_in_a_minute(page) == []
    assert DRAFT.requests == []


def test_characters_left_are_counted_and_spoken_near_the_end(page):
    page.get_by_label("Result").fill("x" * 80)
    assert page.locator(".counter").text_content() == "20 characters left"
    assert page.locator(".counter").get_attribute("aria-live") == "off"
    page.get_by_label("Result").fill("x" * 95)
    assert page.locator(".counter").get_attribute("aria-live") == "polite"


def test_form_posts_without_script(live_server, open_page):  # noqa: F811
    urls.restart(result="First")
    page = open_page(scripts=False)
    page.goto(f"{live_server.url}/draft/")
    page.get_by_label("Result").fill("By hand")
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("Received").wait_for()
    assert DRAFT.requests[-1]["result"] == "By hand"


@pytest.mark.parametrize("answer", ["no network", 503])
def test_a_form_sent_while_the_line_is_down_stays_with_its_text_and_goes_when_it_is_back(page, answer):
    DRAFT.answers = [503] * 50 if answer == 503 else []
    page.context.set_offline(answer == "no network")
    page.get_by_label("Result").fill("Written on a train")
    state(page, "Not saved yet")
    page.get_by_role("button", name="Submit").click()
    heard, failed = len(DRAFT.requests), []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.get_by_role("button", name="Send").click()
    # One of two refused savings may have been under way; the other is the one that comes before sending.
    until(page, lambda: len(failed) + len(DRAFT.requests) > heard)
    page.clock.run_for(60_000)
    until(page, lambda: len(failed) + len(DRAFT.requests) > heard + 1)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Result")).to_have_value("Written on a train")
    DRAFT.answers = []
    page.context.set_offline(False)
    saved = page.locator("[data-autosave-state]", has_text="Saved 10:42")
    until(page, lambda: saved.count() or page.evaluate("void dispatchEvent(new Event('focus'))"))  # back at the page
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Received").wait_for()
    assert DRAFT.requests[-1]["result"] == "Written on a train"


def test_a_form_whose_change_was_taken_back_while_the_line_was_down_can_be_sent(page):
    DRAFT.answers = [503] * 50
    page.get_by_label("Result").fill("Second")
    state(page, "Not saved yet")
    page.get_by_label("Result").fill("First")
    DRAFT.answers = []
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Received").wait_for()
    assert DRAFT.requests[-1]["result"] == "First"


def test_coming_back_to_the_page_asks_once_and_brings_only_what_was_not_touched(page):
    page.get_by_label("Result").press_sequentially("!")
    state(page, "Saved 10:42")
    DRAFT.version, DRAFT.fields["wish"] = 7, "From the other tab"
    page.evaluate("dispatchEvent(new Event('focus')), document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_label("Wish")).to_have_value("From the other tab")
    assert page.get_by_label("Result").input_value() == "!First"
    assert [set(request) for request in DRAFT.requests][1:] == [{"version", "base", "csrfmiddlewaretoken"}]


def test_a_pasted_text_is_never_cut_but_told_to_be_too_long(page):
    page.get_by_label("Result").fill("")
    page.keyboard.insert_text("x" * 128 + "\n🚀")
    assert page.get_by_label("Result").input_value() == "x" * 128 + "\n🚀"
    page.get_by_text("30 characters too many").wait_for()
