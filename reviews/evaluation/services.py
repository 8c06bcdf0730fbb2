"""Saving what is written in a review without ever losing a word, and sending it."""

from django.db import transaction
from django.utils import timezone

from competencies.models import Point
from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from foundation.ui.drafts import Stale, merged
from foundation.workflow.moves import MoveRefused
from reviews.guards import paused_words
from reviews.models import Evaluation, Rating, Rebuttal, Review, SelfAssessment
from reviews.review import snapshots
from reviews.review.moves import move

OVERALL = "mv_overall"
EVIDENCE = "evidence"


class Closed(Exception):
    """The text can no longer be changed: it was sent, or the stage has moved on."""


def save(writing, values: dict, specs: dict, *, version: int, base: dict | None = None):
    """Store `values` (by field name), which were written on the version `version`; returns the saved row and its merge.

    `base` holds the fingerprints of the fields as the form was made (foundation/ui/drafts.py). What was changed here
    only is stored. Raises Stale when something was also changed elsewhere, after storing all the rest; Closed when it
    was sent; MoveRefused while the review is paused.
    """
    if writing.review.is_paused:
        raise MoveRefused(paused_words(writing.review))
    row, merge = _save(writing, values, specs, version, base or {})
    if merge.conflicts:
        raise Stale(row, merge)
    return row, merge


@transaction.atomic
def _save(writing, values, specs, version, base):
    current = type(writing).objects.select_for_update().get(pk=writing.pk)
    if current.submitted_at is not None:
        raise Closed
    merge = merged(stored_values(current, specs), values, base, is_newest=version == current.version)
    if merge.changes:
        _store(current, merge.changes, specs)
    return current, merge


def _store(current, changes: dict, specs: dict) -> None:
    kinds = {name: specs[name].kind for name in changes}
    texts = {name: value for name, value in changes.items() if kinds[name] not in ("rating", "evidence")}
    points = {name: value for name, value in changes.items() if kinds[name] == "rating"}
    current.answers = {**current.answers, **texts}
    current.version, current.saved_at = current.version + 1, timezone.now()
    if OVERALL in points:
        current.overall = overall_point(current, points.pop(OVERALL))
    current.save()
    if EVIDENCE in changes:
        current.evidence.set(changes[EVIDENCE])
    save_ratings(current, points, specs)


def stored_values(writing, specs: dict) -> dict:
    """What every field of `specs` holds now: texts, lists of chosen options, keys of points, ids of evidence."""
    ratings = current_ratings(writing, specs)
    values = {name: ratings.get(name) or writing.answers.get(name, "") for name in specs}
    if EVIDENCE in specs:
        values[EVIDENCE] = sorted(str(pk) for pk in writing.evidence.values_list("pk", flat=True))
    return values


def current_ratings(writing, specs: dict) -> dict:
    """The chosen point keys by field name."""
    rows = Rating.objects.filter(review=writing.review_id, rater=writing.rater).select_related("point")
    chosen = {(row.code_id, row.goal_id): row.point.key for row in rows}
    named = {name: chosen.get((spec.code_id, spec.goal_id)) for name, spec in specs.items() if spec.kind == "rating"}
    if getattr(writing, "overall_id", None) and OVERALL in specs:
        named[OVERALL] = writing.overall.key
    return {name: key for name, key in named.items() if key}


def overall_point(writing, key: str) -> Point | None:
    catalogue, scale = writing.review.cycle.catalogue_id, writing.review.cycle.template.content["overall_scale"]
    return Point.objects.filter(scale__catalogue=catalogue, scale__key=scale, key=key).first()


def save_ratings(writing, chosen: dict, specs: dict) -> None:
    """Replace the ratings of the named fields; an empty choice removes one."""
    if not chosen:
        return
    mine = Rating.objects.filter(review=writing.review_id, rater=writing.rater)
    points = {
        (p.scale.key, p.key): p
        for p in Point.objects.filter(scale__catalogue=writing.review.cycle.catalogue_id).select_related("scale")
    }
    template = writing.review.cycle.template.content
    for name, key in chosen.items():
        spec = specs[name]
        place = {"code_id": spec.code_id, "goal_id": spec.goal_id}
        scale = template["code_scale"] if spec.code_id else template["goal_scale"]
        if key:
            point = points[scale, key]
            mine.update_or_create(
                **place,
                defaults={"point": point},
                create_defaults={"point": point, "review_id": writing.review_id, "rater": writing.rater, **place},
            )
        else:
            mine.filter(**place).delete()


@transaction.atomic
def send_self_assessment(review: Review, *, by) -> Review:
    """The subject sends; a second click finds it sent. Raises MoveRefused when the stage is over."""
    mark_sent(review.self_assessment)
    snapshot = snapshots.of_evidence(review.self_assessment.evidence.all())
    SelfAssessment.objects.filter(review=review).update(snapshot=snapshot)
    return move(review, "submit_self_assessment", by=by)


@transaction.atomic
def send_evaluation(review: Review, *, by) -> Review:
    """The manager sends the evaluation on to calibration or delivery."""
    mark_sent(review.evaluation)
    Evaluation.objects.filter(review=review).update(snapshot=snapshots.of_goals(review))
    return move(review, "submit_evaluation", by=by)


@transaction.atomic
def attach(statement: Rebuttal) -> None:
    """Keep the subject's statement with the review; the same words a second time are a second click."""
    Review.objects.select_for_update(of=("self",)).get(pk=statement.review_id)
    if not Rebuttal.objects.filter(review=statement.review_id, text=statement.text).exists():
        statement.save()
        review = Review.objects.select_related("subject", "manager").get(pk=statement.review_id)
        record(review, "statement", by=review.subject)
        names = {"employee_name": review.subject.name}
        tell([line_for(review, "line_statement_added", to=review.manager, key=f"{statement.pk}", **names)])


def mark_sent(writing) -> None:
    type(writing).objects.filter(pk=writing.pk, submitted_at=None).update(submitted_at=timezone.now())
