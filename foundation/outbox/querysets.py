"""Which mails and jobs."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from foundation.outbox import policies
from foundation.outbox.states import WorkStatus


class MessageQuerySet(models.QuerySet):
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
