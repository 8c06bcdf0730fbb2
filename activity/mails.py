"""From a notice to a message: texts are rows, placeholders are replaced plainly, links are made while sending."""

import re

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from activity.models import MailText, Notice

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
URL = re.compile(r"^https?://\S+$")
BUILDERS: dict = {}


class Withdrawn(Exception):
    """What the notice was about has gone: nothing is sent, and nothing is wrong."""


def mail_context(kind: str, of: str = ""):
    """Register the function that makes, from a notice and at the moment of sending, the placeholders of `kind`.

    The apps above this one register theirs; a link with a token exists only in what the function returns. With `of`
    (a target type, "reviews.review") only for notices about such objects. It may raise Withdrawn.
    """

    def register(build):
        BUILDERS[kind, of] = build
        return build

    return register


def builder_for(notice: Notice):
    return BUILDERS.get((notice.kind, notice.target_type)) or BUILDERS.get((notice.kind, ""))


def fill(text: str, values: dict) -> str:
    """Replace each placeholder by its value; unknown ones stay visible."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), text)


def absolute(path: str) -> str:
    """A full address from the configured base, never from a request's Host."""
    return f"{settings.BASE_URL}{path}"


def values_for(notice: Notice) -> dict:
    values = {
        "recipient_name": notice.name,
        "organisation_name": settings.ORGANISATION_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "cycle_name": settings.ORGANISATION_NAME,
        **notice.data,
    }
    build = builder_for(notice)
    return values | (build(notice) if build else {})


def text_for(notice: Notice) -> MailText:
    """The text of this kind in the recipient's language, else in English. Raises MailText.DoesNotExist."""
    texts = {
        text.language: text for text in MailText.objects.filter(key=notice.kind, language__in=[notice.language, "en"])
    }
    return texts.get(notice.language) or MailText.objects.get(key=notice.kind, language="en")


def one_line(text: str) -> str:
    return " ".join(text.split())


def as_blocks(body: str) -> list[dict]:
    """Paragraphs for the HTML part; a trailing address becomes a button."""
    blocks = []
    for paragraph in filter(None, (part.strip() for part in body.split("\n\n"))):
        words, _, last = paragraph.rpartition(" ") if " " in paragraph.split("\n")[-1] else paragraph.rpartition("\n")
        is_link = bool(URL.match(last))
        blocks.append({"text": words.rstrip(" :") if is_link else paragraph, "url": last if is_link else ""})
    return blocks


def message_for(notice: Notice, connection=None) -> EmailMultiAlternatives:
    """The finished message, plain and HTML. Raises Withdrawn or MailText.DoesNotExist."""
    text, values = text_for(notice), values_for(notice)
    subject, body, signature = (
        one_line(fill(text.subject, values)),
        fill(text.body, values),
        fill(text.signature, values),
    )
    with translation.override(notice.language):
        context = {"subject": subject, "blocks": as_blocks(body), "signature": signature, "language": notice.language}
        html = css_inline.inline(render_to_string("emails/message.html", context), load_remote_stylesheets=False)
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
    message.attach_alternative(html, "text/html")
    return message
