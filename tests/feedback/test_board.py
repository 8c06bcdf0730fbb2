"""HR's board: states by name, actions for many, never opened, never drafted, never the own or the own manager's."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import services
from feedback.access_links import services as links
from feedback.models import FeedbackRequest
from feedback.rounds import board_views as board
from foundation.audit.models import Event
from foundation.outbox.models import Message
from foundation.workflow.moves import MoveRefused
from tests.factories import answers_to, make_request, make_round, make_user, save_draft
from tests.opened import opened

BOARD = "/feedback/board/"


def names(page):
    return {row.name for row in page.context["page"]}


def act(client, requests, action, path=BOARD, **fields):
    return client.post(path, {"request": [request.pk for request in requests], "action": action} | fields)


@pytest.mark.parametrize("who", ["subject", "manager", "peer", "head", "auditor", "it", "stranger"])
def test_the_board_does_not_exist_for_others(cast, as_, collecting, who):
    client = as_(cast[who])
    assert client.get(BOARD).status_code == 404
    assert act(client, collecting.asked, "nudge").status_code == 404
    assert client.get(f"/feedback/requests/{collecting.asked[0].pk}/replace/").status_code == 404
    assert client.get(f"/feedback/requests/{collecting.asked[0].pk}/address/").status_code == 404


def test_hr_sees_who_answered_declined_and_could_not_be_reached(cast, as_, collecting):
    answered, declined, bounced, drafted = collecting.asked[:4]
    services.answer(answered, answers_to(answered))
    services.decline(declined)
    save_draft(drafted, {"all_contact": "weekly"}, 0)
    services.send_again(bounced, by=cast.hr)
    Message.objects.update(status="failed", error="550 no such user")
    client = as_(cast.hr)
    page = client.get(BOARD)
    assert names(page) == {request.name for request in collecting.asked}
    assert "550 no such user" in page.content.decode()
    assert names(client.get(BOARD, {"state": "answered"})) == {answered.name}
    assert names(client.get(BOARD, {"state": "declined"})) == {declined.name}
    assert names(client.get(BOARD, {"state": "bounced"})) == {bounced.name}
    waiting = {request.name for request in collecting.asked[2:]}
    assert names(client.get(BOARD, {"state": "asked"})) == waiting


def test_filters_by_name_and_cycle(cast, as_, collecting):
    other = make_request(make_round(cast.peer, status="collecting", title="Another cycle"), name="Zoe Zander")
    client = as_(cast.hr)
    assert names(client.get(BOARD, {"q": "zoe"})) == {"Zoe Zander"}
    assert names(client.get(BOARD, {"q": "priya"})) == {request.name for request in collecting.asked}
    assert names(client.get(BOARD, {"title": "Another cycle"})) == {other.name}
    assert names(client.get(BOARD, {"title": "No such cycle"})) >= {other.name}  # an unknown filter is no filter


def test_hr_never_handles_the_round_about_themselves_or_their_manager(cast, as_):
    boss = make_user("Boss", manager=cast.head)
    cast.hr.manager = boss
    cast.hr.save()
    for person in (cast.hr, boss):
        make_request(make_round(person, status="collecting", manager=cast.head))
    client = as_(cast.hr)
    assert names(client.get(BOARD)) == set()
    assert act(client, FeedbackRequest.objects.all(), "revoke", reason="x").status_code == 200
    assert set(FeedbackRequest.objects.values_list("status", flat=True)) == {"asked"}


def test_partners_see_their_teams_only(cast, as_, collecting):
    partner = make_user("Petra Partner")
    cast.team.hr_partners.add(partner)
    elsewhere = make_request(make_round(cast.stranger, manager=cast.head, status="collecting"))
    assert names(as_(partner).get(BOARD)) == {request.name for request in collecting.asked}
    assert elsewhere.name in names(as_(cast.hr).get(BOARD))


def test_many_are_reminded_at_once_and_once_a_day(cast, as_, collecting):
    client = as_(cast.hr)
    act(client, collecting.asked, "nudge")
    act(client, collecting.asked, "nudge")
    assert Message.objects.filter(kind="reminder_before_due").count() == 6


def test_the_invitation_is_sent_again_with_a_new_key(cast, as_, collecting):
    client = as_(cast.hr)
    act(client, collecting.asked[:2], "send_again")
    act(client, collecting.asked[:2], "send_again")
    assert Message.objects.filter(kind="feedback_request_external").count() == 4


def test_stopping_and_extending_need_a_reason_that_is_logged(cast, as_, collecting):
    client, asked = as_(cast.hr), collecting.asked[:2]
    page = act(client, asked, "revoke")
    assert "Give a reason" in page.content.decode()
    act(client, asked, "revoke", reason="asked twice")
    assert {FeedbackRequest.objects.get(pk=request.pk).status for request in asked} == {"revoked"}
    assert Event.objects.filter(verb="feedbackrequest.revoke", data__reason="asked twice").count() == 2
    due = collecting.closes_on + timedelta(4)
    assert "Choose the new deadline" in act(client, collecting.asked[2:3], "extend", reason="ill").content.decode()
    act(client, collecting.asked[2:3], "extend", reason="ill", due_on=due)
    assert FeedbackRequest.objects.get(pk=collecting.asked[2].pk).deadline == due


def test_a_action_is_done_for_all_or_for_none(cast, as_, collecting):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    text = act(as_(cast.hr), collecting.asked[:3], "send_again").content.decode()
    assert "Only people who haven" in text
    assert text.count(" checked>") == 3
    assert not Message.objects.exists()


def test_filter_and_ticks_outlive_a_refused_action_and_the_filter_a_done_one(cast, as_, collecting):
    client, path = as_(cast.hr), f"{BOARD}?q=priya&state=asked&title="
    page = act(client, collecting.asked[:2], "extend", path)
    text = page.content.decode()
    assert text.count(" checked>") == 2
    assert 'value="priya"' in text
    assert re.search(r'<option value="asked"\s+selected\s*>', text)
    assert act(client, collecting.asked[:2], "nudge", path).url == path


def test_a_action_reaches_everybody_the_filter_finds_who_has_not_answered(cast, as_, collecting):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    services.decline(collecting.asked[1])
    elsewhere = make_request(make_round(cast.peer, status="collecting"))
    page = as_(cast.hr).post(f"{BOARD}?q=priya", {"whom": "all", "action": "nudge"}, follow=True)
    assert "Done for 4 people." in page.content.decode()
    reached = set(Message.objects.filter(kind="reminder_before_due").values_list("address", flat=True))
    assert reached == {request.email for request in collecting.asked[2:]}
    assert elsewhere.email not in reached


def test_too_many_at_once_are_refused_with_the_way_out(cast, as_, collecting, monkeypatch):
    monkeypatch.setattr(board, "MOST_AT_ONCE", 5)
    text = as_(cast.hr).post(BOARD, {"whom": "all", "action": "nudge"}).content.decode()
    assert "more than 5 people. Choose a cycle or a name" in text
    assert not Message.objects.exists()


def test_nobody_is_reminded_of_what_is_done_or_closed(cast, as_, collecting):
    answered = collecting.asked[0]
    services.answer(answered, answers_to(answered))
    client = as_(cast.hr)
    page = client.post(BOARD, {"request": [each.pk for each in collecting.asked[:3]], "action": "nudge"}, follow=True)
    assert "Done for 2 people." in page.content.decode()
    services.cancel_round(collecting, by=cast.hr, reason="x")
    text = act(client, collecting.asked[1:], "nudge").content.decode()
    assert "None of them still has to answer." in text


def test_the_board_shows_running_rounds_and_closed_ones_on_demand(cast, as_, collecting):
    closed = make_request(make_round(cast.peer, status="released", title="Long ago"), name="Zoe Zander")
    client = as_(cast.hr)
    assert closed.name not in names(client.get(BOARD))
    assert closed.name in names(client.get(BOARD, {"title": "*"}))


def test_the_reasons_of_those_who_declined_or_were_stopped_are_read_here(cast, as_, collecting):
    services.decline(collecting.asked[0], reason="We met twice only.")
    services.remove(collecting.asked[1], by=cast.hr, reason="Left the project.")
    text = as_(cast.hr).get(BOARD).content.decode()
    assert "We met twice only." in text
    assert "Left the project." in text


def test_foreign_and_broken_ids_are_passed_over(cast, as_, collecting):
    client = as_(cast.hr)
    page = client.post(BOARD, {"request": ["x", "'; --", str(collecting.pk)], "action": "revoke", "reason": "x"})
    assert "at least one person" in page.content.decode()


def test_an_outsiders_address_is_corrected_and_old_links_end(cast, as_, collecting):
    request = collecting.asked[0]
    token = links.mint(request)["answer"]
    client, url = as_(cast.hr), f"/feedback/requests/{request.pk}/address/"
    client.post(url, opened(client, url) | {"email": "Right@Example.com"})
    assert FeedbackRequest.objects.get(pk=request.pk).email == "right@example.com"
    assert links.find(token, "x") is None
    account = make_request(collecting, giver=cast.peer)
    assert as_(cast.hr).get(f"/feedback/requests/{account.pk}/address/").status_code == 404


@pytest.mark.parametrize("whose", ["another", "subject", "manager", "peer", "former"])
def test_an_address_of_somebody_else_is_refused_beside_its_field(cast, as_, collecting, whose):
    request, other = collecting.asked[:2]
    cast.former = make_user("Gone Girl", is_active=False)
    email = (other if whose == "another" else cast[whose]).email.upper()
    client, url = as_(cast.hr), f"/feedback/requests/{request.pk}/address/"
    page = client.post(url, opened(client, url) | {"email": email})
    assert page.status_code == 400
    assert f'value="{email}"' in page.content.decode()
    assert page.context["form"].errors["email"]
    assert FeedbackRequest.objects.get(pk=request.pk).email == request.email


def test_two_who_give_the_same_address_at_once_are_told_apart(cast, collecting):
    request, other = collecting.asked[:2]
    with pytest.raises(MoveRefused, match="on the list already"):
        services.change_address(request, other.email, by=cast.hr)


def test_an_address_is_free_again_once_its_request_was_stopped(cast, as_, collecting):
    request, other = collecting.asked[:2]
    services.remove(other, by=cast.hr, reason="Wrong person")
    client, url = as_(cast.hr), f"/feedback/requests/{request.pk}/address/"
    client.post(url, opened(client, url) | {"email": other.email})
    assert FeedbackRequest.objects.get(pk=request.pk).email == other.email


def test_somebody_is_replaced_by_somebody_else(cast, as_, collecting):
    request = collecting.asked[0]
    client, url = as_(cast.hr), f"/feedback/requests/{collecting.asked[0].pk}/replace/"
    assert client.get(url).status_code == 200
    assert cast.peer in [each.person for each in client.get(url, {"q": "jonas"}).context["others"]]
    client.post(url, {"giver": cast.peer.pk, "relation": "peer_mlops_engineer"})
    assert FeedbackRequest.objects.get(pk=request.pk).status == "revoked"
    assert FeedbackRequest.objects.get(giver=cast.peer).status == "asked"
    kept = client.post(url, {"name": "", "email": "x", "relation": "stakeholder"})
    assert kept.status_code == 400


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_board_asks_the_same_number_of_questions(cast, as_, django_assert_num_queries, rows):
    for number in range(rows):
        round = make_round(make_user(f"Subject {number}", manager=cast.manager), status="collecting")
        make_request(round, giver=make_user())
        services.send_again(make_request(round), by=cast.hr)
    Message.objects.update(status="failed", error="550", created_at=timezone.now())
    client = as_(cast.hr)
    with django_assert_num_queries(7):
        assert client.get(BOARD).status_code == 200
