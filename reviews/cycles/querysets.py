"""Which cycles."""

from django.db import models

from reviews.policies import CyclePolicy


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return CyclePolicy.filter(self, user)
