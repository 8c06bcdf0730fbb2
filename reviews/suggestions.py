"""Whom to ask for feedback, from the goals of the period: here, because feedback and goals do not know each other."""

from django.utils.translation import gettext as _

from feedback.nominations.suggestions import suggestion_source
from goals.models import CheckIn, Goal

MOST = 10


@suggestion_source
def around_the_goals(feedback_round):
    """People who noted progress on the subject's goals, then people with goals that serve the same objectives."""
    goals = Goal.objects.of(feedback_round.subject_id).overlapping(
        feedback_round.period_start, feedback_round.period_end
    )
    notes = CheckIn.objects.filter(goal__in=goals, by__is_active=True).exclude(by=feedback_round.subject_id)
    for note in notes.select_related("by").order_by("-at")[:MOST]:
        yield note.by, _("noted progress on a shared goal")
    # The objectives by name, and in the order of their index: half of an organisation may work towards one of them.
    objectives = list(goals.exclude(objective=None).order_by().values_list("objective", flat=True).distinct())
    shared = Goal.objects.counting().overlapping(feedback_round.period_start, feedback_round.period_end)
    shared = shared.filter(objective__in=objectives, owner__is_active=True).exclude(owner=feedback_round.subject_id)
    newest = shared.select_related("owner").order_by("-objective_id", "-due_on", "-title", "-pk")
    for goal in newest[:MOST]:
        yield goal.owner, _("works towards the same objective")
