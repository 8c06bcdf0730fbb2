"""Every page a link leads to, for every role: it opens, has a title and one heading, and a real browser finds it clean.

The links are followed without a browser, for each role; then each kind of page is opened in Chromium, at the width of
a desk in light and of a phone in dark colours, and squeezed to 320 pixels.
"""

import re
from urllib.parse import urldefrag, urlsplit

import pytest
from django.urls import resolve

from goals.services import load_starter_goals
from tests.browser import browser, flaws, open_page, overflow, signed_in  # noqa: F401
from tests.world import bring, rows_of, surrounded, things

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROLES = ["subject", "manager", "head", "peer", "auditor", "it", "hr", "partner"]
DIFFERS = {"reviews:home", "reviews:review"}  # by role
SIZES = [(1440, "light"), (390, "dark")]
NARROWEST = 320  # CSS pixels: a small phone, or a desk at 400 %
MOST = 3  # pages of one kind for one role


@pytest.fixture
def cast(cast, catalogue):
    """The organisation with a delivered review, one at the manager's desk, and one of everything else."""
    load_starter_goals()
    surrounded(cast)
    things(cast, catalogue)
    bring(cast, rows_of(cast, cast.review), "delivered")
    bring(cast, rows_of(cast, cast.hr_review), "manager_evaluation")
    return cast


def kind(url) -> str:
    return resolve(urlsplit(url).path).view_name


def links_in(html) -> list[str]:
    found = (urldefrag(link.replace("&amp;", "&"))[0] for link in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', html))
    return [link for link in found if link.startswith("/") and not link.startswith("/static/")]


def crawl(client, user) -> dict[str, list[str]]:
    """Follow the links of `user` from home; by kind of page the addresses that answered with one."""
    client.force_login(user)
    found, waiting, seen = {}, ["/"], set()
    while waiting:
        url = waiting.pop(0)
        if url in seen or len(found.get(kind(url), [])) >= MOST:
            continue
        seen.add(url)
        answer = client.get(url, follow=True)
        answer.close()  # a file that was sent
        assert answer.status_code == 200, f"{user} is led to {url}: {answer.status_code}"
        if not answer["Content-Type"].startswith("text/html"):
            continue
        html = answer.content.decode()
        assert len(re.findall("<h1", html)) == 1, url
        assert re.search(r"<title>\s*[^\s–]", html), url
        found.setdefault(kind(url), []).append(url)
        waiting += links_in(html)
    return found


def look_at(page, url) -> list[str]:
    """What is wrong with a page, also when the window is made as narrow as they come."""
    page.trouble.clear()
    page.goto(url)
    found = flaws(page)
    size = page.viewport_size
    page.set_viewport_size(size | {"width": NARROWEST})
    if overflow(page) > 0:
        found.append(f"{overflow(page)} pixels too wide at {NARROWEST}")
    page.set_viewport_size(size)
    return found


def test_every_page_that_somebody_is_led_to_is_clean(cast, live_server, client, open_page):  # noqa: F811
    seen, wrong = set(), {}
    for role in ROLES:
        found = crawl(client, cast[role])
        fresh = [name for name in found if (name, role if name in DIFFERS else "") not in seen]
        seen |= {(name, role if name in DIFFERS else "") for name in fresh}
        for width, theme in SIZES:
            page = open_page(width, theme, cookies=signed_in(live_server, client, cast[role]))
            for url in (found[name][0] for name in fresh):
                if flaws_here := look_at(page, live_server.url + url):
                    wrong[role, url, width] = flaws_here
    assert wrong == {}
    assert len(seen) > 60
