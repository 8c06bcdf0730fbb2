"""What stands beside one step of a form of a review, and the draft as its readers will see it."""

from dataclasses import dataclass, replace
from typing import Any

from questionnaires.fields import RATING
from questionnaires.presenters import in_words, words_of
from questionnaires.states import Purpose, Repeat
from reviews.evaluation.drafts import EVIDENCE
from reviews.evaluation.presenters import why_no_peers
from reviews.models import ActionItem
from reviews.plan.models import OPEN
from reviews.review.presenters import evaluation_of, feedback_of, self_assessment_of, workspace

MOST_EVIDENCE = 6  # facts beside a step; all are on the step for evidence


def beside(form, step) -> dict:
    """What helps to answer one step: of its code or goal alone, or of the whole period."""
    if form.purpose == Purpose.SELF_ASSESSMENT:
        return _beside_self_assessment(form, step)
    if form.purpose == Purpose.EVALUATION:
        return _beside_evaluation(form, step) | {"show_expected": True}  # by the page once something is chosen
    return evaluation_of(form.review, form.user, form.material)


def _beside_self_assessment(form, step) -> dict:
    attached = set(form.holder.values()[EVIDENCE])
    about = [{"row": each, "is_attached": str(each.pk) in attached} for each in form.evidence if is_about(each, step)]
    is_first = step.key == form.all_steps[0].key
    return {
        "about": about[:MOST_EVIDENCE],
        "more": max(len(about) - MOST_EVIDENCE, 0),
        "evidence_step": form.steps.find(EVIDENCE),
        "open_actions": open_actions(form) if is_first else [],
    }


def is_about(evidence, step) -> bool:
    """Whether a fact, read with its links, belongs to the code or goal of a step; all belong to any other step."""
    if step.item is None:
        return True
    if step.part.repeat_for == Repeat.GOALS:
        return any(goal.pk == step.item.row.pk for goal in evidence.goals.all())
    return step.item.key in evidence.code_keys


def open_actions(form):
    """What the subject has still to do from earlier reviews."""
    rows = ActionItem.objects.visible_to(form.user).filter(owner=form.user, status__in=OPEN)
    return rows.exclude(review=form.review)


def _beside_evaluation(form, step) -> dict:
    review, user, material, item = form.review, form.user, form.material, step.item
    if item is None:
        return workspace(review, user, material)
    written = self_assessment_of(review, user, material)
    texts = in_words(of_item(material.parts(Purpose.SELF_ASSESSMENT), item), written_answers(written))
    shown: dict[str, Any] = {"self_texts": texts, "self_assessment": written["self_assessment"], "item": item}
    if step.part.repeat_for == Repeat.GOALS:
        return shown | {"evidence": []}
    feedback = feedback_of(review, user)
    return shown | {
        "evidence": [each for each in written["evidence"] if item.key in each.code_keys],
        "code_feedback": CodeFeedback.of(feedback, item.row),
    }


def written_answers(written: dict) -> dict:
    return written["self_assessment"].answers if written["self_assessment"] else {}


def of_item(parts, item) -> list:
    """The parts of a form as far as they ask about one goal or code."""
    kept = [(part, tuple(g for g in part.groups if g.item and g.item.key == item.key)) for part in parts]
    return [replace(part, groups=groups) for part, groups in kept if groups]


@dataclass(frozen=True)
class CodeFeedback:
    """What collaborators said about one code, as far as it was released; `note` says why there is nothing."""

    result: Any = None
    named: tuple = ()
    note: str = ""

    @classmethod
    def of(cls, feedback, code) -> "CodeFeedback":
        if feedback is None:
            return cls(note=why_no_peers(None, code))
        if not feedback.is_shown:
            return cls(note=feedback.reason)
        named = tuple(each for each in feedback.named if each.code == code.key)
        result = feedback.of_code(code.key)
        return cls(result, named, "" if result or named else why_no_peers(feedback, code))


# --- as its readers will see it --------------------------------------------------------------------------------------
def as_read_by(form, reader) -> dict:
    """The draft as `reader` will see it when they may first read it; empty for somebody who never does."""
    first = reader.first
    if first is None:
        return {"texts": [], "ratings": [], "evidence": []}
    values = form.holder.values()
    rated = [(step, each) for step in form.all_steps for each in step.fields if each.kind == RATING]
    ratings = [{"title": step.title, "label": words_of(each, values)} for step, each in rated]
    parts = [part for part in form.parts if part.key != EVIDENCE]
    attached = values.get(EVIDENCE, [])
    return {
        "texts": in_words(parts, values),
        "ratings": [each for each in ratings if each["label"]] if first.reads_ratings else [],
        "evidence": [each for each in form.evidence if str(each.pk) in attached] if attached else [],
    }
