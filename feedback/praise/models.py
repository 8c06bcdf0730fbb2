"""Feedback between cycles: thanks, and questions about a piece of work. With names, private to the two."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from feedback.policies import AskPolicy
from feedback.praise.querysets import AskQuerySet, PraiseQuerySet
from feedback.states import AskStatus
from foundation.workflow.declaration import Move
from foundation.workflow.fields import StatusField


class Praise(models.Model):
    """Thanks for something that happened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="praise_given")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="praise_received")
    text = models.TextField(_("what they did, and what it made possible"), max_length=2000)
    happened_on = models.DateField(_("when"), default=timezone.localdate)
    is_shared_with_manager = models.BooleanField(_("their manager may read it too"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PraiseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=~Q(giver=F("receiver")), name="nobody_thanks_themselves")]

    def __str__(self):
        return f"{self.giver} thanks {self.receiver}"

    def get_absolute_url(self):
        return reverse("feedback:praise_detail", args=[self.pk])


class FeedbackAsk(models.Model):
    """Somebody asks a colleague for feedback on a piece of work."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks_made")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asks_received")
    about = models.CharField(_("the piece of work"), max_length=200)
    question = models.TextField(_("what you would like to know"), max_length=1000)
    happened_on = models.DateField(_("when the work was done"), default=timezone.localdate)
    status = StatusField(_("status"), default=AskStatus.OPEN, choices=AskStatus.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AskQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.CheckConstraint(condition=~Q(giver=F("asker")), name="nobody_asks_themselves")]

    def __str__(self):
        return f"{self.asker} asks {self.giver}"

    def get_absolute_url(self):
        return reverse("feedback:ask_detail", args=[self.pk])

    @transition(
        status,
        source=AskStatus.OPEN,
        target=AskStatus.REPLIED,
        permission=AskPolicy.permission("reply"),
        custom=Move(
            done=_("Replied to a colleague"),
        ),
    )
    def reply_to(self):
        """The reply is a row of its own."""

    @transition(
        status,
        source=AskStatus.OPEN,
        target=AskStatus.DECLINED,
        permission=AskPolicy.permission("reply"),
        custom=Move(
            label=_("Decline"),
            done=_("Declined"),
            logged=_("Declined to give a colleague feedback"),
        ),
    )
    def decline(self):
        """No reason is asked."""


class Reply(models.Model):
    """What was answered, with the giver's name; the manager reads it when the giver said so."""

    ask = models.OneToOneField(FeedbackAsk, on_delete=models.CASCADE, related_name="reply")
    text = models.TextField(_("your feedback"), max_length=4000)
    is_shared_with_manager = models.BooleanField(_("their manager may read it too"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"reply to {self.ask}"
