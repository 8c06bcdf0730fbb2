"""Drafts are stored encrypted: each under a key of its own, in a file of the data folder and not in the database.

The key goes when the draft does. What the database, its pages, its write-ahead log or a dump still hold of a draft that
was sent is then noise to everybody. The server keeps the keys, not the browser: a giver goes on writing on another
device, after a code or with their account.
"""

import json
import logging
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes, as AES-GCM takes it
KEY = 32
LEAST = 4096  # bytes of a sealed draft; from there it doubles, so that its size does not tell what was written
YOUNG = 3600  # seconds: so long a key may be there before the row it belongs to
logger = logging.getLogger(__name__)


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "draft_keys"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _path(request_id) -> Path:
    return folder() / UUID(str(request_id)).hex


def _key_of(request_id) -> bytes | None:
    """The key kept for this request; None when there is none."""
    try:
        return _path(request_id).read_bytes()
    except FileNotFoundError:
        return None


def _key_for(request_id) -> bytes:
    """The key kept for this request, made on first use (mode 0600); of two who make it at once one is kept."""
    path = _path(request_id)
    if key := _key_of(request_id):
        os.utime(path)
        return key
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY))
        file.flush()
        os.fsync(file.fileno())  # a row must not outlive its key
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()


def seal(request_id, values: dict) -> bytes:
    """`values`, encrypted under the key of this request and bound to it; 4096 bytes or a power of two above."""
    plain = json.dumps(values, ensure_ascii=False).encode()
    size = LEAST
    while size < len(plain):
        size *= 2
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key_for(request_id)).encrypt(nonce, plain.ljust(size), UUID(str(request_id)).bytes)


def unseal(request_id, sealed) -> dict:
    """What `seal` was given. Empty when the key is gone, as after a restore without it: then the form starts anew."""
    sealed = bytes(sealed)
    if not sealed:
        return {}
    key = _key_of(request_id)
    if key is None:
        logger.warning("A draft has no key in the data folder any more; it starts empty.")
        return {}
    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], UUID(str(request_id)).bytes)
    except InvalidTag:
        logger.warning("A draft does not fit the key in the data folder; it starts empty.")
        return {}
    return json.loads(plain)


def forget(request_ids: Iterable) -> None:
    """Destroy the keys of these requests: their drafts can be read by nobody from now on."""
    for request_id in request_ids:
        _destroy(_path(request_id))


def _destroy(path: Path) -> None:
    """Written over before it goes, as far as the file system keeps to the same place."""
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(KEY))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        pass


def forget_others(needed: Iterable) -> int:
    """Destroy all keys but those of the requests `needed`, and but the youngest; returns how many."""
    kept, count = {UUID(str(each)).hex for each in needed}, 0
    for path in folder().iterdir():
        if path.name not in kept and _is_old(path):
            _destroy(path)
            count += 1
    return count


def _is_old(path: Path) -> bool:
    """Whether the row this key was made for would be there by now."""
    try:
        return time.time() - path.stat().st_mtime > YOUNG
    except FileNotFoundError:
        return False
