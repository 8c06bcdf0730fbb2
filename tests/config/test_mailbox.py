"""The mails of development as pages."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from foundation.operations.mailbox import SEPARATOR, letters

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.urls")]
FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def send(settings, tmp_path):
    """Sends as the product does in development: several mails by one connection into one file."""
    settings.MAIL_DIR = settings.EMAIL_FILE_PATH = tmp_path
    connection = get_connection(FILES)

    def sent(subject, text="Hello", to="ann@firm.example", html="<p>Hello</p>"):
        message = EmailMultiAlternatives(subject, text, "hr@firm.example", [to], connection=connection)
        if html:
            message.attach_alternative(html, "text/html")
        message.send()

    return sent


def test_without_mails_the_page_says_so(client, settings, tmp_path):
    settings.MAIL_DIR = tmp_path
    assert "No emails yet" in client.get("/mailbox/").content.decode()


def test_mails_of_one_file_are_told_apart_newest_first(send):
    for subject in ("First", "Second", "Third"):
        send(subject)
    assert [each.subject for each in letters()] == ["Third", "Second", "First"]
    assert {each.to for each in letters()} == {"ann@firm.example"}


def test_a_text_that_holds_the_separator_stays_one_mail(send):
    tricky = f"Before{SEPARATOR.decode()}Content-Type: text/plain\nSubject: Forged\n\nAfter"
    send("Tricky", tricky)
    send("Next")
    assert [each.subject for each in letters()] == ["Next", "Tricky"]
    assert letters()[1].text.strip().endswith("After")


def test_a_mail_without_an_html_part_is_shown_too(client, send):
    send("Plain", "Your code is ABCD-EFGH", html=None)
    page = client.get(f"/mailbox/{letters()[0].key}/").content.decode()
    assert "Your code is ABCD-EFGH" in page


def test_the_list_leads_to_the_text_and_its_links_can_be_clicked(client, send):
    send(
        "Zoë asks",
        "Please answer: http://127.0.0.1:8000/f/token_-x/\n\n<script>alert(1)</script>",
        to="zoe@firm.example",
    )
    address = f"/mailbox/{letters()[0].key}/"
    assert address in client.get("/mailbox/").content.decode()
    page = client.get(address).content.decode()
    assert 'href="http://127.0.0.1:8000/f/token_-x/"' in page
    assert "<script>alert" not in page
    assert "Zoë asks" in page


@pytest.mark.parametrize("key", ["unknown-0", "0"])
def test_an_unknown_mail_is_not_there(client, send, key):
    send("Only")
    assert client.get(f"/mailbox/{key}/").status_code == 404


def test_the_sign_in_page_leads_there_in_development_only(client, settings):
    assert "/mailbox/" not in client.get("/accounts/login/").content.decode()
    settings.DEBUG = True
    assert 'href="/mailbox/"' in client.get("/accounts/login/").content.decode()


@pytest.mark.urls("config.urls")
def test_outside_development_there_is_no_such_page(client, cast):
    client.force_login(cast.it)
    assert client.get("/mailbox/").status_code == 404
