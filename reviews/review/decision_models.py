"""Who evaluates and who delivers once somebody's manager has changed in the middle of a review."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HandoverChoice(models.TextChoices):
    TAKES_OVER = "takes_over", _("The new manager evaluates and delivers")
    DELIVERS = "delivers", _("The present manager evaluates, the new one delivers")
    STAYS = "stays", _("The present manager evaluates and delivers")


class ManagerDecision(models.Model):
    """What HR decided about one review when `line_manager` became the manager of its subject.

    Another change of manager asks again. With `delivers` the review changes hands when it reaches delivery.
    """

    review = models.OneToOneField("reviews.Review", on_delete=models.CASCADE, related_name="manager_decision")
    line_manager = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=HandoverChoice)
    decided_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"{self.review_id}: {self.choice}"
