"""Who reads the event log. Events of single objects are shown on the pages of those objects."""

from typing import Any

from django.db.models import Q

from foundation.policy import EVERYTHING, NOTHING, Policy, action


class EventPolicy(Policy):
    """Events, which hold no content."""

    model = "audit.Event"

    @action
    def read(cls, user: Any) -> Q:
        """Auditors read all events. Others see events only on pages of objects they may read."""
        return EVERYTHING if user.may("read_log") else NOTHING
