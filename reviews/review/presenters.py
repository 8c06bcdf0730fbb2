"""What the pages of one review show to one reader; every part starts from `visible_to`."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.results.summaries import visible_feedback
from foundation.audit.models import Event
from foundation.moments import day_in_words, moment_in_words
from foundation.workflow.declaration import Told, moves_of
from foundation.workflow.moves import open_moves
from goals.progress import summary
from questionnaires.presenters import in_words
from questionnaires.states import Purpose
from reviews.evaluation.material import Material
from reviews.evaluation.presenters import code_rows, goal_rows, ratings_for
from reviews.models import ActionItem, Rebuttal, Review, Summary
from reviews.policies import ActionItemPolicy, EvaluationPolicy, ReviewPolicy, SelfAssessmentPolicy
from reviews.review import snapshots
from reviews.review.forms import MeetingForm, NoteForm
from reviews.review.meetings import when_in_words
from reviews.states import AFTER_EVALUATION, PREPARING, STAGE_OF, ReviewStatus

# Events of a review that are no moves of it.
OTHER_EVENTS = {
    "launch": Told(done=gettext_lazy("Review opened")),
    "goes_on_without_subject": Told(done=gettext_lazy("Goes on though the subject has left")),
    "extend": Told(done=gettext_lazy("Deadline moved"), icon="calendar"),
    "change_manager": Told(done=gettext_lazy("Manager changed"), icon="users"),
    "set_conversation": Told(done=gettext_lazy("Meeting date set")),
    "change_result": Told(done=gettext_lazy("Result changed in calibration"), hidden_from=("subject",)),
    "remind": Told(done=gettext_lazy("Reminder sent")),
    "issue": Told(done=gettext_lazy("PDF summary created"), icon="download"),
    "drop_proposed": Told(done=gettext_lazy("Proposed to drop an action item")),
    "drop_agreed": Told(done=gettext_lazy("Agreed to drop an action item")),
    "drop_declined": Told(done=gettext_lazy("Kept an action item")),
}


def done_words(review, told: Told) -> str:
    """What was done, in the organisation's own words for its stage."""
    stage = review.cycle.own_label(told.stage) if told.stage else ""
    return str(told.own_done) % {"stage": stage} if stage else str(told.done)


def steps(review) -> list[dict]:
    """The stages for the stepper: done, now or next, with the date that matters. A cancelled review has none."""
    if review.status == ReviewStatus.CANCELLED:
        return []
    stages = review.cycle.stage
    now = list(stages).index(STAGE_OF[review.status]) if STAGE_OF.get(review.status) in stages else len(stages)
    if review.status == ReviewStatus.ACKNOWLEDGED:
        now = len(stages)
    rows = []
    for number, (key, stage) in enumerate(stages.items()):
        state = "done" if number < now else "now" if number == now else "next"
        due_on = review.due_on(key)
        due = _("Due %(day)s") % {"day": day_in_words(due_on, "D j M")} if due_on else ""
        note = _("Done") if state == "done" else due
        rows.append({"label": stage.title, "note": note, "state": state})
    return rows


def history(review, user) -> list[dict]:
    """Every move with who, when, and for whom; from the event log, without content.

    What manager and HR settle before delivery is hidden from the subject.
    """
    entries, known = [], OTHER_EVENTS | moves_of(Review)
    events = Event.objects.about(review).select_related("actor", "on_behalf_of")
    for event in events.only("at", "verb", "data", "actor__name", "on_behalf_of__name"):
        verb = event.verb.split(".", 1)[1]
        told = known.get(verb) or Told(done=verb)
        if "subject" in told.hidden_from and user.pk == review.subject_id:
            continue
        who = event.actor.name if event.actor else _("Plumbline")
        if event.on_behalf_of:
            who = _("%(actor)s for %(principal)s") % {"actor": who, "principal": event.on_behalf_of.name}
        note = f"{who} · {moment_in_words(event.at)}"
        if event.data.get("reason"):
            note += f" · {event.data['reason']}"
        entries.append({"icon": told.icon or "check", "text": done_words(review, told), "note": note})
    return entries


def feedback_of(review, user):
    """What `user` may see of the review's feedback; None where there is no round."""
    if review.round is None:
        return None
    # The same rows, set at launch: not read a second time.
    review.round.catalogue, review.round.subject = review.cycle.catalogue, review.subject
    return visible_feedback(user, review.round)


def self_assessment_of(review, user, material) -> dict:
    """The self-assessment with its texts and evidence, as far as `user` may read them."""
    written = review.self_assessment
    if not SelfAssessmentPolicy.allows(user, written):
        return {"self_assessment": None, "self_texts": [], "evidence": []}
    return {
        "self_assessment": written,
        "self_texts": in_words(material.parts(Purpose.SELF_ASSESSMENT), written.answers),
        "evidence": evidence_of(written),
    }


def evidence_of(written):
    """Attached evidence: as it was sent, or as it is while the self-assessment is still written."""
    if written.submitted_at is not None and written.snapshot:
        return snapshots.evidence_in(written.snapshot)
    return written.evidence.all()


def goals_shown(review) -> dict | None:
    """The snapshot of the goals that a submitted evaluation was made with; None before."""
    return review.evaluation.snapshot if review.status in AFTER_EVALUATION else None


def evaluation_of(review, user, material) -> dict:
    """Evaluation and summary, which have the same readers: one query."""
    if not EvaluationPolicy.allows(user, review.evaluation):
        return {"summary": None, "evaluation": None, "evaluation_texts": []}
    summary = Summary.objects.select_related("review__evaluation__overall").get(review=review)
    evaluation = summary.review.evaluation
    summary.review = review  # the same row, with its cycle: not read a second time
    return {
        "summary": summary,
        "evaluation": evaluation,
        "evaluation_texts": in_words(material.parts(Purpose.EVALUATION), evaluation.answers),
    }


def parts(review, user, material) -> dict:
    """What `user` may read of the review: texts, ratings, feedback, plan; a part is None where it is not theirs."""
    feedback = feedback_of(review, user)
    ratings = ratings_for(review, user)
    goals = goal_rows(material, ratings, goals_shown(review))
    written = self_assessment_of(review, user, material) | evaluation_of(review, user, material)
    rebuttals = Rebuttal.objects.visible_to(user).filter(review=review) if review.has_rebuttals else []
    return written | {
        "codes": code_rows(material, ratings, feedback),
        "has_ratings": bool(ratings) or bool(feedback and feedback.codes),
        "goals": goals,
        "goals_summary": summary([row.item for row in goals]),
        "feedback": feedback,
        "actions": actions_of(review, user),
        "rebuttals": rebuttals,
    }


def actions_of(review, user) -> list[dict]:
    """The plan's items with the moves open on each; not asked for where not even an own one could be read."""
    found: list[dict] = []
    if not ActionItemPolicy.allows(user, ActionItem(review=review, owner=user)):
        return found
    for item in review.actions.select_related(
        "owner", "code", "goal", "drop_proposed_by"
    ):  # each knows its review already
        if ActionItemPolicy.allows(user, item):
            found.append({"item": item, "moves": [] if review.is_paused else open_moves(item, user)})
    return found


def meeting_of(review, user) -> str:
    """When the two meet, for the two of them; empty while it is not known."""
    is_one_of_both = ReviewPolicy.allows(user, review, "own") or ReviewPolicy.allows(user, review, "manage")
    is_known = review.conversation_on is not None and review.status != ReviewStatus.CANCELLED
    return when_in_words(review) if is_one_of_both and is_known else ""


def review_page(review, user) -> dict:
    """Everything on the page of one review (a row of `for_page`)."""
    is_manager = ReviewPolicy.allows(user, review, "manage")
    handles = ReviewPolicy.allows(user, review, "handle")
    moves = open_moves(review, user)
    reads_handovers = review.has_handovers and (is_manager or handles)
    return parts(review, user, Material(review)) | {
        "review": review,
        "steps": steps(review),
        "moves": moves,
        "has_other_steps": handles or any(move["refusal"] or move["needs_reason"] for move in moves),
        "is_subject": ReviewPolicy.allows(user, review, "own"),
        "is_manager": is_manager,
        "is_preparing": is_manager and review.status in PREPARING and not review.is_paused,
        "handles": handles,
        "note_form": NoteForm(initial={"text": review.own_note or ""}) if is_manager else None,
        "meeting": meeting_of(review, user),
        "meeting_form": MeetingForm(instance=review) if is_manager else None,
        "history": history(review, user),
        "groups": review.groups.visible_to(user) if review.cycle.has_calibration and (is_manager or handles) else [],
        "handovers": review.manager_changes.select_related("before", "after") if reads_handovers else [],
    }


def workspace(review, user, material) -> dict:
    """What is shown beside the manager's form."""
    goals = goal_rows(material, {})
    return self_assessment_of(review, user, material) | {
        "goals": goals,
        "goals_summary": summary([row.item for row in goals]),
        "feedback": feedback_of(review, user),
        "history": history(review, user),
        "conflicts": [],
    }
