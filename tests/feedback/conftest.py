"""What the tests of this room share."""

import re

import pytest
from django.core import mail

from foundation.outbox.tasks import send_owed
from tests.factories import answers_to, make_collecting_round

FRESH = re.compile(rb'name="(csrfmiddlewaretoken|key)" value="[^"]+"')
SIX = ["data_scientist"] * 4 + ["stakeholder"] * 2


@pytest.fixture
def collecting(cast):
    """A collecting round about the subject: four data scientists and two stakeholders from outside are asked."""
    round, requests = make_collecting_round(cast.subject, SIX)
    round.asked = requests
    return round


def body_of(response) -> bytes:
    """The page without what every rendering of a form draws anew: its token, and the id of the row it will make."""
    return FRESH.sub(b"", response.content)


def post_answers(client, request, answers=None, send=True):
    """Write all answers through autosave and send them as the page does."""
    values = answers or answers_to(request)
    saved = client.post(f"/feedback/answer/{request.pk}/save/", values | {"version": 0})
    assert saved.status_code == 200, saved.content
    if send:
        return client.post(f"/feedback/answer/{request.pk}/check/", {"version": saved.json()["version"]})
    return saved


def mailed_links(message=None) -> dict[str, str]:
    """The answer and the decline link of the newest message, as paths."""
    message = message or mail.outbox[-1]
    paths = re.findall(r"https?://[^/\s]+(/f/[\w-]+/)", message.body)
    return {"answer": paths[0], "decline": paths[-1]}


def deliver():
    """What the worker does."""
    return send_owed()
