"""When a review gets another manager: what was submitted goes on, what was not stays with its author."""

from django.db import transaction

from reviews.models import Evaluation, Rating, Review, SetAsideDraft, Summary
from reviews.states import Rater


@transaction.atomic
def change_author(review: Review, before, after) -> None:
    """Set the unsubmitted texts of `before` aside, and give `after` back what they had written earlier themselves.

    `review` is locked by the caller or about to be saved by it. An evaluation counts as submitted while it is; a
    summary once the review was delivered.
    """
    if review.delivered_at is None:
        _swap(Summary.objects.select_for_update().get(review=review), before, after)
    evaluation = Evaluation.objects.select_for_update().get(review=review)
    if evaluation.submitted_at is None and review.delivered_at is None:
        _swap(evaluation, before, after)


def _swap(writing, before, after) -> None:
    _set_aside(writing, before)
    _give_back(writing, after)


def _set_aside(writing, author) -> None:
    part, ratings = _part_of(writing), _ratings_of(writing)
    if writing.answers or ratings:
        content = {
            "answers": writing.answers,
            "ratings": list(ratings.values_list("code_id", "goal_id", "point_id")) if ratings is not None else [],
            "overall": getattr(writing, "overall", None),
            "version": writing.version,
        }
        content["ratings"] = [[each and str(each) for each in row] for row in content["ratings"]]
        key = {"review_id": writing.review_id, "author": author, "part": part}
        SetAsideDraft.objects.update_or_create(**key, defaults=content)
    if ratings is not None:
        ratings.delete()
        writing.overall = None
    writing.answers, writing.saved_at, writing.version = {}, None, 0
    writing.save()


def _give_back(writing, author) -> None:
    key = {"review_id": writing.review_id, "author": author, "part": _part_of(writing)}
    kept = SetAsideDraft.objects.filter(**key).first()
    if kept is None:
        return
    writing.answers, writing.version, writing.saved_at = kept.answers, kept.version + 1, kept.set_aside_at
    if _part_of(writing) == SetAsideDraft.Part.EVALUATION:
        writing.overall = kept.overall
        rows = [
            Rating(review_id=writing.review_id, rater=Rater.MANAGER, code_id=code, goal_id=goal, point_id=point)
            for code, goal, point in kept.ratings
        ]
        Rating.objects.bulk_create(rows)
    writing.save()
    kept.delete()


def _part_of(writing) -> str:
    is_evaluation = isinstance(writing, Evaluation)
    return SetAsideDraft.Part.EVALUATION if is_evaluation else SetAsideDraft.Part.SUMMARY


def _ratings_of(writing):
    """The manager's ratings belong to the evaluation; a summary has none."""
    if not isinstance(writing, Evaluation):
        return None
    return Rating.objects.filter(review=writing.review_id, rater=Rater.MANAGER)
