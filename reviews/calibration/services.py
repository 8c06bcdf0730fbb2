"""Calibrating: changing one result with a reason, and locking a group."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from foundation.workflow.declaration import Taken
from foundation.workflow.moves import perform_many
from reviews.models import CalibrationChange, Evaluation
from reviews.policies import CalibrationGroupPolicy, ReviewPolicy
from reviews.states import ReviewStatus


def may_change(group, review, user) -> bool:
    """Whether both the group and the review allow it: see `reviews/policies.py`."""
    is_open = CalibrationGroupPolicy.allows(user, group, "calibrate")
    return is_open and ReviewPolicy.allows(user, review, "calibrate")


@transaction.atomic
def announce(group, *, by) -> None:
    """Record a new group, with a line of the daily summary for everybody who calibrates in it."""
    record(group, "create", by=by)
    names = {"group_name": group.name, "cycle_name": group.cycle.name}
    people = {person.pk: person for person in [*group.members.all(), group.facilitator] if person != by}
    tell(
        line_for(group, "line_calibration_opened", to=person, key=f"{group.pk}:{person.pk}", **names)
        for person in people.values()
    )


@transaction.atomic
def change_result(group, review, point, *, by, reason: str) -> CalibrationChange:
    """Change one overall result; before, after, who and why are kept. Raises PermissionDenied."""
    if not may_change(group, review, by):
        raise PermissionDenied(f"{by.pk} may not calibrate {review.pk}")
    evaluation = Evaluation.objects.select_for_update().exclude(overall=None).get(review=review)
    before: Any = evaluation.overall
    change = CalibrationChange.objects.create(
        group=group, review=review, before=before, after=point, changed_by=by, reason=reason
    )
    Evaluation.objects.filter(pk=evaluation.pk).update(overall=point)
    record(review, "change_result", by=by, group=str(group.pk))
    return change


def end_calibration(taken: list[Taken]) -> None:
    """The reviews of a locked group go on to delivery."""
    for each in taken:
        reviews = each.row.reviews.filter(status=ReviewStatus.CALIBRATION)
        perform_many(reviews, "calibrate", by=each.by, related=("cycle", "subject", "manager", "round"))
