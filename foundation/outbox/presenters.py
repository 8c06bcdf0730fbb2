"""Messages as their page shows them: to IT without recipients, to HR with those it may know."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from foundation.outbox.kinds import name_of
from foundation.outbox.models import Message
from foundation.outbox.policies import MessagePolicy

HIDDEN = "…"
# What in a server's answer leads to a person: addresses, links and hosts (their employer's), numbers of hosts.
TRACES = re.compile(
    r"<[^>]*>|\S+@\S+|\b\w+://\S+|\b[\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+(?:/\S*)?|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    r"|\[?(?:[0-9a-f]*:){2,}[0-9a-f.]*\]?",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
SHORTEST = 3  # letters of a part of a name or an address; shorter ones are in every sentence


@dataclass(frozen=True)
class MessageLine:
    """`recipient` and `address` are empty, and `error` holds no trace of them, where the reader may not know them."""

    message: Message
    kind: str
    recipient: str
    address: str
    error: str


def lines_for(messages: Iterable[Message], viewer: Any) -> list[MessageLine]:
    return [line_for(message, viewer) for message in messages]


def line_for(message: Message, viewer: Any) -> MessageLine:
    kind = name_of(message.kind, message.target_type)
    if MessagePolicy.allows(viewer, message, "see_recipient"):
        return MessageLine(message, kind, message.name, message.address, message.error)
    return MessageLine(message, kind, "", "", without_traces(message))


def without_traces(message: Message) -> str:
    """The server's answer without anything that identifies the recipient."""
    text = TRACES.sub(HIDDEN, message.error)
    parts = {part for part in WORD.findall(f"{message.name} {message.address}") if len(part) >= SHORTEST}
    parts |= {message.address.partition("@")[0]} - {""}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text
