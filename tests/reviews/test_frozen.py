"""Until feedback is closed, no address that subject, manager or skip-level manager reaches changes with an answer."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin

import pytest
from django.test import Client

from feedback import services
from feedback.models import Answer, FeedbackRound
from reviews.models import Review
from tests.factories import answers_to, make_request, save_draft
from tests.feedback.conftest import SIX, body_of
from tests.reviews.conftest import fresh, send_self

LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
NOT_OURS = ("//", "/accounts/2fa/")  # a new secret at each view


def crawl(person) -> dict[str, bytes]:
    """All that a signed-in person reaches by links: pages, tables and documents, by their address."""
    client, found, todo = Client(), {}, deque(["/"])
    client.force_login(person)
    while todo:
        path = todo.popleft()
        if path in found:
            continue
        answer = client.get(path)
        found[path] = body_of(answer) if not answer.streaming else b"".join(answer)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            links = (urljoin(path, unescape(link)) for link in LINK.findall(answer.content.decode()))
            todo.extend(link for link in links if link.startswith("/") and not link.startswith(NOT_OURS))
    return found


@pytest.fixture
def asked(cast, review):
    """The review in peer review; four data scientists and two stakeholders are asked."""
    send_self(fresh(review), cast)
    FeedbackRound.objects.filter(review=review).update(status="collecting")
    round = fresh(review).round
    services.renew_counts(round.closes_on)
    return [make_request(round, relation=relation) for relation in SIX]


def test_no_reachable_address_changes_with_an_answer(cast, asked):
    readers = (cast.subject, cast.manager, cast.head)
    before, at_hr = {each.name: crawl(each) for each in readers}, crawl(cast.hr)
    assert f"/feedback/rounds/{asked[0].round_id}/" in before[cast.manager.name]
    save_draft(asked[0], {"all_keep": "half a sentence"}, 0)
    assert crawl(cast.hr) == at_hr
    for request in asked:
        services.answer(request, answers_to(request))
        assert {each.name: crawl(each) for each in readers} == before
    assert crawl(cast.hr) != at_hr  # HR reminds those who have not answered: a crawl does see what changes
    assert Answer.objects.exists()  # and the review was in peer review all the time
    assert Review.objects.get(round=asked[0].round_id).status == "peer_review"
