"""Mail scanners with a real browser: they open every link of a mail, run the scripts, press nothing, change nothing."""

import pytest

from feedback.access_links import services as links
from feedback.models import Draft
from tests.browser import browser, open_page  # noqa: F401
from tests.factories import make_collecting_round
from tests.feedback.conftest import SIX
from tests.feedback.database import whole_database

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HREFS = "links => links.map(link => link.href)"


def follow_everything(page, start, most=40) -> set[str]:
    """Open `start` and all that it leads to on the same site, up to `most` pages; which they were."""
    seen, todo, home = set(), [start], start.split("/f/")[0]
    while todo and len(seen) < most:
        address = todo.pop()
        if address.partition("#")[0] in seen or not address.startswith(home):
            continue
        seen.add(address.partition("#")[0])
        page.request.head(address)
        page.goto(address)
        page.mouse.wheel(0, 10_000)
        todo += page.eval_on_selector_all("a[href]", HREFS)
    return seen


def test_twelve_scanners_that_run_scripts_leave_the_database_unchanged(live_server, open_page, cast):  # noqa: F811
    request = make_collecting_round(cast.subject, SIX)[1][0]
    tokens, form = links.mint(request), f"{live_server.url}/feedback/answer/{request.pk}/"
    before = whole_database()
    thorough = open_page(1440)
    follow_everything(thorough, f"{live_server.url}/f/{tokens['answer']}/")
    assert {f"{form}1/", f"{form}decline/"} <= follow_everything(thorough, form)
    for number in range(11):
        page, token = open_page(390), tokens["decline" if number % 2 else "answer"]
        page.clock.install()
        follow_everything(page, f"{live_server.url}/f/{token}/", most=3)
        page.goto(f"{form}{4 if token == tokens['answer'] else 'decline'}/")
    page.clock.run_for(10_000)  # longer than a form waits before it saves by itself
    assert whole_database() == before

    page = thorough
    page.goto(f"{form}4/")
    page.locator("textarea").first.press_sequentially("a person types")
    page.get_by_text("Saved").first.wait_for()
    assert Draft.objects.exists()  # the same page, the same scripts: only typing saves
