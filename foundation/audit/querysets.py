"""Which events."""

from django.db import models

from foundation.audit import policies


class EventQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(policies.events_open_to(viewer))

    def about(self, obj):
        """The history of one object, newest first. The caller has already found the object through its own policy."""
        return self.filter(target_type=obj._meta.label_lower, target_id=str(obj.pk)).order_by("-number")
