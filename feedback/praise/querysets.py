"""Which thanks and questions between cycles."""

from django.db import models

from feedback import policies


class PraiseQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(policies.praise_open_to(user))


class AskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(policies.asks_open_to(user))
