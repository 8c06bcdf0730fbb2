"""Sign-ins, failures and refusals as events. What was typed in vain is not kept: it may be a password."""

from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.audit.events import event_for, record_all
from foundation.audit.models import Event
from foundation.clients import client_of
from people.models import User


def signed_in(request, person: User, method: str) -> None:
    _write(person, "signed_in", by=person, client=client_of(request), method=method)


def failed(request, email: str, method: str) -> None:
    """A wrong password, code or second factor, for an account or for an address without one."""
    _write(_person(email), "sign_in_failed", client=client_of(request), method=method)


def blocked(request, email: str) -> None:
    """A try that was not even looked at: once per account, client and hour."""
    client = client_of(request)
    _write_hourly(_person(email), "sign_in_blocked", "", f"{email.lower()} {client}", client=client)


def refused(request, person: User, page: str, object_id: str) -> None:
    """A page that does not exist for this person: once per person, page and hour."""
    data = {"client": client_of(request), "page": page, "object": object_id}
    _write_hourly(person, "access_refused", person, f"{person.pk} {page} {object_id}", **data)


def _person(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first() if email else None


def _write(person: User | None, verb: str, *, by=None, key=None, **data) -> None:
    event = event_for(person or User(), verb, by=by, key=key, **data)
    event.target_id = str(person.pk) if person else ""
    record_all([event])


def _write_hourly(person, verb, by, about: str, **data) -> None:
    """One event per hour of what `about` names, however often it happens."""
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    key = f"{verb}:{sha256(about.encode()).hexdigest()[:40]}:{hour}"
    if Event.objects.filter(key=key).exists():
        return
    try:
        with transaction.atomic():
            _write(person, verb, by=by or None, key=key, **data)
    except IntegrityError:
        pass  # another request of the same moment has written it
