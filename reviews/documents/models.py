"""What was issued as a PDF: only its fingerprint is kept, so that a given file can be confirmed or denied."""

import uuid

from django.db import models
from django.utils import timezone

from reviews.states import Audience


class IssuedDocument(models.Model):
    """One PDF handed to somebody. Older versions stay verifiable for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey("reviews.Review", on_delete=models.CASCADE, related_name="documents")
    audience = models.CharField(max_length=10, choices=Audience)
    sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self):
        return self.sha256[:12]
