"""Everything somebody has to do, by deadline: nothing is reachable only from a mail."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.models import Request
from goals.models import Goal
from reviews.models import ActionItem, CalibrationGroup, Review
from reviews.models.plan import OPEN
from reviews.states import AFTER_DELIVERY, CycleStatus, ReviewStatus

FAR = date.max


@dataclass(frozen=True)
class Duty:
    """One thing to do: what, about whom, until when, and where."""

    title: str
    url: str
    due_on: date | None
    icon: str
    about: object = None
    note: str = ""


def duties_of(user) -> list[Duty]:
    """All open duties of `user`, the most urgent first; a fixed number of queries."""
    parts = (_own_reviews, _managed_reviews, _feedback_requests, _action_items, _goals, _calibration)
    duties = [duty for part in parts for duty in part(user)]
    return sorted(duties, key=lambda duty: (duty.due_on or FAR, duty.title))


def _own_reviews(user):
    reviews = Review.objects.filter(subject=user, cycle__status=CycleStatus.OPEN).unfinished().for_lists()
    for review in reviews:
        if review.status == ReviewStatus.SELF_ASSESSMENT:
            title = _("Complete your self-assessment") if review.is_returned else _("Write your self-assessment")
            url = reverse("reviews:self_assessment", args=[review.pk])
            yield Duty(title, url, review.self_assessment_due_on, "pencil", note=review.cycle.name)
        if review.round is not None and review.round.status == "nominating":
            url = reverse("feedback:round", args=[review.round_id])
            yield Duty(
                _("Suggest whom to ask for feedback"),
                url,
                review.self_assessment_due_on,
                "users",
                note=review.cycle.name,
            )
        if review.status == ReviewStatus.DELIVERED:
            url = review.get_absolute_url()
            yield Duty(
                _("Read your review and confirm it"),
                url,
                review.acknowledgement_due_on,
                "book-2",
                note=review.cycle.name,
            )


def _managed_reviews(user):
    waiting = [ReviewStatus.MANAGER_EVALUATION, ReviewStatus.DELIVERY]
    reviews = Review.objects.managed_by(user).filter(cycle__status=CycleStatus.OPEN)
    for review in reviews.filter(status__in=waiting).for_lists():
        if review.status == ReviewStatus.MANAGER_EVALUATION:
            url = reverse("reviews:evaluation", args=[review.pk])
            yield Duty(_("Write the evaluation"), url, review.evaluation_due_on, "clipboard-list", about=review.subject)
        else:
            title = _("Deliver the review")
            yield Duty(title, review.get_absolute_url(), review.delivery_due_on, "send", about=review.subject)
    lists = reviews.filter(round__status="nominating", round__list_sent_on__isnull=False).for_lists()
    for review in lists:
        url = reverse("feedback:round", args=[review.round_id])
        yield Duty(
            _("Check whom to ask for feedback"), url, review.self_assessment_due_on, "users", about=review.subject
        )


def _feedback_requests(user):
    for request in Request.objects.filter(giver=user, status="asked").select_related("round__subject"):
        url = reverse("feedback:request", args=[request.pk])
        yield Duty(_("Give feedback"), url, request.deadline, "messages", about=request.round.subject)


def _action_items(user):
    items = ActionItem.objects.filter(owner=user, status__in=OPEN, review__status__in=AFTER_DELIVERY)
    for item in items.select_related("review__subject"):
        about = item.review.subject if item.review.subject_id != user.pk else None
        yield Duty(item.action, item.get_absolute_url(), item.due_on, "list-check", about=about, note=_("Action plan"))


def _goals(user):
    for goal in Goal.objects.awaiting(user).select_related("owner").distinct():
        yield Duty(
            _("Answer: %(goal)s") % {"goal": goal.title},
            goal.get_absolute_url(),
            None,
            "target-arrow",
            about=goal.owner,
        )
    for goal in Goal.objects.of(user).overdue():
        yield Duty(
            _("Close or move: %(goal)s") % {"goal": goal.title}, goal.get_absolute_url(), goal.due_on, "target-arrow"
        )


def _calibration(user):
    for group in CalibrationGroup.objects.filter(members=user, status="open").select_related("cycle"):
        yield Duty(
            _("Calibrate: %(group)s") % {"group": group.name},
            group.get_absolute_url(),
            None,
            "scale",
            note=group.cycle.name,
        )
