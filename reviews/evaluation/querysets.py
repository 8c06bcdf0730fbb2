"""Which parts of a review."""

from django.db import models


class ReviewPartQuerySet(models.QuerySet):
    """Rows that belong to a review; each model names its rule."""

    def visible_to(self, user):
        return self.filter(self.model.rule(user))  # type: ignore[attr-defined]  # every part of a review has one
