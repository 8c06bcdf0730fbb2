"""What reviews keep about a person: what depends on them, who takes it over, and what a new manager changes."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.audit.events import record
from foundation.workflow.moves import MoveRefused
from people.dependents import Item, after_change, asks_after, depends_on_a_person
from people.models import User
from people.querysets import PARTS
from reviews.models import ActionItem, CalibrationGroup, Review
from reviews.plan.models import OPEN
from reviews.policies import ReviewPolicy
from reviews.review import leavers
from reviews.review.handovers import tell_hr, undecided_for
from reviews.review.moves import change_manager
from reviews.states import AFTER_DELIVERY, CycleStatus, ReviewStatus


def running() -> QuerySet:
    """Reviews that go on, in open cycles."""
    return Review.objects.unfinished().filter(cycle__status=CycleStatus.OPEN).select_related("subject", "cycle")


def _leads_open_reviews() -> Exists:
    rows = Review.objects.unfinished().filter(cycle__status=CycleStatus.OPEN, manager=OuterRef("pk"))
    return Exists(rows.exclude(subject=OuterRef("pk")))


PARTS["open_reviews"] = _leads_open_reviews


def _review_item(review: Review) -> Item:
    return Item(review.subject.name, review.get_absolute_url(), review.cycle.name)


# --- reviews they write ----------------------------------------------------------------------------------------------
def _give_reviews(leaver: User, successor: User, by: User) -> int:
    """The review of the successor goes to the leaver's own manager: nobody evaluates themselves."""
    count = 0
    for review in running().filter(manager=leaver).select_related("subject", "cycle", "manager", "round"):
        manager = successor if review.subject_id != successor.pk else leaver.manager
        if manager is None or manager.pk == review.subject_id:
            continue
        change_manager(review, manager, by=by, reason=_("%(name)s has left.") % {"name": leaver.name})
        count += 1
    return count


@depends_on_a_person(gettext_lazy("Open reviews they write"), hand_over=_give_reviews)
def reviews_led(person: User):
    return [_review_item(review) for review in running().filter(manager=person).order_by("subject__name")]


def _decide(key: str, choice: str, by: User) -> None:
    review = Review.objects.select_related("subject", "cycle").get(pk=key)
    if not ReviewPolicy.allows(by, review, "handle"):
        words = _("Somebody else in HR decides about this person's review in %(cycle)s. Choose “Decide later”.")
        raise MoveRefused(words % {"cycle": review.cycle})
    leavers.decide(review, choice, by=by)


@depends_on_a_person(gettext_lazy("Open reviews about them"), choices=leavers.LeaverChoice.choices, decide=_decide)
def reviews_about(person: User):
    """HR decides for each whether it goes on; until then it is paused. What was delivered asks nothing of anybody."""
    for review in running().filter(subject=person).select_related("cycle"):
        key = "" if review.status == ReviewStatus.DELIVERED else str(review.pk)
        yield Item(review.cycle.name, review.get_absolute_url(), key=key)


@after_change
def follow_return(changed, by) -> None:
    """Somebody who had left is back: what HR had decided about their reviews holds no longer."""
    back = [person.pk for person, fields in changed if "is_active" in fields and person.is_active]
    Review.objects.filter(subject__in=back).update(goes_on_without_subject_at=None)


# --- calibration -----------------------------------------------------------------------------------------------------
def _groups_of(person: User):
    own = Q(members=person) | Q(facilitator=person)
    return CalibrationGroup.objects.filter(own, status="open").select_related("cycle").distinct()


def _give_groups(leaver: User, successor: User, by: User) -> int:
    groups = list(_groups_of(leaver))
    for group in groups:
        if group.members.filter(pk=leaver.pk).exists():
            group.members.remove(leaver)
            group.members.add(successor)
        if group.facilitator_id == leaver.pk:
            CalibrationGroup.objects.filter(pk=group.pk).update(facilitator=successor)
        record(group, "change_member", by=by, before=str(leaver.pk), after=str(successor.pk))
    return len(groups)


@depends_on_a_person(gettext_lazy("Calibration groups"), hand_over=_give_groups)
def groups(person: User):
    return [Item(group.name, group.get_absolute_url(), group.cycle.name) for group in _groups_of(person)]


# --- action plans ----------------------------------------------------------------------------------------------------
def _actions_of(person: User):
    """What they promised to do in somebody else's plan; their own plan stays theirs."""
    rows = ActionItem.objects.filter(owner=person, status__in=OPEN).exclude(review__subject=person)
    return rows.select_related("review__subject")


def _give_actions(leaver: User, successor: User, by: User) -> int:
    rows = list(_actions_of(leaver))
    for row in rows:
        ActionItem.objects.filter(pk=row.pk).update(owner=successor)
        record(row, "change_owner", by=by, before=str(leaver.pk), after=str(successor.pk))
    return len(rows)


@depends_on_a_person(gettext_lazy("Steps of action plans they own"), hand_over=_give_actions)
def actions(person: User):
    rows = _actions_of(person).order_by("due_on")
    return [Item(row.action, _page_of(row), row.review.subject.name) for row in rows]


def _page_of(row: ActionItem) -> str:
    return row.review.get_absolute_url() if row.review.status in AFTER_DELIVERY else ""


# --- a new manager ---------------------------------------------------------------------------------------------------
@after_change
def follow_manager(changed, by) -> None:
    moved = [person for person, fields in changed if "manager" in fields]
    if moved:
        tell_hr(moved, by)


@asks_after("manager")
def page_of_decisions(viewer: User) -> str:
    return reverse("reviews:handovers") if undecided_for(viewer).exists() else ""
