"""Every form that edits stored values: what another tab, or somebody else, has saved meanwhile is never overwritten.

The forms are found by walking the access table: a new form without a row in EDITS fails.
"""

import html
import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django import forms
from django.db import transaction

from competencies.models import Point
from foundation.ui.drafts import Merging
from goals.models import Objective
from goals.services import load_starter_goals
from people.models import Team
from reviews.models import Cycle
from tests.access_table import ROLES, STATUSES, TABLE
from tests.opened import as_sent
from tests.test_queries import pages
from tests.world import address, by_role, surrounded, things

CUT = re.compile(rb"<textarea[^>]*\smaxlength")
REASON = {"reason": ["Because"]}


@dataclass(frozen=True)
class Edit:
    """Two fields of a form: what A and B enter in the first, and what B enters in the second; each as it is sent.

    `page` is the address the form stands on, where it is another than the one it is sent to; without a `two` the form
    has a single field. A value may be a function of what is shown.
    """

    one: str
    from_a: object
    from_b: object
    two: str = ""
    two_from_b: object = ""
    page: str = ""


def texts(one, two="", **more):
    return Edit(one, "From tab A", "From tab B", two, "Also from tab B" if two else "", **more)


def days_later(n):
    return lambda shown: (date.fromisoformat(shown) + timedelta(days=n)).isoformat()


EDITS = {
    "people:person": Edit("job_title", "From tab A", "From tab B", "manager", "edda.falk@example.org"),
    "people:roles": Edit(
        "partner_teams", lambda _: team("Model serving"), lambda _: team("Elsewhere"), "is_auditor", "on"
    ),
    "people:profile": Edit("time_zone", "Europe/Madrid", "Asia/Tokyo"),
    "competencies:edit": texts("title", "note"),
    "competencies:code_edit": texts("title", "level_3"),
    "competencies:scale_edit": texts("title", "hint"),
    "questionnaires:questionnaire_edit": texts("title"),
    "questionnaires:section_edit": texts("title", "help"),
    "questionnaires:question_edit": texts("text", "help"),
    "questionnaires:template_edit": texts("title"),
    "questionnaires:stage_edit": texts("title", "purpose"),
    "goals:edit": texts("title", "statement"),
    "goals:share": Edit("objective", lambda _: objective(0), lambda _: objective(1), "visibility", "team"),
    "goals:objective_edit": Edit("title", "From tab A", "From tab B", "owner_address", "edda.falk@example.org"),
    "goals:evidence_edit": Edit("note", "From tab A", "From tab B", "link", "https://example.com/b"),
    "reviews:cycle_edit": Edit("name", "From tab A", "From tab B", "teams", lambda _: team("Elsewhere")),
    "reviews:cycle_stages": texts("form-0-title", "form-0-text_overdue"),
    "reviews:cycle_confidentiality": Edit("k_texts", "9", "8", "k_scores", "4"),
    "reviews:cycle_deadlines": Edit("acknowledgement", days_later(3), days_later(4), "final_delivery", days_later(1)),
    "reviews:meeting": Edit("conversation_on", "2031-03-04", "2031-03-05", page="reviews:review"),
    "reviews:private_note": texts("text", page="reviews:review"),
    "reviews:action_edit": texts("success_sign", "support"),
}


def from_today(n):
    return lambda _: (date.today() + timedelta(days=n)).isoformat()


def point(key):
    return lambda _: str(Point.objects.get(scale__key="overall_4", key=key, scale__catalogue__status="published").pk)


# Actions that replace what is stored: there is nothing to merge, and the second waits until the first is seen.
ACTIONS = {
    "reviews:extend": Edit("due_on", from_today(210), from_today(200)),
    "reviews:change_manager": Edit("manager", "edda.falk@example.org", "sten.fremd@example.org"),
    "feedback:address": Edit("email", "tab.a@example.com", "tab.b@example.com"),
    "reviews:group_change": Edit("overall", point("beyond"), point("partly")),
}
TRIED = EDITS | ACTIONS


def team(name) -> str:
    return str(Team.objects.get(name=name).pk)


def objective(number) -> str:
    return str(Objective.objects.order_by("pk")[number].pk)


@pytest.fixture
def cast(cast, catalogue):
    load_starter_goals()
    return surrounded(cast)


@pytest.fixture
def rows(cast, catalogue):
    return things(cast, catalogue)


def forms_of(answer) -> list:
    """All forms a page was made with, those of its formsets too."""
    values = [value for context in answer.context or [] for layer in context.dicts for value in layer.values()]
    sets = [value for value in values if isinstance(value, forms.BaseFormSet)]
    found = [value for value in values if isinstance(value, forms.BaseForm)] + [form for each in sets for form in each]
    return list(dict.fromkeys(found))


def edits(form) -> bool:
    """Whether it shows what is stored, to be changed."""
    is_of_a_row = isinstance(form, forms.BaseModelForm) and not form.instance._state.adding
    return is_of_a_row or (isinstance(form, Merging) and bool(form.stored()))


@pytest.mark.parametrize("status", STATUSES)
def test_every_form_of_stored_values_merges(cast, rows, client, status):
    """cases A1, A3: a form that is not a MergingForm would overwrite in silence; one without a row here is not tried.

    No text area cuts what is pasted.
    """
    rows, silent, untried, cutting = by_role(cast, rows, status), [], [], []
    tried = {edit.page or name for name, edit in TRIED.items()}
    for name, role, url in pages(rows, status):
        client.force_login(cast[role])
        answer = client.get(url)
        found = [] if answer.streaming else [form for form in forms_of(answer) if edits(form)]
        silent += [f"{name}: {type(form).__name__}" for form in found if not isinstance(form, Merging)]
        untried += [name for form in found if name not in tried]
        cutting += [name] if not answer.streaming and CUT.search(answer.content) else []
        list(answer.streaming_content if answer.streaming else ())
    assert (silent, untried, cutting) == ([], [], [])


# --- two tabs of each ------------------------------------------------------------------------------------------------
class Tabs:
    """Somebody who has a form open twice."""

    def __init__(self, client, capture, name, own):
        self.client, self.capture, self.edit = client, capture, TRIED[name]
        self.url = self.address(name, own)
        self.page = self.address(self.edit.page, own) if self.edit.page else self.url

    @staticmethod
    def address(name, own):
        return address(name, TABLE[name], own)

    def open(self) -> dict:
        """All values of a tab that is opened now, as a browser would send them."""
        return as_sent(self.client.get(self.page), self.edit.one)

    def save(self, tab, **changed):
        """Send a tab with some fields changed, and once more where the page shows first what would follow."""
        with self.capture(execute=True):
            answer = self.client.post(self.url, tab | REASON | {name: [value] for name, value in changed.items()})
            if answer.status_code == 200:
                answer = self.client.post(self.url, as_sent(answer, self.edit.one))
        return answer


def entered(value, tab, name):
    return value(tab.get(name, [""])[0]) if callable(value) else value


def nothing_else_overwritten(tabs):
    """A saves the first field after B has saved the second; what is stored then, and what should be."""
    edit, a, b = tabs.edit, tabs.open(), tabs.open()
    one, two = entered(edit.from_a, a, edit.one), entered(edit.two_from_b, b, edit.two)
    before, after = tabs.save(b, **{edit.two: two}), tabs.save(a, **{edit.one: one})
    now = tabs.open()
    found = before.status_code, after.status_code, now.get(edit.one), now.get(edit.two)
    return found, (302, 302, [one], [two])


def both_texts_shown(tabs):
    """A saves the first field after B has saved the same one; then once more, having seen both."""
    edit, a, b = tabs.edit, tabs.open(), tabs.open()
    from_a, from_b = entered(edit.from_a, a, edit.one), entered(edit.from_b, b, edit.one)
    tabs.save(b, **{edit.one: from_b})
    refused = tabs.save(a, **{edit.one: from_a})
    stored, shown = tabs.open().get(edit.one), as_sent(refused, edit.one)
    conflicts = [each["label"] for form in forms_of(refused) for each in getattr(form, "conflicts", [])]
    is_said = b"This was also changed in another tab" in refused.content
    again = tabs.save(shown)
    found = refused.status_code, stored, shown.get(edit.one), len(conflicts), is_said, again.status_code
    return (*found, tabs.open().get(edit.one)), (409, [from_b], [from_a], 1, True, 302, [from_a])


@pytest.fixture
def tabs(cast, rows, client, django_capture_on_commit_callbacks, request):
    """Every form of stored values of one status of the review, open in two tabs; each try is taken back."""
    Cycle.objects.update(k_texts=6)
    own = by_role(cast, rows, request.param)

    def results(trial, forms=EDITS):
        found, due = {}, {}
        for name in [name for name in forms if TABLE[name].status == request.param]:
            role = next(role for role in ["hr", *ROLES] if role in TABLE[name].who)
            client.force_login(cast[role])
            with transaction.atomic():
                one = Tabs(client, django_capture_on_commit_callbacks, name, own[role])
                found[name], due[name] = trial(one)
                transaction.set_rollback(True)
        return found, due

    return results


def first_action_shown(tabs):
    """A does the action after B has done it in another tab; then once more, having seen B's."""
    edit, a, b = tabs.edit, tabs.open(), tabs.open()
    from_a = entered(edit.from_a, a, edit.one)
    done = tabs.save(b, **{edit.one: entered(edit.from_b, b, edit.one)})
    refused, after_b = tabs.save(a, **{edit.one: from_a}), tabs.open()["base"]
    shown, unchanged = as_sent(refused, edit.one), tabs.open()["base"] == after_b != b["base"]
    [form] = [form for form in forms_of(refused) if getattr(form, "conflicts", [])]
    is_said = form.conflicts[0]["theirs"] in html.unescape(refused.content.decode())
    again = tabs.save(shown)
    kept = shown[edit.one], shown.get("reason", REASON["reason"])
    found = done.status_code, refused.status_code, *kept, unchanged, is_said, again.status_code
    return (*found, tabs.open()["base"] != after_b), (302, 409, [from_a], ["Because"], True, True, 302, True)


MERGING_TWO = {name: edit for name, edit in EDITS.items() if edit.two}
WITH_FORMS = sorted({TABLE[name].status for name in EDITS})
WITH_DEEDS = sorted({TABLE[name].status for name in ACTIONS})


@pytest.mark.parametrize("tabs", WITH_FORMS, indirect=True)
def test_another_tabs_change_of_another_field_stays(tabs):
    """cases A1"""
    found, due = tabs(nothing_else_overwritten, MERGING_TWO)
    assert found == due


@pytest.mark.parametrize("tabs", WITH_FORMS, indirect=True)
def test_another_tabs_change_of_the_same_field_is_shown_and_stays_until_one_has_chosen(tabs):
    """cases A1"""
    found, due = tabs(both_texts_shown)
    assert found == due


@pytest.mark.parametrize("tabs", WITH_DEEDS, indirect=True)
def test_what_another_tab_has_decided_is_shown_before_it_is_decided_again(tabs):
    """cases A1: a calibrated result, another manager, a later deadline, an outsider's address."""
    found, due = tabs(first_action_shown, ACTIONS)
    assert found == due
