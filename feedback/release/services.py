"""The release: answers are cut into blocks once, what may be shown is stored, the answers themselves are deleted."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from feedback.answers.questions import Groups, chance
from feedback.answers.services import drop_drafts
from feedback.models import (
    AccessLink,
    Answer,
    Draft,
    FeedbackRequest,
    FeedbackRound,
    HiddenText,
    Release,
    VerificationCode,
)
from feedback.policies import RoundPolicy, part_in
from feedback.release.partition import AuthorRating, Written, rated_blocks, text_pools
from feedback.rounds.querysets import UNCONFIRMED, answering_day
from feedback.states import INVITED, ON_THE_LIST, RUNNING, RequestStatus
from foundation.audit.events import event_of_day, record, record_all
from foundation.audit.models import Event
from foundation.workflow.moves import MoveRefused, perform_many, why_not

if TYPE_CHECKING:
    from people.models import User


def release_round(feedback_round: FeedbackRound, *, by: "User | None" = None) -> FeedbackRound:
    """Close `feedback_round` and store what may be shown of it. No answer is accepted afterwards.

    `by` None is the clock. A person may close early once enough have answered. Raises MoveRefused, PermissionDenied.
    """
    if refusal := why_not(feedback_round, "release"):
        raise MoveRefused(refusal)
    if by is not None:
        _check_early(feedback_round, by)
    release_rounds([feedback_round.pk], by=by)
    return FeedbackRound.objects.get(pk=feedback_round.pk)


def _check_early(feedback_round: FeedbackRound, by: "User") -> None:
    """By the numbers `by` may know: to a manager the live ones would tell when an answer came."""
    if not RoundPolicy.allows(by, feedback_round, "lead"):
        raise PermissionDenied
    known = feedback_round.progress_for(part_in(feedback_round, by), feedback_round.progress())
    # Whether those not confirmed have answered is not said here either: none of them counts.
    doubtful = (
        feedback_round.requests.filter(UNCONFIRMED, status__in=ON_THE_LIST).count()
        if feedback_round.is_anonymous
        else 0
    )
    is_enough = known.answered - doubtful >= feedback_round.k_texts
    if answering_day() <= feedback_round.closes_on and not known.is_complete and not is_enough:
        raise MoveRefused(_("Too few have answered to close early: nothing could be shown."))


def release_rounds(
    rounds: "Iterable[UUID | FeedbackRound] | QuerySet[FeedbackRound]", batch: int = 500, by: "User | None" = None
) -> int:
    """Release these rounds, given as rows, ids or a queryset; returns how many. One transaction per `batch`.

    Rounds that are no longer running are passed over, so after an interruption the same call goes on.
    """
    rows = rounds.values_list("pk", flat=True) if isinstance(rounds, QuerySet) else rounds
    ids: list[Any] = [getattr(each, "pk", each) for each in rows]
    released = 0
    for start in range(0, len(ids), batch):
        released += len(_release_batch(ids[start : start + batch], by))
    return released


@transaction.atomic
def _release_batch(ids: list[UUID], by: "User | None") -> list[FeedbackRound]:
    running = FeedbackRound.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids, status__in=RUNNING)
    rounds = list(running.select_related("catalogue").order_by("pk"))
    answers, asked = _answers_of(rounds), _doubtful_by_relation(rounds)
    catalogues = {feedback_round.catalogue_id: feedback_round.catalogue for feedback_round in rounds}
    groups = {pk: Groups(catalogue) for pk, catalogue in catalogues.items()}
    Release.objects.bulk_create(
        Release(
            round=feedback_round,
            released_on=answering_day(),
            content=content_of(
                feedback_round,
                answers[feedback_round.pk],
                asked[feedback_round.pk],
                groups[feedback_round.catalogue_id],
            ),
        )
        for feedback_round in rounds
    )
    _forget(rounds)
    _count_last(rounds)
    return perform_many(rounds, "release", by=by)


def answers_counted(rounds: Iterable[Any]) -> list[Event]:
    """Unsaved events, in random order: how many answers came since the last count; `now` is how many there are."""
    events = [event_of_day(each, "answers_counted", answers=each.now - each.counted_answers) for each in rounds]
    chance.shuffle(events)
    return events


def _count_last(rounds: list[Any]) -> None:
    """What came between the last daily count and the release."""
    answered = FeedbackRequest.objects.filter(round__in=rounds, status=RequestStatus.ANSWERED).order_by()
    numbers = dict(answered.values_list("round").annotate(n=Count("pk")))
    for each in rounds:
        each.now = numbers.get(each.pk, 0)
    record_all(answers_counted(each for each in rounds if each.now > each.counted_answers))


def _answers_of(rounds: list[FeedbackRound]) -> dict[UUID, list[Answer]]:
    found: dict[UUID, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(round__in=rounds).order_by("pk"):
        found[answer.round_id].append(answer)
    return found


def _doubtful_by_relation(rounds: list[FeedbackRound]) -> dict[UUID, dict[str, int]]:
    """By round and relation asked, how many of those who answered are outsiders whom nobody has confirmed."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    invited = (
        FeedbackRequest.objects.filter(round__in=rounds, status__in=INVITED)
        .order_by()
        .values_list("round_id", "relation")
    )
    doubtful = Count("pk", filter=UNCONFIRMED & Q(status=RequestStatus.ANSWERED))
    for round_id, relation, number in invited.annotate(doubtful=doubtful):
        found[round_id][relation] = number
    return found


def content_of(
    feedback_round: FeedbackRound, answers: Iterable[Answer], doubtful: dict[str, int], groups: Groups
) -> dict[str, Any]:
    """The snapshot: per group of questions its blocks, per theme or group its texts, and which relations were asked.

    `doubtful` has every relation asked, with the number of its authors that count towards no threshold.
    """
    of_question: dict[Any, str] = groups.of_question
    ratings: dict[str, list[AuthorRating]] = defaultdict(list)
    for answer in answers:
        if answer.point_id:
            ratings[of_question[answer.question_id]].append(AuthorRating(answer.relation, answer.point_id))
    blocks = {}
    for key, rows in ratings.items():
        points = [point.pk for point in groups.by_key[key].points]
        blocks[key] = rated_blocks(rows, feedback_round.k_scores, groups.alone, points, doubtful)
    texts = [
        Written(row.theme, row.relation, row.text, row.counts_author, of_question.get(row.question_id, ""))
        for row in answers
        if row.theme
    ]
    shown = {key: rows for key, rows in sorted(blocks.items()) if rows}
    pools = text_pools(texts, shown, feedback_round.k_texts, groups.alone, shuffle=chance.shuffle, doubtful=doubtful)
    for pool in pools:
        pool["texts"] = [{"id": str(uuid.uuid4()), "text": text} for text in pool["texts"]]
    return {"asked": sorted(doubtful), "ratings": shown, "texts": pools}


def _forget(rounds: list[FeedbackRound]) -> None:
    """What is shown was written anew, in random order, into the snapshot; the answers themselves go.

    An answer names its question and with it a relation, of which there may be one person only: kept, it could be
    joined to who has answered. What is not shown is kept nowhere, and no link opens anything any more.
    """
    Answer.objects.filter(round__in=rounds).delete()
    drop_drafts(Draft.objects.filter(request__round__in=rounds).values_list("request_id", flat=True))
    for rows in (AccessLink, VerificationCode):
        rows.objects.filter(request__round__in=rounds).delete()


@transaction.atomic
def open_to_subject(feedback_round: FeedbackRound) -> None:
    """From delivery on the subject reads what was released."""
    FeedbackRound.objects.filter(pk=feedback_round.pk).update(is_open_to_subject=True)
    record(feedback_round, "open_to_subject")


@transaction.atomic
def close_to_subject(feedback_round: FeedbackRound) -> None:
    """The review was reopened: the subject reads the results again after the next delivery."""
    FeedbackRound.objects.filter(pk=feedback_round.pk).update(is_open_to_subject=False)
    record(feedback_round, "close_to_subject")


@transaction.atomic
def hide_text(feedback_round: FeedbackRound, text_id: UUID | str, *, by: "User", reason: str) -> HiddenText:
    """HR hides one text that breaks the rules. Raises PermissionDenied, or MoveRefused for an unknown text."""
    if not RoundPolicy.allows(by, feedback_round, "hide_text"):
        raise PermissionDenied
    known = {text["id"] for pool in feedback_round.snapshot.content["texts"] for text in pool["texts"]}
    if str(text_id) not in known:
        raise MoveRefused(_("There is no such text."))
    row, is_new = HiddenText.objects.get_or_create(
        release=feedback_round.snapshot,
        text_id=text_id,
        defaults={"reason": reason, "hidden_by": by, "hidden_on": answering_day()},
    )
    if is_new:
        record(feedback_round, "hide_text", by=by, reason=reason)
    return row


def note_reading(feedback_round: FeedbackRound, *, by: "User") -> None:
    """HR has read the results: an event, once a day."""
    key = f"feedbackround.read:{feedback_round.pk}:{by.pk}:{answering_day()}"
    if Event.objects.filter(key=key).exists():
        return
    with suppress(IntegrityError), transaction.atomic():  # the same page, opened twice at once
        record(feedback_round, "read", by=by, key=key)
