"""Which messages and jobs a viewer finds."""

from foundation.outbox import policies
from foundation.outbox.leased import LeasedQuerySet


class MessageQuerySet(LeasedQuerySet):
    claimed_by = ("priority", "next_at")

    def visible_to(self, viewer):
        return self.filter(policies.messages_open_to(viewer))


class JobQuerySet(LeasedQuerySet):
    def visible_to(self, viewer):
        return self.filter(policies.jobs_open_to(viewer))
