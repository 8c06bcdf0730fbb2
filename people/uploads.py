"""A previewed file waits, on the server, for the same person to say yes: an hour, in the data folder."""

import secrets
import time
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext as _

HOUR = 3600  # seconds
signer = TimestampSigner(salt="people.import")


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(user, content: bytes) -> str:
    """Keep the file and return a token that only `user` can use, for an hour."""
    for old in _folder().glob("*.csv"):
        if old.stat().st_mtime < time.time() - HOUR:
            old.unlink(missing_ok=True)
    name = secrets.token_hex(16)
    (_folder() / f"{name}.csv").write_bytes(content)
    return signer.sign(f"{name}:{user.pk}")


def hold(content: bytes) -> str:
    """Keep a confirmed file for a job; returns its name."""
    name = f"{secrets.token_hex(16)}.held"
    (_folder() / name).write_bytes(content)
    return name


def held(name: str) -> Path:
    """The file of a job."""
    return _folder() / Path(name).name


def take(user, token: str) -> bytes:
    """The kept file. Raises ValidationError when the token is not this person's, too old, or was used."""
    gone = ValidationError(_("The preview has expired. Please choose the file again; nothing was imported."))
    try:
        name, _sep, owner = signer.unsign(token, max_age=HOUR).partition(":")
        if owner != str(user.pk):
            raise gone
        path = _folder() / f"{name}.csv"
        content = path.read_bytes()
    except (BadSignature, OSError) as error:
        raise gone from error
    path.unlink()
    return content
