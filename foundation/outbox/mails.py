"""From a message to an email: texts are rows, placeholders are replaced plainly, links are made while sending."""

import logging
import re
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import css_inline
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape

from foundation.moments import day_in_words
from foundation.outbox.kinds import COMMON_SAMPLE, MessageKind, UnknownKind, kind_of
from foundation.outbox.models import MailText, Message
from foundation.workdays import deadline_in_words

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
URL = re.compile(r"^https?://\S+$")
MARK = re.compile(r"--(?:subject|signature|text|url|label)-\d+--")
LONGEST_LABEL = 40  # characters of a button
logger = logging.getLogger(__name__)


class Withdrawn(Exception):
    """The message is no longer needed: it is not sent, and that is no fault."""


class Ahead:
    """What the messages of a group need, read with one query for all of them."""

    def __init__(self, messages: list[Message]):
        self.texts = {(text.key, text.language): text for text in _texts_of(messages)}
        self.given: dict[UUID, Any] = {}
        people = {message.recipient_id for message in messages if message.recipient_id}
        gone = get_user_model().objects.filter(pk__in=people, is_active=False)
        self.left = set(gone.values_list("pk", flat=True)) if people else set()
        readers: dict[Callable[[list[Message]], dict[UUID, Any]], list[Message]] = defaultdict(list)
        for message in messages:
            with suppress(UnknownKind):  # that one is refused when its turn comes
                if read := kind_of(message).read:
                    readers[read].append(message)
        for read, own in readers.items():
            self.given |= _read(read, own)

    def text_for(self, message: Message) -> MailText:
        """The text of this kind in the recipient's language, else in English. Raises MailText.DoesNotExist."""
        text = self.texts.get((message.kind, message.language)) or self.texts.get((message.kind, "en"))
        if text is None:
            raise MailText.DoesNotExist(f"there is no text for {message.kind}")
        return text

    def values_for(self, message: Message) -> dict[str, Any]:
        """The placeholders of one email, in the language that is active. Raises Withdrawn or UnknownKind."""
        kind = kind_of(message)
        values = {
            "recipient_name": message.name,
            "organisation_name": settings.ORGANISATION_NAME,
            "contact_email": settings.CONTACT_EMAIL,
            "cycle_name": settings.ORGANISATION_NAME,
            **placeholders(message.data),
        }
        if kind.read is not None and message.pk not in self.given:
            self.given |= dict.fromkeys([message.pk]) | kind.read([message])
        return values | kind.build(message, self.given.get(message.pk))


def _texts_of(messages: list[Message]) -> QuerySet[MailText]:
    languages = {message.language for message in messages} | {"en"}
    return MailText.objects.filter(key__in={message.kind for message in messages}, language__in=languages)


def _read(read: Callable[[list[Message]], dict[UUID, Any]], messages: list[Message]) -> dict[UUID, Any]:
    """By message what `read` found, None where it found nothing; an empty dict when it raised for one of them."""
    try:
        return dict.fromkeys(message.pk for message in messages) | read(messages)
    except Exception:
        logger.exception("reading ahead for %s messages of kind %s", len(messages), messages[0].kind)
        return {}  # each is read alone, so that only the one at fault is held up


def fill(text: str, values: dict[str, Any]) -> str:
    """Replace each placeholder by its value; unknown ones stay visible."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def in_words(day: date | str) -> str:
    """A day, or its ISO form as messages keep it, as a sentence names it; anything else stays as it is."""
    with suppress(ValueError):
        return day_in_words(date.fromisoformat(str(day)))
    return str(day)


def placeholders(data: dict[str, Any]) -> dict[str, Any]:
    """Stored values as sentences show them: dates in words, a deadline as `due_date` with weekday, hour and zone.

    `due_day` is the same deadline without the hour, for subjects.
    """
    values = {name: in_words(value) if name.endswith("_date") else value for name, value in data.items()}
    return values | deadline_placeholders(data["due_date"]) if "due_date" in data else values


def deadline_placeholders(day: date | str) -> dict[str, str]:
    """`due_date` and `due_day` in the active language; what is no day stays as it is."""
    try:
        day = date.fromisoformat(str(day))
    except ValueError:
        return {"due_date": str(day), "due_day": str(day)}
    return {"due_date": deadline_in_words(day), "due_day": day_in_words(day, "D j M Y")}


def sample_values(kind: MessageKind) -> dict[str, Any]:
    """What a preview of a text of this kind is filled with, in the active language."""
    return COMMON_SAMPLE | placeholders(kind.sample)


def absolute(path: str) -> str:
    """A full address from the configured base, never from a request's Host."""
    return f"{settings.BASE_URL}{path}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def as_blocks(body: str, labels: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Paragraphs for the HTML part; an address at the end of a line becomes a button with its own label."""
    labels = labels or {}
    blocks: list[dict[str, str]] = []
    for paragraph in filter(None, (part.strip() for part in body.split("\n\n"))):
        held: list[str] = []
        for line in paragraph.split("\n"):
            words, _space, last = line.rpartition(" ")
            if URL.match(last):
                text, label = "\n".join([*held, words]).strip(), labels.get(last, "")
                if not label:
                    text, label = label_in(text)
                blocks.append({"text": text.rstrip(" :"), "url": last, "label": label})
                held = []
            else:
                held.append(line)
        if text := "\n".join(held).strip():
            blocks.append({"text": text, "url": "", "label": ""})
    return blocks


def label_in(text: str) -> tuple[str, str]:
    """The text before an address without its last, short sentence, and that sentence, which names the button."""
    if not text.endswith(":"):
        return text, ""
    before, dot, last = text.removesuffix(":").rpartition(". ")
    is_short = last and len(last) <= LONGEST_LABEL and "\n" not in last
    return (before + dot.strip(), last.strip()) if is_short else (text, "")


@lru_cache(maxsize=256)
def shell(language: str, shape: tuple[tuple[bool, ...], ...]) -> str:
    """The HTML part with its styles inlined once, and marks where a message's own words go.

    `shape` tells for each block whether it has a text, an address and a label.
    """
    names = ("text", "url", "label")
    blocks = [
        {name: mark(name, n) if has_it else "" for name, has_it in zip(names, has, strict=True)}
        for n, has in enumerate(shape)
    ]
    context = {"subject": mark("subject"), "blocks": blocks, "signature": mark("signature"), "language": language}
    with translation.override(language):
        html = render_to_string("emails/message.html", context)
    return css_inline.inline(html, load_remote_stylesheets=False)


def mark(name: str, number: int = 0) -> str:
    return f"--{name}-{number}--"


def html_of(subject: str, body: str, signature: str, language: str, labels: dict[str, str] | None = None) -> str:
    """The HTML part; every word of the email is escaped. `labels`: by address what its button says."""
    blocks = as_blocks(body, labels)
    words = {mark("subject"): subject, mark("signature"): signature}
    for number, block in enumerate(blocks):
        words |= {mark(name, number): block[name] for name in ("text", "url", "label")}
    html = shell(language, tuple(tuple(bool(block[name]) for name in ("text", "url", "label")) for block in blocks))
    return MARK.sub(lambda found: escape(words[found[0]]), html)


def email_for(message: Message, connection: Any = None, ahead: Ahead | None = None) -> EmailMultiAlternatives:
    """The finished email, plain and HTML. Raises Withdrawn, UnknownKind or MailText.DoesNotExist."""
    ahead = ahead or Ahead([message])
    if message.recipient_id in ahead.left:
        raise Withdrawn("the recipient has left")
    text = ahead.text_for(message)
    with translation.override(message.language):
        values = ahead.values_for(message)
    subject, body, signature = (
        one_line(fill(text.subject, values)),
        fill(text.body, values),
        fill(text.signature, values),
    )
    host = settings.BASE_URL.split("://")[1].split(":")[0].split("/")[0]
    email = EmailMultiAlternatives(
        subject,
        f"{body.rstrip()}\n\n-- \n{signature}",
        settings.DEFAULT_FROM_EMAIL,
        [message.address],
        reply_to=[settings.CONTACT_EMAIL],
        headers={"Message-ID": f"<{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    labels = {str(values[name]): label for name, label in text.labels.items() if name in values}
    email.attach_alternative(html_of(subject, body, signature, message.language, labels), "text/html")
    with translation.override(message.language):
        for name, content, kind in kind_of(message).attachments(message):
            email.attach(name, content, kind)
    return email
