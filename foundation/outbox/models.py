"""Work that is owed: mails and their texts, news of the day, jobs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from foundation.outbox.leased import LeasedRow
from foundation.outbox.querysets import JobQuerySet, MessageQuerySet
from foundation.outbox.states import NO_LONGER, ORDINARY


class MailText(models.Model):
    """The words of one kind of mail in one language; read from the starter content, then the organisation's own."""

    key = models.CharField(max_length=60)
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    signature = models.TextField(blank=True)
    labels = models.JSONField(default=dict, blank=True, help_text="By placeholder of a link, what its button says.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "language"], name="one_text_per_mail_and_language")]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"


class Message(LeasedRow):
    """One mail owed to one recipient. Written with the event that causes it; the worker sends it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="messages"
    )
    address = models.EmailField(help_text="Where it goes; frozen when the message is written.")
    name = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=10, default="en")
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict, help_text="Plain placeholders of the text; never content, never a token.")
    key = models.CharField(max_length=160, unique=True)
    priority = models.PositiveSmallIntegerField(default=ORDINARY, help_text="Lower goes first; 0 is for codes.")
    sent_at = models.DateTimeField(null=True, help_text="When it went out; never, where it was withdrawn or refused.")

    objects = MessageQuerySet.as_manager()

    class Meta(LeasedRow.Meta):
        indexes = [
            *LeasedRow.Meta.indexes,
            models.Index(fields=["target_type", "target_id"], name="message_target"),
            models.Index(fields=["target_type"], condition=Q(status="failed"), name="message_refused"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"


class DigestLine(models.Model):
    """One piece of news for one person, sent with everything else of the day in one mail at their morning."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60, help_text="The key of a text of one sentence.")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_lines")
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict, help_text="Plain placeholders of the text; never content, never a token.")
    key = models.CharField(max_length=160, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="lines")

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["recipient"], condition=Q(message__isnull=True), name="digest_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.recipient_id}"


class MorningRun(models.Model):
    """What is sent in the mornings of one time zone went there on `day`; a second clock process finds it done."""

    name = models.CharField(max_length=40, help_text="Which work: reminders, digests.")
    time_zone = models.CharField(max_length=60)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "time_zone", "day"], name="one_morning_per_work_zone_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.time_zone} {self.day}"


class Job(LeasedRow):
    """Work that takes a while. The row says what there is to do; the Celery task only names it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs")
    target_id = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=160, unique=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="jobs/", blank=True)

    objects = JobQuerySet.as_manager()

    class Meta(LeasedRow.Meta):
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"

    def get_absolute_url(self) -> str:
        return reverse("outbox:job", args=[self.pk])

    @property
    def name(self) -> str:
        """What it does, in words."""
        from foundation.outbox.jobs import NAMES

        return str(NAMES.get(self.kind, self.kind.replace("_", " ").capitalize()))

    @property
    def has_lost_right(self) -> bool:
        """Whether it stopped because its owner may no longer have what it makes."""
        return self.error == NO_LONGER


class Heartbeat(models.Model):
    """When a task of the clock last came through the queue: beat, broker and worker were alive. One row, pk 1."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.at.isoformat()
