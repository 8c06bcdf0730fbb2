"""Which messages and jobs a viewer finds."""

from typing import Any, Self

from foundation.outbox.leased import LeasedQuerySet
from foundation.outbox.policies import JobPolicy, MessagePolicy


class MessageQuerySet(LeasedQuerySet):
    claimed_by = ("priority", "next_at")

    def visible_to(self, viewer: Any) -> Self:
        return MessagePolicy.filter(self, viewer)


class JobQuerySet(LeasedQuerySet):
    def visible_to(self, viewer: Any) -> Self:
        return JobPolicy.filter(self, viewer)
