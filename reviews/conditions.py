"""What must hold before a step; each with the sentence shown when it does not."""

from django.utils.translation import gettext_lazy as _

from activity.workflow import because


@because(_("The self-assessment has not been sent yet."))
def self_assessment_is_sent(review) -> bool:
    return review.self_assessment.submitted_at is not None


@because(_("The feedback window is still open and not everybody has answered or declined."))
def feedback_is_over(review) -> bool:
    return review.round is None or review.round.is_over


@because(_("Too few collaborators have answered for anything to be shown; wait for the window to close."))
def feedback_is_enough(review) -> bool:
    """By the number the manager knows, which is renewed once a day: no answer can be seen arriving."""
    return review.round is None or review.round.counted_answers >= review.cycle.k_scores


@because(_("Rate every code and goal and choose the overall result first."))
def evaluation_is_complete(review) -> bool:
    return review.evaluation.overall_id is not None


@because(_("The summary is not complete: key achievements, strengths, growth areas and an overall statement."))
def summary_is_complete(review) -> bool:
    return review.summary.is_complete


@because(_("The action plan needs at least one action item."))
def plan_has_an_item(review) -> bool:
    return review.actions.exists()


@because(_("Set the date of the review conversation first."))
def conversation_has_a_date(review) -> bool:
    return review.conversation_on is not None


@because(_("Launch needs a period, a deadline for every stage and somebody to review."))
def can_launch(cycle) -> bool:
    return cycle.stages.exists() and not cycle.stages.filter(is_enabled=True, due_on__isnull=True).exists()
