"""Which links."""

from typing import Any, Self

from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.rounds.models import FeedbackRequest
from feedback.rounds.querysets import answering_day


class LinkQuerySet(models.QuerySet[Any]):
    def usable(self) -> Self:
        """Not expired, for the address its giver still has, and the request can still be answered."""
        present = Coalesce("request__giver__email", "request__email")
        links = self.annotate(present=present).filter(address=F("present"), expires_at__gt=timezone.now())
        return links.filter(request__in=FeedbackRequest.objects.open_or_paused_on(answering_day()))
