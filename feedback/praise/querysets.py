"""Which thanks and questions between cycles."""

from django.db import models

from feedback.policies import AskPolicy, PraisePolicy


class PraiseQuerySet(models.QuerySet):
    def visible_to(self, user):
        return PraisePolicy.filter(self, user)


class AskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return AskPolicy.filter(self, user)
