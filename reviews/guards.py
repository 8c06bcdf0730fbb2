"""What must hold before a step; each with the sentence shown when it does not."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.moments import day_in_words
from foundation.workflow.moves import guard
from reviews.states import CycleStatus


@guard(lambda review: gettext("The cycle is %(status)s.") % {"status": review.cycle.get_status_display().lower()})
def cycle_is_open(review) -> bool:
    return review.cycle.status == CycleStatus.OPEN


def paused_words(review) -> str:
    """Why nothing is done in a paused review."""
    return gettext("%(name)s has left. HR decides first whether the review goes on.") % {"name": review.subject}


@guard(paused_words)
def is_not_paused(review) -> bool:
    return not review.is_paused


@guard(lambda item: paused_words(item.review))
def goes_on(item) -> bool:
    """The review that an action item belongs to is not paused."""
    return not item.review.is_paused


def _names_of_paused(group) -> str:
    names = ", ".join(review.subject.name for review in group.reviews.paused().select_related("subject"))
    return gettext("%(names)s: has left. HR decides first whether the review goes on.") % {"names": names}


@guard(_names_of_paused)
def no_review_is_paused(group) -> bool:
    """Locked, the group could not calibrate the review of whoever has left once it goes on."""
    return not group.reviews.paused().exists()


@guard(_("The self-assessment has not been submitted yet."))
def self_assessment_is_sent(review) -> bool:
    return review.self_assessment.submitted_at is not None


@guard(_("The feedback window is still open and not everybody has answered or declined."))
def feedback_is_over(review) -> bool:
    return review.round is None or review.round.is_over


def how_many_answered(review) -> str:
    """The number the manager knows, of how many, when it was counted, and how many are needed."""
    feedback_round, asked = review.round, review.round.progress().asked
    if not asked:
        return gettext("Nobody has been asked for feedback yet. HR can move the review on without it.")
    counted = day_in_words(feedback_round.counted_on, "D j M") if feedback_round.counted_on else gettext("the start")
    return gettext(
        "%(answered)d of %(asked)d had answered when answers were last counted (%(day)s, once a day); at least "
        "%(needed)d are needed for anything to be shown. The review moves on by itself once everybody has answered or "
        "declined."
    ) % {
        "answered": feedback_round.counted_answers,
        "asked": asked,
        "day": counted,
        "needed": review.cycle.k_scores,
    }


@guard(how_many_answered)
def feedback_is_enough(review) -> bool:
    """By the number the manager knows, which is renewed once a day: no answer, not even the last, can be seen."""
    return review.round is None or review.round.counted_answers >= review.cycle.k_scores


@guard(_("Rate every code and goal and choose the overall result first."))
def evaluation_is_complete(review) -> bool:
    return review.evaluation.overall_id is not None


@guard(_("The summary is not complete: key achievements, strengths, growth areas and an overall statement."))
def summary_is_complete(review) -> bool:
    return review.summary.is_complete


@guard(_("A text of the summary is too long. Open the summary: it says which one."))
def summary_fits(review) -> bool:
    return review.summary.is_within_limits


@guard(_("The action plan needs at least one action item."))
def plan_has_an_item(review) -> bool:
    return review.actions.exists()


@guard(_("Set the review meeting first."))
def conversation_has_a_date(review) -> bool:
    return review.conversation_on is not None


@guard(_("Launch needs a period, a deadline for every stage and somebody to review."))
def can_launch(cycle) -> bool:
    return cycle.stages.exists() and not cycle.stages.filter(is_enabled=True, due_on__isnull=True).exists()
