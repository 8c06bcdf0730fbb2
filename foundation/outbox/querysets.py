"""Which messages and jobs a viewer finds."""

from foundation.outbox.leased import LeasedQuerySet
from foundation.outbox.policies import JobPolicy, MessagePolicy


class MessageQuerySet(LeasedQuerySet):
    claimed_by = ("priority", "next_at")

    def visible_to(self, viewer):
        return MessagePolicy.filter(self, viewer)


class JobQuerySet(LeasedQuerySet):
    def visible_to(self, viewer):
        return JobPolicy.filter(self, viewer)
