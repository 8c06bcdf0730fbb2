"""What was rated, arranged for reading: codes and goals across the raters."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from competencies.models import Point
from reviews.models import Rating
from reviews.policies import RatingPolicy
from reviews.review import snapshots
from reviews.states import Rater


@dataclass
class CodeRow:
    """One code or goal across the raters, as far as the reader may see it."""

    item: object
    expected: int | None = None
    points: dict[str, Point] = field(default_factory=dict)
    peers: Any = None  # what collaborators chose for the code, on a scale of their own
    peers_note: str = ""  # why there is nothing of them, in words
    later: Any = None  # the goal as it is now, where it has changed since the review showed it

    @property
    def self_point(self):
        return self.points.get(Rater.SELF)

    @property
    def manager_point(self):
        return self.points.get(Rater.MANAGER)

    @property
    def self_score(self) -> int | None:
        return self.self_point.score if self.self_point else None

    @property
    def manager_score(self) -> int | None:
        return self.manager_point.score if self.manager_point else None

    @property
    def gap(self) -> str:
        """Where self and manager differ: "higher" or "lower" self-rating; a talking point, never a verdict."""
        mine, theirs = self.self_score, self.manager_score
        if mine is None or theirs is None or mine == theirs:
            return ""
        return "higher" if mine > theirs else "lower"


def ratings_for(review, user) -> dict:
    """{code or goal id: {rater: point}} of the ratings `user` may read."""
    found: dict = {}
    raters = [each for each in Rater if RatingPolicy.allows(user, Rating(review=review, rater=each))]
    if not raters:
        return found
    for row in Rating.objects.filter(review=review, rater__in=raters).select_related("point"):
        found.setdefault(row.code_id or row.goal_id, {})[row.rater] = row.point
    return found


def code_rows(material, ratings: dict, feedback=None) -> list[CodeRow]:
    """One row per code, with what collaborators said of it in `feedback`, as far as it was released."""
    rows = []
    for code in material.codes:
        peers = feedback.of_code(code.key) if feedback else None
        note = "" if peers else why_no_peers(feedback, code)
        rows.append(CodeRow(code, material.expected(code), ratings.get(code.pk, {}), peers, note))
    return rows


def why_no_peers(feedback, code) -> str:
    """One of three absences, which are not the same: too few answers, not asked, no feedback at all."""
    if feedback is None or not feedback.is_shown:
        return _("No feedback this cycle")
    if code.title in feedback.withheld:
        return _("Not shown: fewer than %(k)d answers") % {"k": feedback.k_scores}
    return _("Collaborators are not asked about this")


def goal_rows(material, ratings: dict, snapshot: dict | None = None) -> list[CodeRow]:
    """One row per goal: as it is now, or as in `snapshot` with what has changed since."""
    if not snapshot:
        return [CodeRow(goal, None, ratings.get(goal.pk, {})) for goal in material.goals]
    now = {goal.pk: goal for goal in material.goals}
    rows = []
    for goal in snapshots.goals_in(snapshot):
        later = now.get(goal.pk)
        later = later if snapshots.differs(goal, later) else None
        rows.append(CodeRow(goal, None, ratings.get(goal.pk, {}), later=later))
    return rows
