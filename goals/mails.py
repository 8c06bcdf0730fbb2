"""What the mails about goals say at the moment of sending."""

from foundation.outbox.mails import Withdrawn, absolute, mail_context
from goals.models import Goal
from goals.states import GoalStatus


@mail_context("line_goal_proposed")
def proposed_goal(message) -> dict:
    """Withdrawn when the goal was answered or taken back, or its owner left, before the digest left."""
    goal = Goal.objects.filter(pk=message.target_id, status=GoalStatus.PROPOSED, owner__is_active=True).first()
    if goal is None:
        raise Withdrawn("the goal has been answered, or its owner has left")
    return {"link": absolute(goal.get_absolute_url())}
