"""What a refusal, a suggestion or a number could give away: every door answers the same, answered or not."""

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from feedback import services
from feedback.models import Answer, FeedbackRequest, FeedbackRound
from feedback.nominations import suggestions as candidates
from feedback.results.summaries import visible_feedback
from foundation.outbox.models import Message
from foundation.workflow.moves import MoveRefused, perform
from people.models import Delegation, User
from tests.factories import answers_to, make_collecting_round, make_request, make_round, make_user, save_draft
from tests.feedback.conftest import body_of

READERS = ("subject", "manager", "head", "stand-in")


@pytest.fixture
def people(cast):
    """Everybody who may be curious; never HR, who sees by name who has answered."""
    stand_in, today = make_user("Stan Standin"), timezone.localdate()
    Delegation.objects.create(principal=cast.manager, stand_in=stand_in, starts_on=today, ends_on=today)
    return {"subject": cast.subject, "manager": cast.manager, "head": cast.head, "stand-in": stand_in}


@pytest.fixture
def asked(cast, collecting):
    """Somebody whom the subject proposed."""
    return make_request(collecting, giver=cast.peer, relation="peer_mlops_engineer", added_by=cast.subject)


def answer_of(person, path, values):
    """What somebody gets who knocks at a door: status, place, words on the page, and the words of a message."""
    client = Client()
    client.force_login(person)
    answer = client.post(path, values) if values is not None else client.get(path)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    return answer.status_code, answer.headers.get("Location"), body_of(answer), said


def doors(round, request):
    """Everything one can send about a request or its round, by address; None is a look."""
    again = {"giver": request.giver_id or "", "relation": request.relation}
    outsider = {"name": request.name, "email": request.email, "relation": request.relation}
    remove = f"/feedback/requests/{request.pk}/remove/"
    return [
        (remove, None),
        (remove, {}),
        (remove, {"reason": "The wrong person."}),
        (f"/feedback/requests/{request.pk}/replace/", again),
        (f"/feedback/requests/{request.pk}/address/", {"email": "x@example.com"}),
        (f"/feedback/rounds/{round.pk}/", None),
        (f"/feedback/rounds/{round.pk}/?q=jonas", None),
        (f"/feedback/rounds/{round.pk}/propose/", again),
        (f"/feedback/rounds/{round.pk}/propose/", outsider),
        (f"/feedback/rounds/{round.pk}/propose/", outsider | {"email": "new@example.com", "instead": request.pk}),
        (f"/feedback/rounds/{round.pk}/send/", {}),
        (f"/feedback/rounds/{round.pk}/return/", {"reason": "x"}),
        (f"/feedback/rounds/{round.pk}/approve/", {}),
        (f"/feedback/rounds/{round.pk}/results/", None),
        (f"/feedback/rounds/{round.pk}/results.csv", None),
        ("/feedback/board/", {"request": [request.pk], "action": "revoke", "reason": "x"}),
        ("/feedback/board/", {"request": [request.pk], "action": "nudge"}),
    ]


@pytest.mark.parametrize("who", READERS)
def test_no_door_answers_otherwise_once_somebody_has_answered(people, collecting, asked, who):
    knocks = doors(collecting, asked)
    before = [answer_of(people[who], *knock) for knock in knocks]
    assert FeedbackRequest.objects.get(pk=asked.pk).status == "asked"  # knocking has changed nothing
    services.answer(asked, answers_to(asked))
    with pytest.raises(MoveRefused, match="Answered"):  # a refusal with its reason would tell
        perform(asked, "revoke", why="x")
    for knock, was in zip(knocks, before, strict=True):
        assert answer_of(people[who], *knock) == was, knock


def test_hr_who_leads_a_round_sees_on_no_board_who_has_answered(cast, as_):
    round, requests = make_collecting_round(make_user("Hugo", manager=cast.hr), ["data_scientist"] * 4)
    _other, asked = make_collecting_round(cast.subject, ["data_scientist"] * 4)
    looks = [("/feedback/board/", None), (f"/feedback/board/?q={requests[0].name}", None)]
    looks += doors(round, requests[0])
    before = [answer_of(cast.hr, *look) for look in looks]
    assert asked[0].name in before[0][2].decode()  # as HR of the others they do
    services.answer(requests[0], answers_to(requests[0]))
    assert [answer_of(cast.hr, *look) for look in looks] == before


def test_a_code_that_could_not_be_delivered_tells_hr_of_no_draft(cast, collecting):
    before = answer_of(cast.hr, "/feedback/board/", None)
    services.send_code(collecting.asked[0])
    Message.objects.update(status="failed", error="550 There is nobody of that name")
    assert answer_of(cast.hr, "/feedback/board/", None) == before
    services.send_again(collecting.asked[1], by=cast.hr)
    Message.objects.update(status="failed", error="550 There is nobody of that name")
    assert "There is nobody of that name" in answer_of(cast.hr, "/feedback/board/", None)[2].decode()


@pytest.mark.parametrize("who", ["subject", "manager"])
def test_whom_one_may_not_stop_asking_is_refused_alike_in_every_state(people, collecting, asked, who):
    for status in ("asked", "answered", "declined"):
        FeedbackRequest.objects.filter(pk=asked.pk).update(status=status)
        with pytest.raises(PermissionDenied):
            services.remove(FeedbackRequest.objects.get(pk=asked.pk), by=people[who], reason="x")


def test_hr_stops_asking(cast, collecting, asked):
    assert services.remove(asked, by=cast.hr, reason="The wrong person.").status == "revoked"


@pytest.mark.parametrize("most", [7, 8])  # seven are asked: a decline makes room on a full list
def test_a_decline_changes_nothing_for_the_subject(people, collecting, asked, most):
    FeedbackRound.objects.update(max_total=most)
    knocks = doors(collecting, asked)
    before = [answer_of(people["subject"], *knock) for knock in knocks]
    at_manager = answer_of(people["manager"], f"/feedback/rounds/{collecting.pk}/", None)
    services.decline(asked, reason="no time")
    assert answer_of(people["manager"], f"/feedback/rounds/{collecting.pk}/", None) != at_manager
    assert [answer_of(people["subject"], *knock) for knock in knocks] == before


def test_a_suggestion_does_not_tell_who_has_answered_before_or_is_answering_now(cast, collecting, asked):
    coming = make_round(cast.subject, title="Next")
    past = make_round(cast.subject, title="Last", status="released")
    for number, status in enumerate(["asked", "answered", "declined"]):
        make_request(past, giver=make_user(f"Past {number}"), status=status)
    used = {cast.subject.pk, cast.manager.pk}
    before = candidates.suggestions(coming, used)
    assert {each.person.name for each in before} >= {"Past 0", "Past 1", "Past 2", cast.peer.name}
    services.answer(asked, answers_to(asked))
    assert FeedbackRequest.objects.filter(
        giver=cast.peer, status="answered"
    ).exists()  # a list of those would show it today
    assert candidates.suggestions(coming, used) == before


def test_closing_early_is_judged_by_the_number_the_manager_knows(cast, collecting):
    for request in collecting.asked[:5]:
        services.answer(request, answers_to(request))
        with pytest.raises(MoveRefused, match="Too few"):  # trying again and again tells no moment
            services.release_round(FeedbackRound.objects.get(), by=cast.manager)
    services.renew_counts(collecting.closes_on)
    assert services.release_round(FeedbackRound.objects.get(), by=cast.manager).is_released


def test_a_cancelled_round_keeps_no_answer(cast, collecting):
    services.answer(collecting.asked[0], answers_to(collecting.asked[0]))
    save_draft(collecting.asked[1], {"all_keep": "kept for its giver"}, 0)
    assert Answer.objects.exists()
    services.cancel_round(collecting, by=cast.hr, reason="left the company")
    assert not Answer.objects.exists()


def test_an_outsider_who_has_an_account_by_now_is_an_author_among_the_readers(cast):
    round, requests = make_collecting_round(cast.subject, ["data_scientist"] * 3)
    for request in requests:
        services.answer(request, answers_to(request))
    newcomer = make_user("New Here", email=requests[0].email.upper(), is_hr=True)
    round = services.release_round(round)
    assert shown_to(cast.hr, round) == 3  # minus the own one: two
    assert shown_to(newcomer, round) == 0


def shown_to(reader, round) -> int:
    result = visible_feedback(reader, round).of_code("TEC-CICD")
    return result.n if result else 0


def test_one_colleague_is_never_two_authors_though_the_address_has_changed(cast, collecting, asked):
    User.objects.filter(pk=cast.peer.pk).update(email="jonas.new@example.org")
    peer = User.objects.get(pk=cast.peer.pk)
    with pytest.raises(MoveRefused, match="on the list already"):
        services.add(collecting, by=cast.manager, giver=peer, relation="peer_mlops_engineer")
