"""Every address of this room and every role. A new address without a row fails."""

import uuid

import pytest
from django.urls import reverse

from feedback import services
from feedback.models import FeedbackAsk, FeedbackRequest, Praise
from feedback.urls import urlpatterns
from tests.factories import answers_to, make_collecting_round, make_request, make_round
from tests.feedback.conftest import SIX

EVERYONE = ("hr", "manager", "subject", "peer", "stranger", "head", "auditor", "it", "nobody")
SIGNED_IN = frozenset(EVERYONE) - {"nobody"}
PARTS = {"hr", "manager", "subject"}
LEADERS = {"hr", "manager"}

# name: (method, who gets something other than a refusal). "peer" is the giver asked, "stranger" the giver of thanks.
TABLE = {
    "link": ("get", set()),
    "bent_link": ("get", set()),
    "thanks": ("get", set(EVERYONE)),
    "declined": ("get", set(EVERYONE)),
    "request": ("get", {"peer"}),
    "step": ("get", {"peer"}),
    "autosave": ("post", {"peer"}),
    "check": ("get", {"peer"}),
    "decline": ("get", {"peer"}),
    "code": ("get", {"peer"}),
    "list": ("get", SIGNED_IN),
    "older": ("get", SIGNED_IN),
    "round": ("get", PARTS),
    "propose": ("post", PARTS),
    "send_list": ("post", {"subject"}),
    "return_list": ("get", LEADERS),
    "approve": ("post", LEADERS),
    "results": ("get", PARTS),
    "results_csv": ("get", LEADERS),
    "results_xlsx": ("get", LEADERS),
    "hide": ("get", {"hr"}),
    "remove": ("get", LEADERS),
    "board": ("get", {"hr"}),
    "address": ("get", {"hr"}),
    "replace": ("get", {"hr"}),
    "confirm": ("post", {"hr"}),
    "ask_to_confirm": ("get", LEADERS),
    "vouch": ("get", {"stranger"}),
    "praise": ("get", SIGNED_IN),
    "praise_detail": ("get", {"subject", "stranger"}),
    "ask": ("get", SIGNED_IN),
    "ask_detail": ("get", {"subject", "stranger"}),
    "ask_decline": ("post", {"stranger"}),
}


@pytest.fixture
def rows(cast):
    """What each address is asked about."""
    collecting, requests = make_collecting_round(cast.subject, SIX)
    released, answered = make_collecting_round(cast.subject, SIX)
    for request in answered:
        services.answer(request, answers_to(request))
    released = services.release_round(released)
    text = released.snapshot.content["texts"][0]["texts"][0]["id"]
    own = make_request(collecting, giver=cast.peer)
    nominating = make_round(cast.subject)
    praise = Praise.objects.create(giver=cast.stranger, receiver=cast.subject, text="Thank you")
    ask = FeedbackAsk.objects.create(giver=cast.stranger, asker=cast.subject, about="x", question="y")
    giver = about([own.pk], ["request", "autosave", "check", "decline", "code"])
    lists = about([nominating.pk], ["round", "propose", "send_list", "return_list", "approve"])
    results = about([released.pk], ["results", "results_csv", "results_xlsx"])
    handled = about([requests[0].pk], ["remove", "address", "replace", "confirm", "ask_to_confirm"])
    outsider = make_request(collecting)
    FeedbackRequest.objects.filter(pk=outsider.pk).update(confirmer=cast.stranger, confirmed_by=None)
    asks = about([ask.pk], ["ask_detail", "ask_decline"])
    return (
        giver
        | lists
        | results
        | handled
        | asks
        | {
            "link": ["x" * 43],
            "bent_link": ["x" * 43, ">"],
            "older": ["praise"],
            "step": [own.pk, 1],
            "vouch": [outsider.pk],
            "hide": [released.pk, text],
            "praise_detail": [praise.pk],
        }
    )


def about(args, names) -> dict:
    return dict.fromkeys(names, args)


def status_of(client, method, path) -> str:
    """ "open", "refused" (the same page as for what does not exist), or "sign in"."""
    answer = getattr(client, method)(path)
    if answer.status_code == 302 and "/accounts/login/" in answer.url:
        return "sign in"
    return "refused" if answer.status_code == 404 else "open"


def test_every_address_has_a_row():
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_only_those_named_get_through(cast, as_, client, rows, name):
    method, allowed = TABLE[name]
    path = reverse(f"feedback:{name}", args=rows.get(name, []))
    opened = set()
    for who in EVERYONE:
        client.logout()
        visitor = client if who == "nobody" else as_(cast[who])
        if status_of(visitor, method, path) == "open":
            opened.add(who)
    assert opened == allowed


@pytest.mark.parametrize(
    "name", [name for name in TABLE if name not in ("link", "bent_link", "thanks", "declined", "older")]
)
def test_what_does_not_exist_looks_like_what_is_not_permitted(cast, as_, rows, name):
    if name not in rows:
        return
    method = TABLE[name][0]
    foreign = reverse(f"feedback:{name}", args=rows[name])
    missing = reverse(f"feedback:{name}", args=[uuid.uuid4(), *rows[name][1:]])
    client = as_(cast.auditor)
    permitted, unknown = (getattr(client, method)(path) for path in (foreign, missing))
    assert (permitted.status_code, unknown.status_code) == (404, 404)
    assert permitted.content == unknown.content


@pytest.mark.parametrize("name", [name for name, (method, _who) in TABLE.items() if method == "post"])
def test_actions_are_not_done_by_looking(cast, as_, rows, name):
    path = reverse(f"feedback:{name}", args=rows.get(name, []))
    for who in ("hr", "manager", "subject", "peer", "stranger"):
        assert as_(cast[who]).get(path).status_code in (404, 405)


def test_results_stay_closed_to_the_subject_until_delivery(cast, as_, rows):
    path = reverse("feedback:results_csv", args=rows["results_csv"])
    assert as_(cast.subject).get(path).status_code == 404
