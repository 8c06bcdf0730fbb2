"""From a notice to a message: texts are rows, placeholders are replaced plainly, links are made while sending."""

import logging
import re
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import css_inline
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape

from foundation.moments import day_in_words
from foundation.outbox.models import MailText, Notice
from foundation.workdays import deadline_in_words

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
URL = re.compile(r"^https?://\S+$")
MARK = re.compile(r"--(?:subject|signature|text|url|label)-\d+--")
LONGEST_LABEL = 40  # characters of a button
BUILDERS: dict = {}
logger = logging.getLogger(__name__)


class Withdrawn(Exception):
    """What the notice was about has gone: nothing is sent, and nothing is wrong."""


@dataclass(frozen=True)
class Builder:
    build: Callable
    read: Callable | None = None


def mail_context(kind: str, of: str = "", read: Callable | None = None):
    """Register the function that makes, from a notice and at the moment of sending, the placeholders of `kind`.

    The apps above this one register theirs; a link with a token exists only in what the function returns. With `of`
    (a target type, "reviews.review") only for notices about such objects. It may raise Withdrawn. `read` takes several
    notices of that kind at once and returns a dict by their id; the builder gets its entry, or None, beside the notice.
    """

    def register(build):
        BUILDERS[kind, of] = Builder(build, read)
        return build

    return register


def builder_for(notice: Notice) -> Builder | None:
    return BUILDERS.get((notice.kind, notice.target_type)) or BUILDERS.get((notice.kind, ""))


class Ahead:
    """What the messages of a group need, read for all of them at once."""

    def __init__(self, notices: list[Notice]):
        self.texts = {(text.key, text.language): text for text in _texts_of(notices)}
        self.given: dict = {}
        people = {notice.recipient_id for notice in notices if notice.recipient_id}
        gone = get_user_model().objects.filter(pk__in=people, is_active=False)
        self.left = set(gone.values_list("pk", flat=True)) if people else set()
        readers = defaultdict(list)
        for notice in notices:
            if (builder := builder_for(notice)) and builder.read:
                readers[builder.read].append(notice)
        for read, own in readers.items():
            self.given |= _read(read, own)

    def text_for(self, notice: Notice) -> MailText:
        """The text of this kind in the recipient's language, else in English. Raises MailText.DoesNotExist."""
        text = self.texts.get((notice.kind, notice.language)) or self.texts.get((notice.kind, "en"))
        if text is None:
            raise MailText.DoesNotExist(f"there is no text for {notice.kind}")
        return text

    def values_for(self, notice: Notice) -> dict:
        """The placeholders of one message, in the language that is active. Raises Withdrawn."""
        values = {
            "recipient_name": notice.name,
            "organisation_name": settings.ORGANISATION_NAME,
            "contact_email": settings.CONTACT_EMAIL,
            "cycle_name": settings.ORGANISATION_NAME,
            **placeholders(notice.data),
        }
        builder = builder_for(notice)
        if builder is None:
            return values
        if builder.read is None:
            return values | builder.build(notice)
        if notice.pk not in self.given:
            self.given |= dict.fromkeys([notice.pk]) | builder.read([notice])
        return values | builder.build(notice, self.given[notice.pk])


def _texts_of(notices):
    languages = {notice.language for notice in notices} | {"en"}
    return MailText.objects.filter(key__in={notice.kind for notice in notices}, language__in=languages)


def _read(read: Callable, notices: list[Notice]) -> dict:
    """By notice what `read` found, None where it found nothing; nothing at all when it stumbled over one of them."""
    try:
        return dict.fromkeys(notice.pk for notice in notices) | read(notices)
    except Exception:
        logger.exception("reading ahead for %s notices of kind %s", len(notices), notices[0].kind)
        return {}  # each is read alone, so that only the one at fault is held up


def fill(text: str, values: dict) -> str:
    """Replace each placeholder by its value; unknown ones stay visible."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def in_words(day: date | str) -> str:
    """A day, or its ISO form as notices keep it, as a sentence names it; anything else stays as it is."""
    with suppress(ValueError):
        return day_in_words(date.fromisoformat(str(day)))
    return str(day)


def placeholders(data: dict) -> dict:
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


def absolute(path: str) -> str:
    """A full address from the configured base, never from a request's Host."""
    return f"{settings.BASE_URL}{path}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def as_blocks(body: str, labels: dict[str, str] | None = None) -> list[dict]:
    """Paragraphs for the HTML part; an address at the end of a line becomes a button with its own label."""
    labels = labels or {}
    blocks = []
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
    """The HTML part; every word of the message is escaped. `labels`: by address what its button says."""
    blocks = as_blocks(body, labels)
    words = {mark("subject"): subject, mark("signature"): signature}
    for number, block in enumerate(blocks):
        words |= {mark(name, number): block[name] for name in ("text", "url", "label")}
    html = shell(language, tuple(tuple(bool(block[name]) for name in ("text", "url", "label")) for block in blocks))
    return MARK.sub(lambda found: escape(words[found[0]]), html)


def message_for(notice: Notice, connection=None, ahead: Ahead | None = None) -> EmailMultiAlternatives:
    """The finished message, plain and HTML. Raises Withdrawn or MailText.DoesNotExist."""
    ahead = ahead or Ahead([notice])
    if notice.recipient_id in ahead.left:
        raise Withdrawn("the recipient has left")
    text = ahead.text_for(notice)
    with translation.override(notice.language):
        values = ahead.values_for(notice)
    subject, body, signature = (
        one_line(fill(text.subject, values)),
        fill(text.body, values),
        fill(text.signature, values),
    )
    host = settings.BASE_URL.split("://")[1].split(":")[0].split("/")[0]
    message = EmailMultiAlternatives(
        subject,
        f"{body.rstrip()}\n\n-- \n{signature}",
        settings.DEFAULT_FROM_EMAIL,
        [notice.address],
        reply_to=[settings.CONTACT_EMAIL],
        headers={"Message-ID": f"<{notice.pk}@{host}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    labels = {str(values[name]): label for name, label in text.labels.items() if name in values}
    message.attach_alternative(html_of(subject, body, signature, notice.language, labels), "text/html")
    return message
