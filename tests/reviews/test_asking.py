"""Actions that ask first: a refused form says why beside its field, keeps what was typed and changes nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation.audit.models import Event
from reviews.models import Cycle
from tests.opened import opened
from tests.reviews.conftest import fresh

LONG = "Two weeks of parental leave in the middle of the stage, agreed with the team. " * 3

# page, row it is about, what is typed, the field that is refused
REFUSED = [
    ("move", "review", {"reason": ""}, "reason"),
    ("move", "review", {"reason": "   "}, "reason"),
    ("extend", "review", {"due_on": "", "reason": LONG}, "due_on"),
    ("extend", "review", {"due_on": "tomorrow", "reason": LONG}, "due_on"),
    ("extend", "review", {"due_on": "2020-01-01", "reason": LONG}, "due_on"),
    ("change_manager", "review", {"manager": "", "reason": LONG}, "manager"),
    ("change_manager", "review", {"manager": "00000000-0000-4000-8000-000000000000", "reason": LONG}, "manager"),
    ("cycle_move", "cycle", {"reason": ""}, "reason"),
]


def address(name, review) -> str:
    row = review.cycle_id if name == "cycle_move" else review.pk
    verb = {"move": ["cancel"], "cycle_move": ["cancel"]}.get(name, [])
    return reverse(f"reviews:{name}", args=[row, *verb])


@pytest.mark.parametrize(("name", "about", "typed", "field"), REFUSED)
def test_a_refused_action_is_told_beside_its_field_and_nothing_is_done(cast, as_, review, name, about, typed, field):
    events = Event.objects.count()
    client, page = as_(cast.hr), address(name, review)
    answer = client.post(page, opened(client, page) | typed)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in html
    assert all(typed[name].strip() in html for name in typed if name != "manager")  # a choice that is none is not kept
    now = fresh(review)
    assert (now.status, now.manager, now.current_due_on) == (review.status, review.manager, review.current_due_on)
    assert Cycle.objects.get(pk=review.cycle_id).status == "open"
    assert Event.objects.count() == events


@pytest.mark.parametrize("name", ["move", "extend", "change_manager", "cycle_move"])
def test_the_page_names_whom_it_is_about_and_leads_back(cast, as_, review, name):
    answer = as_(cast.hr).get(address(name, review))
    row = review.cycle if name == "cycle_move" else review
    assert answer.status_code == 200
    assert str(row) in answer.content.decode()
    assert f'href="{row.get_absolute_url()}"' in answer.content.decode()


def test_a_corrected_form_is_taken_and_its_event_keeps_the_reason(cast, as_, review):
    client, page = as_(cast.hr), address("extend", review)
    later = review.current_due_on + timedelta(7)
    shown = opened(client, page)
    assert client.post(page, shown | {"due_on": later, "reason": ""}).status_code == 400
    given = shown | {"due_on": later, "reason": "Leave", "confirmed": later}
    assert client.post(page, given).url == review.get_absolute_url()
    assert fresh(review).current_due_on == later


@pytest.mark.parametrize("name", ["move", "extend", "change_manager", "cycle_move"])
@pytest.mark.parametrize("role", ["manager", "subject", "head", "stranger", "auditor", "it"])
def test_a_action_of_hr_is_a_page_nobody_else_finds(cast, as_, review, name, role):
    client = as_(cast[role])
    assert client.get(address(name, review)).status_code == 404
    sent = client.post(address(name, review), {"reason": "Mine", "manager": cast.peer.pk, "due_on": "2030-01-01"})
    assert sent.status_code in (302, 404)
    now = fresh(review)
    assert (now.status, now.manager, now.current_due_on) == (review.status, review.manager, review.current_due_on)


def test_a_reason_with_markup_is_text_on_the_page_that_asks_again(cast, as_, review):
    answer = as_(cast.hr).post(address("extend", review), {"due_on": "", "reason": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in answer.content.decode()
    assert "&lt;img src=x" in answer.content.decode()
