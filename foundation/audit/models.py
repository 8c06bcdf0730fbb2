"""What happened: events, the head of their chain, and what its checks found."""

from django.conf import settings
from django.db import models

from foundation.audit.querysets import EventQuerySet


class ChainHead(models.Model):
    """The last link of the event log; locked while the next one is written. One row, pk 1."""

    number = models.PositiveBigIntegerField(default=0)
    mac = models.CharField(max_length=64, default="")

    def __str__(self):
        return str(self.number)


class Event(models.Model):
    """Who did what to which object, when. Append-only, without content, without a foreign key to its target."""

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=80)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001 (empty means "no key", which may repeat)
    mac = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["target_type", "target_id", "-number"], name="event_history"),
            models.Index(fields=["actor", "-number"], name="event_by_actor"),
            models.Index(fields=["at"], name="event_by_moment"),
        ]

    def __str__(self):
        return f"{self.number} {self.verb}"


class SealCheck(models.Model):
    """When the whole log was last checked, how far it went and what was found. One row, pk 1."""

    at = models.DateTimeField()
    number = models.PositiveBigIntegerField()
    anchors = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)

    def __str__(self):
        return self.fault or f"intact up to {self.number}"
