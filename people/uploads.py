"""A previewed file waits, on the server, for the same person to say yes: an hour, in the data folder."""

import json
import secrets
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext as _

HOUR = 3600  # seconds
KEPT = (".csv", ".json")  # the file, whatever its format, and what its last preview found
signer = TimestampSigner(salt="people.import")


def _folder() -> Path:
    """Raises ValidationError when the data folder is full or closed."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _no_room() from error
    return folder


def _no_room() -> ValidationError:
    return ValidationError(_("The server could not store the file. Tell your IT. Nothing was imported."))


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing. Raises ValidationError when the data folder is full or closed."""
    part = path.with_suffix(".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise _no_room() from error


def keep(user, content: bytes) -> str:
    """Keep the file and return a token that only `user` can use, for an hour.

    Raises ValidationError when the data folder is full.
    """
    for old in _folder().iterdir():
        if old.suffix in (*KEPT, ".part") and old.stat().st_mtime < time.time() - HOUR:
            old.unlink(missing_ok=True)
    name = secrets.token_hex(16)
    _write(_folder() / f"{name}.csv", content)
    return signer.sign(f"{name}:{user.pk}")


def hold(content: bytes) -> str:
    """Keep a confirmed file for a job; returns its name."""
    name = f"{secrets.token_hex(16)}.held"
    _write(_folder() / name, content)
    return name


def held(name: str) -> Path:
    """The file of a job."""
    return _folder() / Path(name).name


def _path_of(user, token: str) -> Path:
    """Where the kept file is. Raises ValidationError when the token is not this person's, or too old."""
    try:
        name, _sep, owner = signer.unsign(token, max_age=HOUR).partition(":")
    except BadSignature as error:
        raise _gone() from error
    if owner != str(user.pk):
        raise _gone()
    return _folder() / f"{name}.csv"


def _gone() -> ValidationError:
    return ValidationError(_("The preview has expired. Please choose the file again; nothing was imported."))


def peek(user, token: str) -> bytes:
    """The kept file, for another look. Raises ValidationError as `take` does."""
    try:
        return _path_of(user, token).read_bytes()
    except OSError as error:
        raise _gone() from error


def note_preview(user, token: str, found: dict) -> None:
    """Keep beside the file what its last preview found."""
    _write(_path_of(user, token).with_suffix(".json"), json.dumps(found).encode())


def last_preview(user, token: str) -> dict:
    """What the last preview found; empty when there was none."""
    try:
        return json.loads(_path_of(user, token).with_suffix(".json").read_bytes())
    except OSError:
        return {}


def take(user, token: str) -> bytes:
    """The kept file, once. Raises ValidationError when the token is not this person's, too old, or was used."""
    path = _path_of(user, token)
    try:
        content = path.read_bytes()
        path.unlink()
    except OSError as error:
        raise _gone() from error
    path.with_suffix(".json").unlink(missing_ok=True)
    return content
