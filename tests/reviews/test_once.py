"""A second click on a form finds what the first one stored: one row, one mail, the same page."""

import uuid

import pytest
from django.db import IntegrityError

from feedback.models import FeedbackAsk, Praise
from foundation.outbox.models import Message
from foundation.ui.idempotency import insert_once
from goals.models import Evidence, Goal
from reviews.models import ActionItem, Rebuttal
from tests.factories import make_goal


def form_of(client, url) -> dict:
    """What the browser holds of the form at `url`."""
    return {"key": str(client.get(url).context["form"]["key"].value())}


def twice(client, url, data):
    answers = [client.post(url, form_of(client, url) | data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302], answers[0].context
    return answers


def clicked_twice(client, url, data):
    form = form_of(client, url) | data
    first, second = client.post(url, form), client.post(url, form)
    assert (first.status_code, second.url) == (302, first.url)


PRAISE = {"text": "Thank you", "happened_on": "2026-05-04"}
ASK = {"about": "The rollout", "question": "How was it?", "happened_on": "2026-05-04"}


def test_thanks_and_questions_are_sent_once(cast, as_):
    client, peer = as_(cast.subject), cast.peer.email
    clicked_twice(client, "/feedback/praise/", PRAISE | {"receiver": peer})
    clicked_twice(client, "/feedback/ask/", ASK | {"giver": peer})
    assert (Praise.objects.count(), FeedbackAsk.objects.count()) == (1, 1)
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["feedback_asked", "praise_received"]


def test_the_same_words_on_a_new_page_are_new_thanks(cast, as_):
    twice(as_(cast.subject), "/feedback/praise/", PRAISE | {"receiver": cast.peer.email})
    assert Praise.objects.count() == 2


def test_a_stand_in_is_set_once_so_that_ending_it_ends_it(cast, as_):
    url = f"/people/{cast.manager.pk}/stand-in/"
    dates = {"starts_on": "2026-12-01", "ends_on": "2026-12-24"}
    clicked_twice(as_(cast.manager), url, dates | {"stand_in": str(cast.head.pk)})
    assert cast.manager.delegations.count() == 1


def test_a_step_is_planned_once_and_can_be_changed(cast, at, as_):
    review, client = at("manager_evaluation"), as_(cast.manager)
    url = f"/reviews/{review.pk}/plan/new/"
    step = {"action": "Own it", "purpose": "growth", "owner": cast.subject.pk, "due_on": "2026-12-01"}
    clicked_twice(client, url, step | {"success_sign": "Fewer pages"})
    item = ActionItem.objects.get()
    change = step | {"success_sign": "Calm", "key": str(uuid.uuid4())}
    form = client.get(f"/reviews/{review.pk}/plan/{item.pk}/").context["form"]
    change["base"] = form["base"].value()
    assert client.post(f"/reviews/{review.pk}/plan/{item.pk}/", change).status_code == 302
    assert ActionItem.objects.get(pk=item.pk).success_sign == "Calm"


def test_a_goal_and_evidence_for_it_are_kept_once_with_all_that_was_ticked(cast, as_, catalogue):
    client, code = as_(cast.subject), catalogue.codes.first()
    goal = {"title": "Fewer pages", "kind": "yes_no", "direction": "increase", "weight": "0", "visibility": "private"}
    goal |= {"starts_on": "2026-01-01", "due_on": "2026-12-01", "codes": [code.pk]}
    clicked_twice(client, "/goals/new/empty/", goal)
    goal = Goal.objects.get()
    note = {"note": "Halved", "happened_on": "2026-05-04", "codes": [code.pk], "goals": [goal.pk]}
    clicked_twice(client, "/goals/evidence/add/", note)
    evidence = Evidence.objects.get()
    assert ([*goal.codes.all()], [*evidence.codes.all()], [*evidence.goals.all()]) == ([code], [code], [goal])


def test_a_form_with_the_id_of_somebody_elses_goal_makes_an_own_one(cast, as_):
    theirs = make_goal(owner=cast.peer, title="Theirs")
    goal = {"title": "Mine", "kind": "yes_no", "direction": "increase", "weight": "0", "visibility": "private"}
    goal |= {"starts_on": "2026-01-01", "due_on": "2026-12-01", "key": str(theirs.pk)}
    assert as_(cast.subject).post("/goals/new/empty/", goal).status_code == 302
    assert set(Goal.objects.values_list("owner__name", "title")) == {
        (cast.peer.name, "Theirs"),
        (cast.subject.name, "Mine"),
    }


def test_a_statement_is_attached_once(cast, at, as_):
    review, client = at("delivered"), as_(cast.subject)
    for text in ("I see it differently.", "I see it differently.", "One more thing."):
        client.post(f"/reviews/{review.pk}/rebuttal/", {"text": text})
    assert list(Rebuttal.objects.values_list("text", flat=True)) == ["I see it differently.", "One more thing."]


def test_the_id_of_somebody_elses_row_opens_and_changes_nothing(cast, as_):
    theirs = Praise.objects.create(giver=cast.peer, receiver=cast.subject, text="Well done")
    form = PRAISE | {"key": str(theirs.pk), "receiver": cast.subject.email}
    answer = as_(cast.stranger).post("/feedback/praise/", form)
    assert answer.status_code == 302
    assert answer.url != theirs.get_absolute_url()
    assert set(Praise.objects.values_list("giver__name", "text")) == {
        (cast.peer.name, "Well done"),
        (cast.stranger.name, "Thank you"),
    }


def test_a_broken_rule_is_not_taken_for_a_second_click(cast):
    with pytest.raises(IntegrityError):
        insert_once(Praise(giver=cast.peer, receiver=cast.peer, text="Me"), giver=cast.peer)
