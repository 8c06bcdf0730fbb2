"""All requests of one large launch, through a real SMTP server: one email each, by one worker."""

from email import message_from_bytes, policy

import pytest

from feedback.models import AccessLink, FeedbackRequest
from feedback.nominations.services import invitation_for
from foundation.outbox import tasks
from foundation.outbox.messages import enqueue
from foundation.outbox.models import Message
from foundation.outbox.services import load_mail_texts
from tests.factories import make_collecting_round
from tests.foundation.post_office import opened

MANY = 5000


@pytest.mark.django_db
def test_five_thousand_requests_are_mailed_once_each_with_a_link_of_their_own(cast, settings, monkeypatch):
    monkeypatch.setattr(tasks, "wake_mail_worker", lambda: None)
    load_mail_texts()
    round, _none = make_collecting_round(cast.subject, [])
    FeedbackRequest.objects.bulk_create(
        FeedbackRequest(round=round, name=f"N {n}", email=f"n{n}@example.com", relation="stakeholder", status="asked")
        for n in range(MANY)
    )
    enqueue(invitation_for(request) for request in FeedbackRequest.objects.select_related("round__subject"))
    with opened(settings) as office:
        assert tasks.send_owed() == MANY
        assert tasks.send_owed() == 0
    assert set(office.taken) == {str(pk) for pk in Message.objects.values_list("pk", flat=True)}
    assert set(office.taken.values()) == {1}
    assert AccessLink.objects.values("token_hash").distinct().count() == 2 * MANY  # to answer, and to decline
    assert_transactional(message_from_bytes(office.last, policy=policy.default))


def assert_transactional(email):
    """As it came over the line."""
    [address] = email["To"].addresses
    message = Message.objects.get(address=address.addr_spec)
    assert email["Message-ID"] == f"<{message.pk}@127.0.0.1>"
    assert email["Auto-Submitted"] == "auto-generated"
    assert not {"List-Unsubscribe", "List-Id", "Bcc", "Cc", "Precedence"} & set(email.keys())
    assert email.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in email.iter_parts()] == ["text/plain", "text/html"]
    assert all("/f/" in part.get_content() for part in email.iter_parts())
