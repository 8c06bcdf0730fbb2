"""Two tabs, no connection, no session, a slow server, no script: what is typed is kept, and nothing false is said."""

import pytest
from playwright.sync_api import expect

from feedback.access_links import services as links
from feedback.models import Draft, FeedbackRequest
from tests.browser import browser, follow, open_page  # noqa: F401
from tests.e2e.writing import (
    DESKS,
    KINDS,
    PASSWORD,
    SAVED,
    TEXT,
    address_of,
    come_back,
    saved,
    small_forms,
    write,
)
from tests.factories import make_collecting_round
from tests.reviews.conftest import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_untouched_field_takes_the_other_tabs_text_and_a_full_save_keeps_it(cast, review, tab):
    """cases A1"""
    url = address_of("self_assessment", review)
    a = tab(cast.subject, url)
    b = tab(cast.subject, url, beside=a)
    write(b, "sn_grow", "from tab B")
    saved(b)
    write(a, "sr_timeline", "from tab A")
    saved(a)
    a.wait_for_function("document.querySelector('[name=sn_grow]').value === 'from tab B'")
    follow(a, "Save draft")
    answers = fresh(review).self_assessment.answers
    assert (answers["sr_timeline"], answers["sn_grow"]) == ("from tab A", "from tab B")


def test_an_idle_tab_takes_the_other_tabs_text_as_soon_as_somebody_comes_back_to_it(cast, review, tab):
    """cases A1: one question for the version, one merge; nothing is asked in between."""
    url = address_of("self_assessment", review)
    idle = tab(cast.subject, url)
    asked = []
    idle.on("request", lambda request: asked.append(request.method) if request.url.endswith(url) else None)
    other = tab(cast.subject, url, beside=idle)
    write(other, "sn_grow", "from the other tab")
    saved(other)
    assert asked == []
    come_back(idle)
    expect(idle.locator("[name=sn_grow]")).to_have_value("from the other tab")
    assert asked == ["GET", "POST"]
    with idle.expect_response(lambda response: response.request.method == "GET"):
        come_back(idle)
    assert asked == ["GET", "POST", "GET"]  # nothing is newer now
    follow(idle, "Save draft")
    assert fresh(review).self_assessment.answers == {"sn_grow": "from the other tab"}


def test_an_idle_tab_is_told_when_its_form_was_sent_in_the_other(cast, review, tab, at):
    """cases A1"""
    idle = tab(cast.subject, address_of("self_assessment", review))
    at("peer_review")
    come_back(idle)
    expect(idle.locator("[data-autosave-state]")).to_contain_text("can't be changed")


def test_without_scripts_an_old_tab_overwrites_nothing(cast, review, tab):
    """cases A1, with JavaScript off"""
    url = address_of("self_assessment", review)
    a = tab(cast.subject, url, scripts=False)
    b = tab(cast.subject, url, beside=a)
    write(b, "sn_grow", "from tab B")
    follow(b, "Save draft")
    write(a, "sr_timeline", "from tab A")
    follow(a, "Save draft")
    assert a.locator("[name=sn_grow]").input_value() == "from tab B"
    write(b, "sr_timeline", "from tab B")
    follow(b, "Save draft")
    b.get_by_role("alert").get_by_text("from tab A").wait_for()
    assert b.locator("[name=sr_timeline]").input_value() == "from tab B"
    assert fresh(review).self_assessment.answers == {"sr_timeline": "from tab A", "sn_grow": "from tab B"}


def test_a_form_with_two_texts_of_one_field_is_not_sent_before_one_is_chosen(cast, review, tab):
    """cases A1"""
    url = address_of("self_assessment", review)
    a = tab(cast.subject, url)
    b = tab(cast.subject, url, beside=a)
    write(b, "sr_timeline", "from tab B")
    saved(b)
    write(a, "sr_timeline", "from tab A")
    a.get_by_role("alert").get_by_text("from tab B").wait_for()
    a.get_by_role("button", name="Save draft").click()
    a.get_by_role("button", name="Keep mine").click()
    saved(a)
    follow(a, "Save draft")
    assert fresh(review).self_assessment.answers["sr_timeline"] == "from tab A"


def test_the_feedback_form_of_two_tabs(cast, catalogue, tab):
    """cases A1: the same rule where a collaborator answers."""
    asked = make_collecting_round(cast.subject, ["data_scientist"] * 4)[1][0]
    FeedbackRequest.objects.filter(pk=asked.pk).update(giver=cast.peer, email=cast.peer.email)
    url = f"/feedback/answer/{asked.pk}/4/"
    a = tab(cast.peer, url)
    b = tab(cast.peer, url, beside=a)
    one, two = (a.locator("textarea").nth(number).get_attribute("name") for number in (0, 1))
    write(b, two, "from tab B")
    saved(b)
    write(a, one, "from tab A")
    saved(a)
    follow(a, "Save for later")
    assert Draft.objects.get().answers == {one: "from tab A", two: "from tab B"}


def test_pasting_6000_characters_keeps_the_end_and_says_how_much_is_too_much(cast, review, tab):
    """cases A3: texts.json paste_6000"""
    page = tab(cast.subject, address_of("self_assessment", review))
    page.locator("[name=sr_timeline]").focus()
    page.keyboard.insert_text("w" * 5990 + " THE END")
    page.get_by_text("998 characters too many").wait_for()
    saved(page)
    assert fresh(review).self_assessment.answers["sr_timeline"].endswith("w THE END")


def test_a_line_break_is_one_character_for_the_counter_too(cast, review, tab):
    """cases A4"""
    page = tab(cast.subject, address_of("self_assessment", review))
    page.locator("[name=sr_timeline]").fill("\n".join(["a" * 98] * 50 + ["b" * 49]))
    page.get_by_text("1 characters left").wait_for()
    saved(page)
    follow(page, "Save draft")
    assert len(fresh(review).self_assessment.answers["sr_timeline"]) == 4999
    assert fresh(review).self_assessment.version == 1


def test_what_cannot_be_stored_is_said_beside_the_field_and_never_called_saved(cast, review, tab):
    """cases A2"""
    page = tab(cast.subject, address_of("self_assessment", review))
    write(page, "sr_timeline", "x" * 100_001)
    page.get_by_role("alert").get_by_text("101 kB").wait_for()
    page.locator("[data-autosave-state]", has_text="cannot be stored").wait_for()
    assert page.locator("[data-autosave-state]", has_text=SAVED).count() == 0
    write(page, "sr_timeline", "short")
    saved(page)
    assert page.get_by_text("101 kB").count() == 0


def test_signed_out_while_writing_asks_to_sign_in_and_goes_on_afterwards(live_server, cast, review, tab):
    """cases A6"""
    cast.subject.set_password(PASSWORD)
    cast.subject.save()
    page = tab(cast.subject, address_of("self_assessment", review))
    page.context.clear_cookies(name="plumbline_session")
    write(page, "sr_timeline", TEXT)
    with page.expect_popup() as opened:
        page.locator("[data-autosave-state]").get_by_role("link", name="Sign in in a new tab").click()
    beside = opened.value
    beside.locator("[name=login]").fill(cast.subject.email)
    beside.locator("[name=password]").fill(PASSWORD)
    follow(beside, "Sign in")
    beside.close()
    page.locator("[data-autosave-state]", has_text=SAVED).wait_for(timeout=20_000)
    assert fresh(review).self_assessment.answers["sr_timeline"] == TEXT


def test_a_slow_server_never_says_saved_too_early(cast, review, tab):
    """cases A2: "Saved" is said when it is true, and the form waits for the save under way."""
    held = []

    def hold(route):
        held.append(route)

    page = tab(cast.subject, address_of("self_assessment", review))
    page.route("**/self-assessment/", hold, times=1)
    with page.expect_request("**/self-assessment/"):
        write(page, "sr_timeline", TEXT)
    page.get_by_role("button", name="Save draft").click()
    assert page.locator("[data-autosave-state]", has_text=SAVED).count() == 0
    with page.expect_navigation():
        held[0].continue_()
    assert fresh(review).self_assessment.answers["sr_timeline"] == TEXT


def test_a_reason_for_declining_typed_without_a_connection_is_sent_later(live_server, catalogue, cast, open_page):  # noqa: F811
    """cases A7"""
    asked = make_collecting_round(cast.subject, ["data_scientist"] * 4)[1][0]
    page = open_page(390)
    page.goto(f"{live_server.url}/f/{links.mint(asked)['answer']}/")
    page.goto(f"{live_server.url}/feedback/answer/{asked.pk}/decline/")
    page.context.set_offline(True)
    write(page, "reason", "I left the project in May.")
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("alert").get_by_text("is sent when the connection is back").wait_for()
    assert page.locator("[name=reason]").input_value() == "I left the project in May."
    with page.expect_navigation():
        page.context.set_offline(False)
    request = FeedbackRequest.objects.get(pk=asked.pk)
    assert request.status == "declined"
    assert "I left the project in May." in str(request.__dict__.values())


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_form_sent_without_a_connection_keeps_its_text_and_is_sent_later(cast, at, tab, kind):
    """cases A7: the same everywhere."""
    user, address, field, button, others, model, column = small_forms(cast, at, kind)[kind]
    page = tab(user, address)
    for name, value in others.items():
        write(page, name, value)
    page.context.set_offline(True)
    write(page, field, TEXT)
    page.get_by_role("button", name=button, exact=True).first.click()
    page.get_by_role("alert").get_by_text("is sent when the connection is back").wait_for()
    assert page.locator(f"[name={field}]").input_value() == TEXT
    assert not model.objects.filter(**{column: TEXT}).exists()
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.context.set_offline(False)
    page.wait_for_function("!document.querySelector('[data-offline]')")
    assert model.objects.filter(**{column: TEXT}).count() == 1


# --- the database answers late --------------------------------------------------------------------------------------
@pytest.mark.parametrize("desk", DESKS, indirect=True)
def test_while_the_database_is_held_nothing_is_called_saved_and_the_text_is_sent_afterwards(desk, tab, held):
    """security-and-reliability 6.2: "Saved" means committed."""
    user, url, table, stored = desk
    page = tab(user, url)
    text = page.locator("main textarea:visible").first
    held(table)
    text.fill(TEXT)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Not saved yet", timeout=20_000)
    assert page.locator("[data-autosave-state]", has_text=SAVED).count() == 0
    assert text.input_value() == TEXT
    assert TEXT not in stored()
    held.let_go()
    expect(page.locator("[data-autosave-state]")).to_contain_text(SAVED, timeout=30_000)
    assert TEXT in stored()


@pytest.mark.parametrize("desk", [*DESKS, "goal"], indirect=True)
def test_a_form_sent_while_the_database_is_held_comes_back_whole_with_what_to_do(desk, tab, held):
    """security-and-reliability 6.1: nothing typed is thrown away; without scripts too."""
    user, url, table, stored = desk
    page = tab(user, url, scripts=False)
    page.locator("main textarea").first.fill(TEXT)
    held(table)
    with page.expect_navigation(timeout=30_000) as answer:
        page.locator("main form:has(textarea) button[type=submit]", has_text="Save").first.click()
    assert answer.value.status == 503
    expect(page.get_by_text("wait a moment, then send it again")).to_be_visible()
    expect(page.locator("blockquote", has_text=TEXT)).to_be_visible()
    assert TEXT not in stored()
    held.let_go()
    follow(page, "Send form")
    assert TEXT in stored()
