"""Who reads and does what in a review: product words in `docs/privacy.md`, one screen of rules here.

Rows are `Q` objects, actions are predicates of `(object, user)`. A stand-in has the manager's rights; nobody acts as
manager or as HR towards themselves.
"""

from typing import TYPE_CHECKING

from django.db.models import Q

from people.policies import hr_handles, subjects_hr_handles
from reviews.states import AFTER_DELIVERY, AFTER_EVALUATION, CycleStatus, Rater, ReviewStatus

if TYPE_CHECKING:
    from people.models import User
    from reviews.models import ActionItem, CalibrationGroup, Cycle, Review

SELF_OPEN = Q(self_assessment__submitted_at__isnull=False)


def _at(path: str, rule: Q) -> Q:
    """`rule` about a review, as a rule about a row that reaches its review by `path`."""
    if not path:
        return rule
    moved: list = []
    for part in rule.children:
        if isinstance(part, Q):
            moved.append(_at(path, part))
        else:
            name, value = part  # type: ignore[misc]  # (lookup, value), the other kind of child
            moved.append((f"{path}{name}", value))
    return Q(*moved, _connector=rule.connector, _negated=rule.negated)


def managed_by(user: "User") -> Q:
    """Reviews in which `user` acts as manager today, directly or as stand-in."""
    return Q(manager_id__in=user.acts_for) & ~Q(subject=user)


def handled_by_hr(user: "User") -> Q:
    return subjects_hr_handles(user, "subject__") & ~Q(manager=user)


def skip_level(user: "User") -> Q:
    """Delivered reviews one level further up, where the cycle says so."""
    return Q(manager__manager=user, cycle__skip_level_reads=True, status__in=AFTER_DELIVERY) & ~Q(subject=user)


def reviews_open_to(user: "User") -> Q:
    own = Q(subject=user) & ~Q(cycle__status=CycleStatus.DRAFT)
    return own | managed_by(user) | handled_by_hr(user) | skip_level(user)


def self_assessments_open_to(user: "User") -> Q:
    """The subject's own; once submitted also the manager's and HR's. A cancelled review's texts are nobody's."""
    others = Q(submitted_at__isnull=False) & _at("review__", managed_by(user) | handled_by_hr(user))
    return (Q(review__subject=user) | others) & ~Q(review__status=ReviewStatus.CANCELLED)


def ratings_open_to(user: "User") -> Q:
    """Self-ratings reach the manager only after the manager has submitted; the manager's follow the evaluation."""
    after = Q(review__status__in=AFTER_EVALUATION)
    submitted = Q(review__self_assessment__submitted_at__isnull=False)
    manager, hr = _at("review__", managed_by(user)), _at("review__", handled_by_hr(user))
    own = Q(rater=Rater.SELF, review__subject=user)
    selfs = Q(rater=Rater.SELF) & submitted & ((manager & after) | hr)
    evaluations = Q(rater=Rater.MANAGER) & _at("review__", _evaluations(user))
    return (own | selfs | evaluations) & ~Q(review__status=ReviewStatus.CANCELLED)


def _evaluations(user: "User") -> Q:
    delivered = Q(subject=user, status__in=AFTER_DELIVERY)
    hr = handled_by_hr(user) & Q(status__in=AFTER_EVALUATION)
    return delivered | managed_by(user) | hr | skip_level(user)


def evaluations_open_to(user: "User") -> Q:
    """Managers read their own, HR what is submitted, subjects what is delivered."""
    return _at("review__", _evaluations(user)) & ~Q(review__status=ReviewStatus.CANCELLED)


def notes_open_to(user: "User") -> Q:
    """A private note is its author's, and nobody else's at any time."""
    return Q(author=user)


def actions_open_to(user: "User") -> Q:
    """Action items follow the evaluation; somebody else who owns one sees that one after delivery."""
    owned = Q(owner=user, review__status__in=AFTER_DELIVERY)
    return owned | evaluations_open_to(user)


def rebuttals_open_to(user: "User") -> Q:
    return Q(review__subject=user) | _at("review__", managed_by(user) | handled_by_hr(user) | skip_level(user))


def cycles_open_to(user: "User") -> Q:
    """HR runs cycles, HR partners those that were launched; others meet a cycle only through their reviews."""
    if user.is_hr:
        return Q()
    return ~Q(status=CycleStatus.DRAFT) if user.is_hr_partner else Q(pk__in=[])


def calibrated_by(user: "User") -> Q:
    """Calibration groups that `user` facilitates or is a member of."""
    members = user.calibration_groups.through.objects.filter(user=user)
    return Q(facilitator=user) | Q(pk__in=members.values("calibrationgroup"))


def groups_open_to(user: "User") -> Q:
    """A calibration group: its facilitator, its members and HR."""
    return Q() if user.is_hr else calibrated_by(user)


# --- actions ---------------------------------------------------------------------------------------------------------
def is_subject(review: "Review", user: "User") -> bool:
    return user.pk == review.subject_id


def acts_as_manager(review: "Review", user: "User") -> bool:
    return review.manager_id in user.acts_for and not is_subject(review, user)


def acts_as_hr(review: "Review", user: "User") -> bool:
    """HR or HR partner of the subject's unit, and not in conflict: the single-row form of `handled_by_hr`."""
    return review.manager_id != user.pk and hr_handles(user, review.subject)


def manager_or_hr(review: "Review", user: "User") -> bool:
    return acts_as_manager(review, user) or acts_as_hr(review, user)


def can_run_cycles(cycle: "Cycle | None", user: "User") -> bool:
    """Only HR launches, closes and cancels; partners look after single reviews."""
    return user.is_hr


def can_calibrate(group: "CalibrationGroup", user: "User") -> bool:
    """Facilitator, members and HR change results; nobody those of their own reports (checked per review)."""
    return user.is_hr or group.facilitator_id == user.pk or group.members.filter(pk=user.pk).exists()


def can_work_on_action(action: "ActionItem", user: "User") -> bool:
    review = action.review
    return user.pk == action.owner_id or is_subject(review, user) or acts_as_manager(review, user)


def can_propose_drop(action: "ActionItem", user: "User") -> bool:
    """The two sides of the review; somebody else who owns an item works on it, and asks one of them."""
    return is_subject(action.review, user) or acts_as_manager(action.review, user)


def can_agree_to_drop(action: "ActionItem", user: "User") -> bool:
    """The side that did not propose it."""
    if action.drop_proposed_by_id == action.review.subject_id:
        return acts_as_manager(action.review, user)
    return is_subject(action.review, user)
