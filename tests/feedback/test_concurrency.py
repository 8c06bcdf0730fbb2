"""Many at once: one effect, nothing lost. On PostgreSQL with many threads, on SQLite with a few."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client

from feedback import services
from feedback.access_links import services as links
from feedback.models import AccessLink, Answer, Draft, FeedbackRequest, FeedbackRound, Release, VerificationCode
from foundation.audit.models import Event
from foundation.ui.drafts import Stale
from foundation.workflow.moves import MoveRefused
from tests.factories import answers_to, make_collecting_round, make_request, make_round, make_user, save_draft
from tests.feedback.conftest import post_answers

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(actions):
    """Run all actions in threads that start together; what each returned or raised."""
    start = Barrier(len(actions))

    def run(action):
        try:
            start.wait()
            return action()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.fixture
def crowd():
    return 20 if connection.vendor == "postgresql" else 6


@pytest.fixture
def times(crowd):
    """How often a crowd sends: SQLite lets one write at a time, however many there are."""
    return 50 if crowd == 20 else 5


@pytest.fixture
def round_(cast):
    return make_collecting_round(cast.subject, ["data_scientist"] * 5)


def twins(request, count) -> list[Client]:
    """One browser, `count` times: somebody who cannot wait, or a network that repeats."""
    first = Client()
    first.get(f"/f/{links.mint(request)['answer']}/")
    post_answers(first, request, send=False)
    found = [Client() for _each in range(count)]
    for client in found:
        client.cookies = first.cookies.copy()
    return found


def test_identical_sends_at_once_have_one_effect_each_time(cast, crowd, times):
    round, _none = make_collecting_round(cast.subject, [])
    for number in range(1, times + 1):
        request = make_request(round)
        path, sent = f"/feedback/answer/{request.pk}/check/", twins(request, crowd)
        answers = at_once([lambda client=client, path=path: client.post(path, {"version": 1}) for client in sent])
        assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/feedback/thanks/")] * crowd
        assert Answer.objects.filter(question__key="all_warning").count() == number
        assert FeedbackRequest.objects.filter(status="answered").count() == number
        assert not Draft.objects.exists()


def test_identical_declines_at_once_are_one_decline(round_, crowd):
    request = round_[1][0]
    path, sent = f"/feedback/answer/{request.pk}/decline/", twins(request, crowd)
    answers = at_once(
        [lambda client=client: client.post(path, {"reason": "no time", "drops_draft": "on"}) for client in sent]
    )
    assert {answer.status_code for answer in answers} <= {302, 404}
    assert Event.objects.filter(verb="feedbackrequest.decline").count() == 1
    assert not Draft.objects.exists()


def test_of_stale_saves_at_once_one_wins_and_the_others_are_told(round_, crowd):
    request = round_[1][0]
    save_draft(request, {"all_contact": "weekly"}, 0)
    saves = [lambda text=f"tab {n}": save_draft(request, {"all_keep": text}, 1) for n in range(crowd)]
    results = at_once(saves)
    assert sum(isinstance(result, Draft) for result in results) == 1
    assert sum(isinstance(result, Stale) for result in results) == crowd - 1


def test_a_save_and_the_sending_at_once_leave_no_draft(round_, crowd):
    for request in round_[1]:
        save_draft(request, answers_to(request), 0)
        saves = [lambda r=request: save_draft(r, {"all_change": "late"}, 1) for _each in range(crowd // 2)]
        at_once([*saves, lambda r=request: services.answer(r, answers_to(r))])
    assert set(FeedbackRequest.objects.values_list("status", flat=True)) == {"answered"}
    assert not Draft.objects.exists()


def test_answers_and_the_release_at_once_are_all_in_or_refused(round_):
    round, requests = round_
    actions = [lambda r=request: services.answer(r, answers_to(r)) for request in requests]
    results = at_once([*actions, lambda: services.release_round(round)])
    refused = sum(isinstance(result, MoveRefused) for result in results)
    assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, MoveRefused)]
    assert FeedbackRequest.objects.filter(status="answered").count() == 5 - refused
    assert FeedbackRound.objects.get().status == "released"
    assert not Answer.objects.exists()


def test_a_release_happens_once(round_):
    round, requests = round_
    for request in requests:
        services.answer(request, answers_to(request))
    at_once([lambda: services.release_rounds([round.pk]) for _each in range(4)])
    assert Release.objects.count() == 1
    assert Event.objects.filter(verb="feedbackround.release").count() == 1


def test_two_managers_approving_at_once_do_not_exceed_a_cap(cast):
    rounds = [make_round(make_user(manager=make_user()), max_per_giver=1) for _each in range(3)]
    for round in rounds:
        make_request(round, giver=cast.peer, status="proposed")
        for _each in range(3):
            make_request(round, status="proposed")
    results = at_once([lambda r=round: services.approve(r, by=r.manager) for round in rounds])
    assert sum(isinstance(result, FeedbackRound) for result in results) == 1
    assert FeedbackRequest.objects.filter(giver=cast.peer, status="asked").count() == 1


def test_the_right_code_sent_twice_at_once_opens_once_and_fails_nowhere(round_):
    request = round_[1][0]
    for _each in range(10):
        code = links.mint_code(request)
        results = at_once([lambda code=code: links.redeem_code(request, code) for _each in range(4)])
        assert sorted(map(bool, results)) == [False, False, False, True]
        assert not [result for result in results if isinstance(result, Exception)]


def test_guesses_of_a_code_at_once_use_up_its_tries(round_, crowd):
    request = round_[1][0]
    links.mint_code(request)
    VerificationCode.objects.update(digest="of nothing")
    at_once([lambda: links.redeem_code(request, "123456") for _each in range(crowd)])
    assert VerificationCode.objects.get().tries_left == max(5 - crowd, 0)
    assert not AccessLink.objects.exists()
