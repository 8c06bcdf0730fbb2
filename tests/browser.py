"""A real Chromium for tests: fixtures `browser` and `open_page`, and checks that a page is clean.

A test module imports the fixtures it uses: `from tests.browser import browser, open_page  # noqa: F401`.
"""

import atexit
import os
import re
import time
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = (Path(__file__).parent / "vendor/axe/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
RUN_AXE = """async (rules) => {
    const result = await axe.run({ runOnly: { type: "tag", values: rules } });
    return result.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`);
}"""


@cache
def chromium():
    """Chromium, started once for all modules. Playwright keeps an event loop, hence the permission for Django."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", *QUIET])


@pytest.fixture(scope="session")
def browser():
    return chromium()


@pytest.fixture
def open_page(browser):
    """open_page(width=1440, theme="light", cookies=[…], scripts=True, forced_colors="none"): a fresh page.

    It notes what goes wrong. Without motion, so that nothing is looked at half open.
    """
    contexts = []

    def opened(width=1440, theme="light", cookies=(), scripts=True, forced_colors="none"):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            forced_colors=forced_colors,
        )
        contexts.append(context)
        context.add_cookies(list(cookies))
        return listening(context.new_page())

    yield opened
    for context in contexts:
        context.close()


def named(page, words):
    """The first button or link with these words."""
    button, link = (page.get_by_role(role, name=words, exact=True) for role in ("button", "link"))
    return button.or_(link).first


def press(page, words) -> None:
    """Click a button or link by its words that stays on the page: a dialog or a download follows."""
    named(page, words).click()


def follow(page, what) -> None:
    """Click what leads to another page, and wait for that page. `what` is its words, or a locator."""
    with page.expect_navigation():
        (named(page, what) if isinstance(what, str) else what).click()


def until(page, holds, seconds=9):
    """Let the page go on until `holds()`; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        page.wait_for_timeout(20)


def listening(page):
    """`page` with `page.trouble`: console messages, script errors and failed requests, all of which should be none."""
    page.trouble = []
    page.on("console", lambda message: page.trouble.extend(complaint_of(message)))
    page.on("pageerror", lambda error: page.trouble.append(f"script: {error}"))
    page.on("requestfailed", lambda request: page.trouble.extend(failure_of(request)))
    return page


def complaint_of(message) -> list[str]:
    """A message of the console; not that a form was refused, which is answered with 400 or 409 and noted there."""
    is_refusal = re.search(r"responded with a status of (400|409)", message.text)
    return [] if is_refusal else [f"console {message.type}: {message.text}"]


def failure_of(request) -> list[str]:
    """What went wrong with it; nothing where the browser itself let go of it because the page was left meanwhile."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url} {request.failure}"]


def signed_in(live_server, client, user) -> list[dict]:
    """Cookies for `open_page` that make it the browser of `user`."""
    client.force_login(user)
    return [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in client.cookies.items()]


def findings(page) -> list[str]:
    """What axe objects to on the page as it is now. The script comes in by the debugger, so the CSP may stay on."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    session.detach()
    return page.evaluate(RUN_AXE, RULES)


def overflow(page) -> int:
    """Pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def flaws(page) -> list[str]:
    """Everything wrong with the page as it is now; none on a clean page."""
    wide = overflow(page)
    return findings(page) + page.trouble + ([f"{wide} pixels too wide"] if wide > 0 else [])


def assert_clean(page) -> None:
    assert flaws(page) == [], page.url
