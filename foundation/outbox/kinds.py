"""Kinds of messages: a class for each in its app's `messages.py`, all in one register; no other kind can be owed."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from foundation.outbox.states import ORDINARY

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from foundation.outbox.models import Message

# What every text may name, whatever its kind.
COMMON: "dict[str, StrOrPromise]" = {
    "recipient_name": _("whoever gets it"),
    "organisation_name": _("the organisation"),
    "contact_email": _("whom to ask"),
    "cycle_name": _("the cycle, or the organisation where there is none"),
}
COMMON_SAMPLE = {
    "recipient_name": "Jonas Weber",
    "organisation_name": "Plumbline",
    "contact_email": "hr@example.org",
    "cycle_name": "Annual review 2030",
}


class UnknownKind(KeyError):
    """No app declares this kind of message for such an object."""

    def __str__(self) -> str:
        return f"there is no kind of message {self.args[0]}"


class MessageKind:
    """One kind of email, or of line in the daily summary. `placeholders` and `sample` have the same names.

    Two classes may share a key when `about` tells them apart: they share its texts.
    """

    key: ClassVar[str]
    about: ClassVar[str] = ""  # the type of its object ("reviews.review"); any where empty
    name: "ClassVar[StrOrPromise]"
    audience: "ClassVar[StrOrPromise]"  # who gets it
    when: "ClassVar[StrOrPromise]"  # when it is owed
    placeholders: "ClassVar[dict[str, StrOrPromise]]"  # name to what it says; COMMON ones are left out
    sample: ClassVar[dict[str, Any]]  # values for a preview; days in ISO form
    priority: ClassVar[int] = ORDINARY
    in_summary: ClassVar[bool] = False  # a line of the daily summary, not an email of its own
    # On the page of work in the background: whether HR may read there to whom it goes, and whether the page lists it.
    shows_recipient: ClassVar[bool]
    is_listed: ClassVar[bool] = True
    # A static function that reads what several messages need at once, as a dict by their id; `build` gets its entry,
    # or None.
    read: ClassVar[Any] = None

    def build(self, message: "Message", found: Any) -> dict[str, Any]:
        """The placeholders made at the moment of sending, links and codes among them. May raise Withdrawn."""
        return {}

    def attachments(self, message: "Message") -> list[tuple[str, bytes, str]]:
        """Files that go with it: name, content, type. May raise Withdrawn."""
        return []


KINDS: dict[tuple[str, str], MessageKind] = {}


def message_kind(declared: type[MessageKind]) -> type[MessageKind]:
    """Enter a kind in the register. Raises ValueError for a second one, AttributeError when a part is missing."""
    place = declared.key, declared.about
    if place in KINDS:
        raise ValueError(f"two kinds of messages are called {place}")
    for name in ("name", "audience", "when", "placeholders", "sample", "shows_recipient"):
        getattr(declared, name)
    KINDS[place] = declared()
    return declared


def kind_for(key: str, target_type: str) -> MessageKind:
    """The kind of messages `key` about such an object. Raises UnknownKind."""
    found = KINDS.get((key, target_type)) or KINDS.get((key, ""))
    if found is None:
        raise UnknownKind(f"{key} about {target_type}")
    return found


def kind_of(message: "Message") -> MessageKind:
    return kind_for(message.kind, message.target_type)


def name_of(key: str, target_type: str) -> str:
    """The name of a kind; of one that is no longer declared, its key in words."""
    try:
        return str(kind_for(key, target_type).name)
    except UnknownKind:
        return key.replace("_", " ").capitalize()
