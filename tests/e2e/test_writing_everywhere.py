"""Every place where somebody writes: in two tabs, signed out, without scripts, without a network, on a slow database.

What is not here is in test_writing.py for the same places: small forms without a network, desks on a slow database.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import browser, follow, open_page, signed_in  # noqa: F401
from tests.e2e.writing import DESKS, SAVED, come_back, saved, small_forms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = ["thanks", "check-in", "check-in by htmx", "statement", "action", "cycle"]  # each sending makes a row
EDITS = ["goal", "note", "catalogue", "stages"]
ALSO_CHANGED = "This was also changed in another tab"


@dataclass
class Place:
    """A form somebody has open: `field` is where they write, `stored()` the texts that are kept."""

    tab: Any
    user: Any
    url: str
    field: str
    button: str
    others: dict
    stored: Any
    table: str
    by_htmx: bool = False

    def open(self, text="", **how):
        """A page of the form; with `text` filled in."""
        page = self.tab(self.user, self.url, **how)
        return self.fill(page, text) if text else page

    def fill(self, page, text):
        for name, value in self.others.items():
            page.locator(f"[name={name}]").fill(value)
        self.on(page).fill(text)
        self.on(page).blur()  # left, so that a form that saves by itself does not wait for more
        return page

    def on(self, page):
        return page.locator(self.field).first

    def send(self, page):
        """Press the button, and wait for the answer."""
        if self.by_htmx and page.locator("[hx-post]").count():
            with page.expect_response(lambda response: response.request.method == "POST"):
                page.get_by_role("button", name=self.button, exact=True).click()
        else:
            follow(page, self.button)


@pytest.fixture
def form(cast, at, tab, request):
    """A form that is sent by its button."""
    user, url, field, button, others, model, column = small_forms(cast, at, request.param)[request.param]

    def stored():
        return list(model.objects.values_list(column, flat=True))

    is_htmx = request.param == "check-in by htmx"
    return Place(tab, user, url, f"[name={field}]", button, others, stored, model._meta.db_table, is_htmx)


@pytest.fixture
def writing_desk(desk, tab, request):
    """A form that saves by itself."""
    user, url, table, stored = desk
    button = "Save for later" if table == "feedback_draft" or "/write/" in url else "Save draft"
    return Place(tab, user, url, "main textarea:visible", button, {}, stored, table)


@pytest.fixture
def sign_in_again(live_server, client):
    def back(page, user):
        page.context.add_cookies(signed_in(live_server, client, user))

    return back


def sign_out(page):
    page.context.clear_cookies(name="plumbline_session")


def sent_from_two_tabs(place, *, is_new, scripts=True):
    """B is sent first. A says what B changed, or a new row is made of each."""
    how = "with scripts" if scripts else "without scripts"
    theirs, mine = f"Written in tab B {how}, and sent first.", f"Written in tab A {how}, and sent after B."
    a = place.open(scripts=scripts)
    b = place.open(theirs, beside=a)
    place.send(b)
    place.fill(a, mine)
    place.send(a)
    if not is_new:
        expect(a.get_by_text(ALSO_CHANGED)).to_be_visible()
        expect(a.get_by_role("alert").get_by_text(theirs).first).to_be_visible()
        expect(place.on(a)).to_have_value(mine)
        assert theirs in place.stored()
        assert mine not in place.stored()
        place.send(a)
    assert mine in place.stored()
    assert (theirs in place.stored()) == is_new
    b.close()
    return a


@pytest.mark.parametrize("form", [*NEW, *EDITS], indirect=True)
def test_a_form_that_is_sent_loses_nothing(form, held, sign_in_again, subtests, request):
    """cases A1 to A7"""
    is_new = request.node.callspec.params["form"] in NEW
    with subtests.test("two tabs"):
        page = sent_from_two_tabs(form, is_new=is_new)
    with subtests.test("session ended"):
        page = form.open("Written when the session had ended.", beside=page)
        sign_out(page)
        form.send(page)
        expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
        expect(page.get_by_text("Written when the session had ended.").last).to_be_visible()
        assert "Written when the session had ended." not in form.stored()
        sign_in_again(page, form.user)
        follow(page, "Send form")
        assert "Written when the session had ended." in form.stored()
    with subtests.test("slow database"):
        page = form.open("Written when the database was held.", beside=page)
        held(form.table)
        try:
            form.send(page)
            expect(page.get_by_text("wait a moment, then send it again")).to_be_visible()
            assert "Written when the database was held." not in form.stored()
        finally:
            held.let_go()
        expect(page.locator("blockquote", has_text="Written when the database was held.")).to_be_visible()
        follow(page, "Send form")
        assert form.stored().count("Written when the database was held.") == 1
    with subtests.test("without scripts"):
        sent_from_two_tabs(form, is_new=is_new, scripts=False)


@pytest.mark.parametrize("desk", DESKS, indirect=True)
def test_a_form_that_saves_by_itself_loses_nothing(writing_desk, sign_in_again, subtests):
    """cases A1 to A7"""
    place = writing_desk
    with subtests.test("two tabs"):
        a = place.open()
        b = place.open("Written in tab B, and saved first.", beside=a)
        saved(b)
        place.fill(a, "Written in tab A, and saved after B.")
        expect(a.get_by_role("alert").get_by_text("Written in tab B, and saved first.")).to_be_visible()
        assert "Written in tab A, and saved after B." not in place.stored()
        a.get_by_role("button", name="Keep mine").click()
        saved(a)
        assert "Written in tab A, and saved after B." in place.stored()
        come_back(b)
        expect(place.on(b)).to_have_value("Written in tab A, and saved after B.")
    with subtests.test("session ended"):
        sign_out(a)
        place.fill(a, "Written when the session had ended.")
        state = a.locator("[data-autosave-state]")
        expect(state.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
        assert "Written when the session had ended." not in place.stored()
        sign_in_again(a, place.user)
        come_back(a)
        expect(state).to_contain_text(SAVED, timeout=15_000)
        assert "Written when the session had ended." in place.stored()
    with subtests.test("offline"):
        a.context.set_offline(True)
        place.fill(a, "Written without a network.")
        expect(state).to_contain_text("Not saved yet")
        a.get_by_role("button", name=place.button, exact=True).click()
        expect(place.on(a)).to_have_value("Written without a network.")
        assert "Written without a network." not in place.stored()
        a.context.set_offline(False)
        expect(state).to_contain_text(SAVED, timeout=15_000)
        follow(a, place.button)
        assert "Written without a network." in place.stored()
    with subtests.test("without scripts"):
        sent_from_two_tabs(place, is_new=False, scripts=False)
