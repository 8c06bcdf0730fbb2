"""Which events."""

from django.db import models

from foundation.audit.policies import EventPolicy


class EventQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return EventPolicy.filter(self, viewer)

    def about(self, obj):
        """The history of one object, newest first. The caller has already found the object through its own policy."""
        return self.filter(target_type=obj._meta.label_lower, target_id=str(obj.pk)).order_by("-number")
