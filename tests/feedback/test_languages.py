"""Mails in another language than English: complete, and with the same things to fill in."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail

from feedback import services, tasks
from foundation.outbox.mails import PLACEHOLDER
from foundation.outbox.models import MailText
from tests.factories import confirm_outsiders, make_round
from tests.feedback.conftest import deliver

pytestmark = pytest.mark.usefixtures("mail_texts")
ENGLISH = re.compile(r"\b(the|your|you|and|feedback|answer|until|about|please|hello)\b", re.I)


def placeholders(text: MailText) -> set[str]:
    return set(PLACEHOLDER.findall(f"{text.subject} {text.body} {text.signature}"))


def test_a_text_in_another_language_fills_in_what_the_english_one_does():
    english, german = (
        {text.key: placeholders(text) for text in MailText.objects.filter(language=language)}
        for language in ("en", "de")
    )
    assert german == english


def test_whoever_is_asked_about_somebody_who_reads_german_gets_german_mails(wednesday, cast, time_machine):
    cast.subject.language = "de"
    cast.subject.save()
    round = make_round(cast.subject, min_total=1, max_total=9)
    for number in range(4):
        person = {"name": f"Ada {number}", "email": f"a{number}@example.com", "relation": "stakeholder"}
        services.propose(round, by=cast.subject, **person)
    confirm_outsiders(round, by=cast.hr)
    services.approve(round, by=cast.manager)
    deliver()
    time_machine.move_to(wednesday + timedelta(days=12))
    tasks.send_reminders()
    deliver()
    assert len(mail.outbox) == 8
    for message in mail.outbox:
        named = message.subject + message.body.replace(round.title, "")
        assert ENGLISH.findall(re.sub(r"https?://\S+|\S+@\S+", "", named)) == []
    assert "Rückmeldung zu Priya Raman" in mail.outbox[-1].subject


def test_the_compiled_words_are_those_of_their_source(tmp_path):
    for source in (settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po"):
        compiled = tmp_path / "made.mo"
        subprocess.run(["msgfmt", "--check-format", "-o", compiled, source], check=True)
        assert compiled.read_bytes() == Path(source).with_suffix(".mo").read_bytes()
