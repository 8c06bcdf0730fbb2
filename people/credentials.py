"""Changes of how somebody signs in: each is an event and a mail to them."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from foundation.audit.events import record
from foundation.outbox.messages import enqueue, message_for
from people.models import User


@transaction.atomic
def tell_of_change(person: User, kind: str, *, by: User | None, client: str = "", address: str = "") -> None:
    """`kind` is the mail: password_changed, factor_added, factor_removed, factor_reset, recovery_codes_made, …

    `address` when the mail goes to where the person was reached before.
    """
    record(person, kind, by=by, client=client)
    data = {"at": timezone.now().isoformat(), "client": client, "by_name": by.name if by else ""}
    message = message_for(person, kind, to=person, key=str(uuid4()), **data)
    message.address = address or message.address
    enqueue([message])
