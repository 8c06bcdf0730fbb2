"""Typed readers of environment variables: a wrong value stops the start and names its variable."""

import os
import secrets
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

import environ
import holidays
from django.core.exceptions import ImproperlyConfigured

FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def text(name: str, default: str = "") -> str:
    """Value of the variable `name`; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def refuse(name: str, expected: str) -> ImproperlyConfigured:
    """Says what was expected, never what was given: it may hold a password."""
    return ImproperlyConfigured(f"{name} must be {expected}.")


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value and value not in FLAGS:
        raise refuse(name, "1 or 0")
    return FLAGS[value] if value else default


def count(name: str, *, most: int, default: int = 0) -> int:
    """A whole number from 0 to `most`; the words for yes and no are 1 and 0."""
    value = text(name, str(default)).lower()
    if value in FLAGS:
        return int(FLAGS[value])
    if not value.isdecimal() or int(value) > most:
        raise refuse(name, f"a whole number from 0 to {most}")
    return int(value)


def words(name: str, default: list[str]) -> list[str]:
    """Comma-separated values."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def address(name: str, default: str) -> str:
    """An http or https address without a trailing slash."""
    value = text(name, default).rstrip("/")
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        raise refuse(name, "an address that begins with http:// or https://")
    return value


def zone(name: str, default: str) -> str:
    """The name of a time zone."""
    value = text(name, default)
    if value not in zoneinfo.available_timezones():
        raise refuse(name, f"the name of a time zone, such as {default}")
    return value


def holidays_of(name: str, default: str) -> str:
    """A country code with an optional region, as the package `holidays` knows them: "DE", "DE-BE"; "none" for none."""
    value = text(name, default)
    if value.lower() == "none":
        return ""
    country, _dash, region = value.partition("-")
    try:
        holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError as error:
        raise refuse(name, "a country code with an optional region, such as DE or DE-BE, or none") from error
    return value


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default).upper()
    if value not in allowed:
        raise refuse(name, f"one of {', '.join(allowed)}")
    return value


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


def mail_server(name: str) -> dict:
    """Django's email settings from smtp://, smtp+tls:// or smtp+ssl:// in the variable `name`."""
    try:
        return dict(environ.Env.email_url_config(text(name)))
    except (KeyError, ValueError, ImproperlyConfigured) as error:
        raise refuse(name, "an address such as smtp+tls://user:password@mail.example.org:587") from error


def database(data: Path) -> dict:
    """The database of DATABASE_URL, or a SQLite file in the data folder, with the options both need under load."""
    url = text("DATABASE_URL", f"sqlite:///{data / 'plumbline.sqlite3'}")
    try:
        if urlsplit(url).scheme not in ("postgres", "postgresql", "sqlite"):
            raise ValueError
        config = dict(environ.Env.db_url_config(url))
    except ValueError as error:
        raise refuse("DATABASE_URL", "an address such as postgres://user:password@127.0.0.1:5432/plumbline") from error
    return config | (for_sqlite() if "sqlite" in config["ENGINE"] else for_postgresql())


def for_sqlite() -> dict:
    # With secure_delete a draft that was sent is wiped from the file, not only from the tables.
    names = (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "journal_size_limit=27103364",
        "temp_store=MEMORY",
        "secure_delete=ON",
    )
    pragmas = " ".join(f"PRAGMA {name};" for name in names)
    return {"OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas}}


def database_seconds() -> int:
    """How long PostgreSQL may work on one statement."""
    return count("DATABASE_TIMEOUT", most=600, default=15) or 15


def for_postgresql() -> dict:
    limits = f"-c lock_timeout=2s -c statement_timeout={database_seconds()}s -c idle_in_transaction_session_timeout=60s"
    # Django names joins in a sensible order; looking for a better one among nine tables took longer than the query.
    # On solid-state disks a page out of order costs hardly more than the next one: indexes are used earlier.
    limits += " -c join_collapse_limit=4 -c jit=off -c random_page_cost=1.1"
    # Starting helper processes took 10 of 20 ms of a page; with several readers they would only take turns.
    limits += " -c max_parallel_workers_per_gather=0"
    # A server that vanishes without a word (pulled cable, firewall) is noticed within ten seconds, not after minutes.
    network = {
        "connect_timeout": 5,
        "keepalives_idle": 4,
        "keepalives_interval": 2,
        "keepalives_count": 2,
        "tcp_user_timeout": 8000,  # milliseconds
    }
    options = {"options": text("DATABASE_OPTIONS", limits), **network}
    return {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
