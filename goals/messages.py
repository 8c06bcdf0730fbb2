"""The messages about goals."""

from django.utils.translation import gettext_lazy as _

from foundation.outbox.kinds import MessageKind, message_kind
from foundation.outbox.mails import Withdrawn, absolute
from goals.models import Goal
from goals.states import GoalStatus


@message_kind
class GoalProposed(MessageKind):
    """Withdrawn when the goal was answered or taken back, or its owner left, before the summary was sent."""

    key = "line_goal_proposed"
    name = _("Goal proposed")
    audience = _("the other side of the goal: its owner or their manager")
    when = _("when a goal is proposed")
    placeholders = {
        "proposed_by": _("who proposed it"),
        "employee_name": _("whose goal it is"),
        "link": _("the goal"),
    }
    sample = {
        "proposed_by": "Priya Raman",
        "employee_name": "Priya Raman",
        "link": "https://plumbline.example.org/goals/1/",
    }
    in_summary = True
    shows_recipient = True

    def build(self, message, found) -> dict:
        goal = Goal.objects.filter(pk=message.target_id, status=GoalStatus.PROPOSED, owner__is_active=True).first()
        if goal is None:
            raise Withdrawn("the goal has been answered, or its owner has left")
        return {"link": absolute(goal.get_absolute_url())}
