"""Typed readers of environment variables: a wrong value stops the start and names its variable."""

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

reader = environ.Env()


def read(kind: str, name: str, default):
    """Value of variable `name` as `kind` ("str", "int", "bool", "list", "db_url"). Raises ImproperlyConfigured."""
    try:
        return getattr(reader, kind)(name, default=default)
    except (ValueError, TypeError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name}: {os.environ.get(name)!r} is not a valid {kind}: {error}") from error


def text(name: str, default: str = "") -> str:
    return read("str", name, default)


def flag(name: str, default: bool = False) -> bool:
    return read("bool", name, default)


def integer(name: str, default: int) -> int:
    return read("int", name, default)


def words(name: str, default: list[str]) -> list[str]:
    """Comma-separated values."""
    return read("list", name, default)


def folder(path: Path) -> Path:
    """`path`, made readable by this user only when it is missing. Raises ImproperlyConfigured when it cannot be."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"PLUMBLINE_DATA or STATIC_ROOT: cannot use {path}: {error.strerror}") from error
    return path


def secret(path: Path) -> str:
    """The secret kept in the file `path` (mode 0600), made on first use."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(60))
    return path.read_text().strip()


def database(data: Path) -> dict:
    """The database of DATABASE_URL, or a SQLite file in the data folder, with the options both need under load."""
    config = read("db_url", "DATABASE_URL", f"sqlite:///{data / 'plumbline.sqlite3'}")
    if "sqlite" in config["ENGINE"]:
        names = ("journal_mode=WAL", "synchronous=NORMAL", "journal_size_limit=27103364", "temp_store=MEMORY")
        pragmas = " ".join(f"PRAGMA {name};" for name in names)
        config["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    else:
        limits = "-c lock_timeout=2s -c statement_timeout=15s -c idle_in_transaction_session_timeout=60s"
        config["OPTIONS"] = {"options": text("DATABASE_OPTIONS", limits), "connect_timeout": 5}
        config |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    return config
