"""In development only: the mails in MAIL_DIR as pages, so that a newcomer can click their links."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render

SEPARATOR = b"\n" + b"-" * 79 + b"\n"  # what Django's file backend writes after each message
NEWEST = 200


@dataclass(frozen=True)
class Letter:
    """One mail; `key` names its file and its place in it."""

    key: str
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def sent_at(self) -> datetime | None:
        date = self.message["Date"]
        return date.datetime if date else None

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""


def messages_in(data: bytes) -> Iterator[EmailMessage]:
    """The messages of `data`. A text may hold the separator too: what lacks its closing boundary goes on after it."""
    held = b""
    for part in data.split(SEPARATOR):
        held = held + SEPARATOR + part if held else part
        message = message_from_bytes(held, policy=policy.default)
        boundary = message.get_boundary()
        if held.strip() and (boundary is None or f"--{boundary}--".encode() in held):
            yield message
            held = b""


def letters_in(file: Path) -> list[Letter]:
    """The mails of one file of the file backend, newest first."""
    messages = enumerate(messages_in(file.read_bytes()))
    return [Letter(f"{file.stem}-{place}", message) for place, message in messages][::-1]


def letters() -> list[Letter]:
    """The newest mails, newest first."""
    found: list[Letter] = []
    files = sorted(Path(settings.MAIL_DIR).glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files:
        found += letters_in(file)
        if len(found) >= NEWEST:
            break
    return found[:NEWEST]


def address(request) -> dict:
    """`mailbox_url` for the sign-in pages; empty outside development."""
    return {"mailbox_url": "/mailbox/" if settings.DEBUG else ""}


@login_not_required
def index(request):
    return render(request, "mailbox/letter_list.html", {"letters": letters()})


@login_not_required
def letter(request, key):
    found = next((each for each in letters() if each.key == key), None)
    if found is None:
        raise Http404
    return render(request, "mailbox/letter_detail.html", {"letter": found})
