"""What people type or paste, as it is meant: blanks, Unicode, addresses in the form mail programs give them."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MAX_EMAIL = 254  # characters; RFC 5321 allows a path of 256 with its brackets
# Marks that are never seen: they come along when text is copied from a page or a spreadsheet.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e\x00"))
JOINERS = "\u200c\u200d"  # they shape letters of some scripts and mean nothing at an end
BETWEEN_WORDS = re.compile(r"[\s,;<>()\"“”]+")
IN_BRACKETS = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def tidy(text: str) -> str:
    """`text` on one line in Unicode's composed form (NFC), with single ordinary blanks and no invisible marks."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(INVISIBLE))
        return " ".join(text.split()).strip(f"{JOINERS} ")
    return " ".join(text.replace("\x00", "").split())


def same_name(text: str) -> str:
    """What two spellings of one name have in common: tidied and without case."""
    return tidy(text).casefold()


def is_seen(text: str) -> bool:
    """Whether a reader sees a letter or a digit in `text`; a name of blanks and marks alone is none."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in text)


def folded(text: str) -> str:
    """`text` in small ASCII letters, however it is written: "Dvořák" and "Dvorak" are both "dvorak"."""
    text = tidy(text)
    return text.lower() if text.isascii() else " ".join(anyascii(text).lower().split())


def searchable(*texts: str) -> str:
    """What a search looks in: all of `texts` folded, names with umlauts also as German spells them without."""
    found = []
    for text in texts:
        found.append(folded(text))
        if not text.isascii() and (german := folded(tidy(text).lower().translate(GERMAN))) != found[-1]:
            found.append(german)
    return " ".join(found)


def typed_words(text: str) -> list[str]:
    """The words of a search, folded; of a pasted "Arjun Kapoor <arjun@example.org>" the address alone."""
    if "@" in text and (address := typed_address(text)):
        return [folded(address)]
    return [word for each in BETWEEN_WORDS.split(text) if (word := folded(each).strip(",;:"))]


def typed_address(text: str) -> str:
    """The one email address in `text` in small letters: bare, in angle brackets, as mailto: or before a separator.

    Anything else comes back tidied, for whoever checks addresses to refuse.
    """
    text = tidy(text)
    if inside := IN_BRACKETS.search(text):
        text = inside[1]
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    return text.strip(" ,;<>\"'").lower()


def typed_name(text: str) -> str:
    """The name before the angle brackets of a pasted address; empty where there is none."""
    text = tidy(text)
    return text[: inside.start()].strip(" ,;\"'") if (inside := IN_BRACKETS.search(text)) else ""


@lru_cache(maxsize=4096)
def _domain_is_fine(domain: str) -> bool:
    try:
        validate_email(f"a@{domain}")
    except ValidationError:
        return False
    return True


def is_address(text: str) -> bool:
    """Whether `text` is an address that fits its column; many people share few domains."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > MAX_EMAIL or not _domain_is_fine(domain):
        return False
    try:
        validate_email(f"{local}@a.example")
    except ValidationError:
        return False
    return True


def untagged(address: str) -> str:
    """The mailbox behind an address: "priya+peer@example.org" reaches "priya@example.org"."""
    local, at, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"
