"""The private address under which a calendar program reads somebody's deadlines."""

import uuid

from django.db import models

from people.models import User


class CalendarFeed(models.Model):
    """One per person at most. A new address is a new row: `id` is the half of the address that is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")

    def __str__(self):
        return f"Calendar of {self.owner}"
