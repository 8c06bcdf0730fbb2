"""The right to one form, for people without an account. Only hashes are stored."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.access_links.querysets import LinkQuerySet
from feedback.rounds.models import FeedbackRequest


class LinkPurpose(models.TextChoices):
    ANSWER = "answer", _("Answer")
    DECLINE = "decline", _("Decline")


class AccessLink(models.Model):
    """A link in one mail: bound to purpose, request and address. See LinkQuerySet.usable for when it ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of 32 random bytes.")
    purpose = models.CharField(max_length=10, choices=LinkPurpose)
    request = models.ForeignKey(FeedbackRequest, on_delete=models.CASCADE, related_name="links")
    address = models.EmailField()
    expires_at = models.DateTimeField()

    objects = LinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.purpose} until {self.expires_at:%Y-%m-%d}"


class VerificationCode(models.Model):
    """The short code mailed to the invited address, which opens a draft in another browser."""

    request = models.OneToOneField(FeedbackRequest, on_delete=models.CASCADE, related_name="code")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=5)

    def __str__(self) -> str:
        return f"{self.tries_left} tries until {self.expires_at:%H:%M}"

    @property
    def is_usable(self) -> bool:
        return self.tries_left > 0 and self.expires_at > timezone.now()
