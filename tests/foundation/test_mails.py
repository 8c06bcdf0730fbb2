"""From a message to an email: plain words, one recipient, nothing a name or a title could break out of."""

import pytest

from foundation.outbox.kinds import kind_of
from foundation.outbox.mails import Withdrawn, as_blocks, email_for, fill, one_line
from foundation.outbox.messages import message_for
from foundation.outbox.models import MailText, Message


@pytest.fixture
def hello(db):
    body = "Hello {{recipient_name}},\n\n{{thing}} is due.\n\nOpen it: {{link}}"
    return MailText.objects.create(
        key="audit_anchor", subject="{{thing}}", body=body, signature="{{organisation_name}}"
    )


def message(cast, **data):
    data = {"thing": "Your goal", "link": "https://plumb.example.org/goals/"} | data
    return message_for(cast.subject, "audit_anchor", to=cast.subject, key="1", **data)


def html_of(email) -> str:
    [(html, kind)] = email.alternatives
    assert kind == "text/html"
    return html


def test_placeholders_are_replaced_plainly_and_unknown_ones_stay_visible():
    assert fill("{{ name }} {{name}} {{ other }}", {"name": "Priya"}) == "Priya Priya {{ other }}"
    assert fill("{{ name }}", {"name": "{{ secret }}", "secret": "x"}) == "{{ secret }}"
    assert (
        fill("{% now 'Y' %} {{ name.x }} {{ name|upper }}", {"name": "a"})
        == "{% now 'Y' %} {{ name.x }} {{ name|upper }}"
    )


def test_both_parts_say_the_same_and_the_address_is_a_button(cast, hello):
    email = email_for(message(cast))
    assert email.subject == "Your goal"
    assert "Hello Priya Raman,\n\nYour goal is due." in email.body
    html = html_of(email)
    assert "Your goal is due." in html
    assert html.count('href="https://plumb.example.org/goals/"') == 1
    assert "<style" not in html
    assert "<script" not in html


def test_markup_in_a_value_stays_text_in_the_html_part(cast, hello):
    email = email_for(message(cast, thing="<img src=x onerror=alert(1)> & <b>"))
    assert "<img" not in html_of(email)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html_of(email)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\v", "\u2028", "\t"])
def test_a_line_break_in_a_value_makes_no_header(cast, hello, ending):
    email = email_for(message(cast, thing=f"Goal{ending}Bcc: everybody@example.com"))
    assert email.subject == "Goal Bcc: everybody@example.com"
    sent = email.message()
    assert sent["Bcc"] is None
    assert email.recipients() == [cast.subject.email]


def test_a_name_is_never_part_of_an_address(cast, hello):
    cast.subject.name = '"Priya" <other@example.com>, x'
    assert email_for(message(cast)).message()["To"] == cast.subject.email


def test_the_headers_tell_machines_what_it_is(cast, hello, settings):
    owed = message(cast)
    sent = email_for(owed).message()
    assert sent["Message-ID"].startswith(f"<{owed.pk}@")
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Reply-To"] == settings.CONTACT_EMAIL


def test_addresses_come_from_the_settings_and_not_from_a_request(cast, hello, settings):
    settings.BASE_URL = "https://reviews.example.org:8443/x"
    assert "@reviews.example.org>" in email_for(message(cast)).message()["Message-ID"]


def test_the_language_of_the_recipient_is_taken_where_there_is_one(cast, hello):
    MailText.objects.create(key="audit_anchor", language="de", subject="Hallo", body="Guten Tag")
    cast.subject.language = "de"
    assert email_for(message(cast)).subject == "Hallo"
    cast.subject.language = "fr"
    assert email_for(message(cast)).subject == "Your goal"


def test_a_kind_without_text_is_refused(cast):
    with pytest.raises(MailText.DoesNotExist):
        email_for(message(cast))


@pytest.mark.parametrize(
    ("paragraph", "text", "url", "label"),
    [
        ("Open it: https://a.example/x", "", "https://a.example/x", "Open it"),
        ("Open it:\nhttps://a.example/x", "", "https://a.example/x", "Open it"),
        ("She agreed. See the list: https://a.example/x", "She agreed.", "https://a.example/x", "See the list"),
        (f"{'Long ' * 9}:\nhttps://a.example/x", f"{'Long ' * 9}".strip(), "https://a.example/x", ""),
        ("https://a.example/x", "", "https://a.example/x", ""),
        ("See https://a.example/x for more", "See https://a.example/x for more", "", ""),
        ("javascript:alert(1)", "javascript:alert(1)", "", ""),
    ],
)
def test_only_a_trailing_web_address_becomes_a_button(paragraph, text, url, label):
    assert as_blocks(paragraph) == [{"text": text, "url": url, "label": label}]


def test_one_line_is_one_line():
    assert one_line(" a\r\n b\tc ") == "a b c"


def test_a_review_that_is_gone_withdraws_its_mail(cast):
    gone = {"target_type": "reviews.review", "target_id": "00000000-0000-4000-8000-000000000000"}
    owed = Message(kind="delivered", recipient=cast.subject, **gone)
    with pytest.raises(Withdrawn):
        kind_of(owed).build(owed, None)
