"""Each button of a mail says what it does."""

import re

import pytest
from django.core import mail

from feedback import services
from feedback.access_links import services as links
from foundation.outbox.models import MailText, Message
from foundation.outbox.services import load_mail_texts
from tests.factories import make_collecting_round
from tests.feedback.conftest import deliver

BUTTON = re.compile(r'<a class="button" href="[^"]+"[^>]*>([^<]+)</a>')


@pytest.mark.parametrize(
    ("language", "labels"), [("en", ["Give feedback", "Decline"]), ("de", ["Rückmeldung geben", "Absagen"])]
)
def test_the_invitation_has_a_button_for_giving_and_one_for_declining(cast, language, labels):
    """cases F2: "Give feedback" and "Decline", in the reader's language, not "Open" twice."""
    load_mail_texts()
    _round, requests = make_collecting_round(cast.subject, ["stakeholder"] * 3)
    services.send_again(requests[0], by=cast.hr)
    Message.objects.update(language=language)
    deliver()
    html = mail.outbox[-1].alternatives[0].content
    assert BUTTON.findall(html) == labels


def test_every_link_of_every_shipped_text_has_a_label_of_its_own(db):
    """cases F2: no text is left with two buttons of one name, nor with "Open"."""
    load_mail_texts()
    wrong = []
    for text in MailText.objects.filter(body__contains="\n\n"):  # the lines of a digest are one sentence each
        links = set(re.findall(r"\{\{ (\w*link) \}\}", text.body))
        if set(text.labels) != links or len(set(text.labels.values())) != len(links):
            wrong.append(str(text))
    assert wrong == []


def test_somebody_who_opened_decline_is_told_the_way_back(cast, client):
    """cases F2: declining is not a dead end."""
    _round, requests = make_collecting_round(cast.subject, ["stakeholder"] * 3)
    page = client.get(f"/f/{links.mint(requests[0])['decline']}/", follow=True)
    assert "choose “Give feedback”" in page.content.decode()
