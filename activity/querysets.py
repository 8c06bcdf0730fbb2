"""Which events, notices and jobs."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from activity import policies
from activity.states import WorkStatus


class EventQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(policies.events_open_to(viewer))

    def about(self, obj):
        """The history of one object, newest first. The caller has already found the object through its own policy."""
        return self.filter(target_type=obj._meta.label_lower, target_id=str(obj.pk)).order_by("-number")


class NoticeQuerySet(models.QuerySet):
    def due(self):
        """Waiting with its moment come, or held by a worker whose lease has run out."""
        now = timezone.now()
        waiting = Q(status=WorkStatus.QUEUED, next_at__lte=now)
        return self.filter(waiting | Q(status=WorkStatus.RUNNING, leased_until__lt=now))


class JobQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(policies.jobs_open_to(viewer))

    def stale(self):
        """Waiting, or running with nothing heard of it for the lease."""
        now = timezone.now()
        return self.filter(Q(status=WorkStatus.QUEUED) | Q(status=WorkStatus.RUNNING, leased_until__lt=now))
