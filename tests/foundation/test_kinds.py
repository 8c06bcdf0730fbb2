"""Each kind of message is declared once: what it says, to whom and when; texts, documentation and previews follow."""

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.html import escape

from foundation.outbox.digest import line_for
from foundation.outbox.kinds import COMMON, KINDS, MessageKind, UnknownKind, message_kind, name_of
from foundation.outbox.mails import PLACEHOLDER, fill, html_of, sample_values
from foundation.outbox.messages import message_for
from foundation.outbox.models import DigestLine, MailText, Message

SHIPPED = ("en", "de")
KEYS = sorted({key for key, _about in KINDS})
DECLARED = sorted(KINDS)


def kinds_of(key: str) -> list[MessageKind]:
    return [kind for (each, _about), kind in KINDS.items() if each == key]


def parts(text: MailText) -> list[str]:
    return [text.subject, text.body, text.signature]


def test_every_kind_has_a_text_in_every_shipped_language_and_every_text_belongs_to_a_kind(mail_texts):
    texts = set(MailText.objects.values_list("key", "language"))
    assert texts == {(key, language) for key in KEYS for language in SHIPPED}


@pytest.mark.parametrize("place", DECLARED, ids="-".join)
def test_a_text_names_nothing_that_its_kind_does_not_declare(place, mail_texts):
    for text in MailText.objects.filter(key=place[0]):
        named = {name for part in parts(text) for name in PLACEHOLDER.findall(part)}
        assert named - set(COMMON) - set(KINDS[place].placeholders) - {"due_day"} == set(), str(text)


@pytest.mark.parametrize("place", DECLARED, ids="-".join)
def test_every_text_is_complete_with_the_sample_of_its_kind(place, mail_texts):
    for text in MailText.objects.filter(key=place[0]):
        with translation.override(text.language):
            values = sample_values(KINDS[place])
            subject, body, signature = (fill(part, values) for part in parts(text))
        assert "{{" not in subject + body + signature, str(text)
        assert escape(subject) in html_of(subject, body, signature, text.language)


@pytest.mark.parametrize("place", DECLARED, ids="-".join)
def test_a_kind_explains_each_placeholder_and_has_a_sample_of_it(place):
    kind = KINDS[place]
    assert set(kind.sample) == set(kind.placeholders)
    assert not set(kind.placeholders) & set(COMMON)
    assert all([kind.name, kind.audience, kind.when, *kind.placeholders.values()])


@pytest.mark.parametrize("key", KEYS)
def test_kinds_of_one_key_are_told_apart_by_their_object_and_go_out_in_the_same_way(key):
    """They share their texts, so a text may name only what all of them say."""
    kinds = kinds_of(key)
    assert len({kind.about for kind in kinds}) == len(kinds)
    assert len({kind.in_summary for kind in kinds}) == 1


def test_an_unknown_kind_cannot_be_owed(cast):
    with pytest.raises(KeyError, match="there is no kind of message hello about"):
        message_for(cast.subject, "hello", to=cast.subject, key="x")
    with pytest.raises(UnknownKind):
        line_for(cast.subject, "line_hello", to=cast.subject, key="x")
    assert (Message.objects.count(), DigestLine.objects.count()) == (0, 0)


def test_a_kind_is_owed_about_no_other_object_than_it_declares(cast):
    with pytest.raises(UnknownKind):
        message_for(cast.subject, "delivered", to=cast.subject, key="x")


def test_a_kind_is_declared_once_and_whole(monkeypatch):
    monkeypatch.setattr("foundation.outbox.kinds.KINDS", KINDS.copy())

    class Half(MessageKind):
        key = "half"

    with pytest.raises(AttributeError):
        message_kind(Half)
    with pytest.raises(ValueError, match="delivered"):
        message_kind(type(KINDS["delivered", "reviews.review"]))


def test_codes_to_sign_in_are_urgent_whoever_owes_them(cast):
    """cases G8"""
    assert message_for(cast.subject, "sign_in_code", to=cast.subject, key="x").priority == 0
    assert message_for(cast.subject, "invitation", to=cast.subject, key="x").priority > 0


def test_a_kind_that_is_declared_no_more_is_called_by_its_key():
    assert name_of("of_last_year", "x.y") == "Of last year"


def documented(kind: MessageKind) -> str:
    about = f" ({kind.about})" if kind.about else ""
    names = ", ".join(f"`{name}`" for name in kind.placeholders)
    return f"| `{kind.key}`{about} | {kind.audience} | {kind.when} | {names} |"


def test_the_documentation_lists_every_kind_and_no_other():
    """docs/operations.md, "Kinds of messages": one row per kind, sorted."""
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    section = text.split("## Kinds of messages")[1].split("\n## ")[0]
    found = [line for line in section.splitlines() if line.startswith("| `")]
    assert found == [documented(KINDS[place]) for place in DECLARED]
