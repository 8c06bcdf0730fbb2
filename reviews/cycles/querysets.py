"""Which cycles."""

from django.db import models

from reviews import policies


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(policies.cycles_open_to(user))
