"""Signed out while writing, in a real browser: the text waits, is sent after signing in, and nothing is lost."""

import pytest

from feedback.models import Praise
from goals.models import CheckIn
from tests.browser import assert_clean, browser, open_page, signed_in  # noqa: F401
from tests.factories import make_goal, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
TEXT = "You stayed until the feature store was back. مرحبا 👋 <b>{{ thanks }}</b>"


@pytest.fixture
def writer(catalogue):
    return make_user("Priya Raman", email="priya@example.org", password=PASSWORD)


@pytest.fixture
def page(live_server, client, open_page, writer):  # noqa: F811
    page = open_page(390, cookies=signed_in(live_server, client, writer))
    page.set_default_timeout(5_000)
    return page


def sign_out(page) -> None:
    page.context.clear_cookies(name="plumbline_session")


def sign_in_beside(page) -> None:
    """Follow the link of the page; it opens a tab of its own."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    tab.get_by_label("Email").fill("priya@example.org")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("heading", name="Hello").wait_for()
    tab.close()


def send_again(page) -> None:
    page.get_by_role("button", name="Send form").click()
    page.get_by_role("heading", name="One more click").wait_for()
    page.get_by_role("button", name="Send form").click()


def test_a_text_written_while_signed_out_is_sent_after_all(live_server, page):
    colleague = make_user("Jonas Weber", email="jonas@example.org")
    page.goto(f"{live_server.url}/feedback/praise/")
    page.get_by_label("Whom you thank").fill(colleague.email)
    page.locator("textarea[name=text]").fill(TEXT)
    sign_out(page)
    page.get_by_role("button", name="Send thanks").click()
    page.get_by_role("heading", name="You were signed out").wait_for()
    page.get_by_text(TEXT).last.wait_for()
    page.trouble.clear()  # the browser notes the status 401
    assert_clean(page)
    sign_in_beside(page)
    send_again(page)
    page.get_by_text(TEXT).first.wait_for()
    assert Praise.objects.get().text == TEXT


def test_a_part_of_a_page_sent_while_signed_out_is_not_swallowed(live_server, page, writer):
    goal = make_goal(owner=writer, status="agreed")
    page.goto(live_server.url + goal.get_absolute_url())
    page.get_by_label("What happened since").fill(TEXT)
    page.locator("input[name=value]").fill("3")
    sign_out(page)
    page.get_by_role("button", name="Save check-in").click()
    page.get_by_role("heading", name="You were signed out").wait_for()
    assert page.locator("h1").count() == 1
    sign_in_beside(page)
    send_again(page)
    page.get_by_text(TEXT).first.wait_for()
    assert CheckIn.objects.get(goal=goal).comment == TEXT
