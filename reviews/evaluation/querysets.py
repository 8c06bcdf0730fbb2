"""Which parts of a review."""

from django.db import models

from foundation.policy import policy_of


class ReviewPartQuerySet(models.QuerySet):
    """Rows that belong to a review."""

    def visible_to(self, user):
        return policy_of(self.model).filter(self, user)
