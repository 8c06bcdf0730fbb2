"""Everything somebody has to do, by deadline: nothing is reachable only from a mail."""

from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.models import FeedbackAsk, FeedbackRequest
from feedback.states import AskStatus
from goals.models import Goal
from reviews.models import ActionItem, CalibrationGroup, Review
from reviews.plan.models import OPEN
from reviews.policies import CalibrationGroupPolicy, ReviewPolicy
from reviews.states import AFTER_DELIVERY, DUE_FIELD, FINISHED, CycleStatus, ReviewStatus, StageKey

FAR = date.max
MOST_OWN = 5  # reviews about oneself on the home page; an open one is always among the newest


@dataclass(frozen=True)
class Task:
    """One thing to do: what, about whom, until when, and where."""

    title: str
    url: str
    due_on: date | None
    icon: str
    about: object = None
    note: str = ""


def own_reviews(user) -> list[Review]:
    """The newest reviews about `user`, for the home page and for what is due in them."""
    rows = Review.objects.filter(subject=user).exclude(cycle__status=CycleStatus.DRAFT).for_status()
    rows = rows.prefetch_related(None)  # `tasks_due_of` reads the stages of these and of the managed reviews at once
    return [row for row in rows.order_by("-cycle__period_start")[:MOST_OWN] if ReviewPolicy.allows(user, row)]


def requests_of(user) -> list[FeedbackRequest]:
    """What `user` was asked as a giver, for the home page and for what is due of it."""
    shown = ("due_on", "status", "round__closes_on", "round__status", "round__goes_on_without_subject")
    rows = FeedbackRequest.objects.asked_of(user).only(*shown, "round__subject__name", "round__subject__is_active")
    return list(rows)


def tasks_due_of(user, own: list[Review] | None = None, asked: list[FeedbackRequest] | None = None) -> list[Task]:
    """All open tasks of `user`, the most urgent first; a fixed number of queries.

    `own` are the reviews about them, `asked` the requests they were asked, where the page has read them already.
    """
    own = own_reviews(user) if own is None else own
    asked = requests_of(user) if asked is None else asked
    managed = list(_managed_reviews(user))
    prefetch_related_objects([*own, *managed], "cycle__stages")
    tasks = [*_in_managed_reviews(managed), *_in_own_reviews(own), *_feedback_requests(asked)]
    for part in (_questions, _confirmations, _action_items, _goals, _calibration):
        tasks += part(user)
    return sorted(tasks, key=lambda task: (task.due_on or FAR, task.title))


def writing(review, key) -> str:
    """The task of writing in a stage that has the organisation's own label; empty for the shipped one."""
    label = review.cycle.own_label(key)
    if not label:
        return ""
    return (_("Complete: %(stage)s") if review.is_returned else _("Write: %(stage)s")) % {"stage": label}


def _in_own_reviews(reviews):
    for review in reviews:
        if review.cycle.status != CycleStatus.OPEN or review.status in FINISHED:
            continue
        note = review.cycle.name
        if review.status == ReviewStatus.SELF_ASSESSMENT:
            title = _("Complete your self-assessment") if review.is_returned else _("Write your self-assessment")
            title = writing(review, StageKey.SELF_ASSESSMENT) or title
            url = reverse("reviews:write", args=[review.pk, "self-assessment"])
            yield Task(title, url, review.self_assessment_due_on, "pencil", note=note)
        if review.round is not None and review.round.status == "nominating" and review.round.list_sent_on is None:
            url = reverse("feedback:round", args=[review.round_id])
            title = _("Suggest collaborators for feedback")
            yield Task(title, url, review.self_assessment_due_on, "users", note=note)
        if review.status == ReviewStatus.DELIVERED:
            title = review.cycle.own_label(StageKey.ACKNOWLEDGEMENT) or _("Read your review and confirm it")
            yield Task(title, review.get_absolute_url(), review.acknowledgement_due_on, "book-2", note=note)


def _managed_reviews(user):
    """All running reviews of the user's people, who are few; no query for somebody known to have none.

    A condition over reviews and rounds, for those with something to do, took PostgreSQL five times as long to plan.
    """
    if user.writes_no_evaluation:
        return Review.objects.none()
    reviews = Review.objects.managed_by(user).filter(cycle__status=CycleStatus.OPEN).unfinished()
    reviews = reviews.exclude(subject__is_active=False, goes_on_without_subject_at=None)
    names = (
        "cycle__name",
        "cycle__status",
        "subject__name",
        "round__status",
        "round__list_sent_on",
        "status",
        "is_returned",
    )
    return reviews.select_related("cycle", "subject", "round").only(*names, *DUE_FIELD.values()).order_by()


def _in_managed_reviews(reviews):
    """Evaluations to write, reviews to deliver, and lists of collaborators to check."""
    for review in reviews:
        about = review.subject
        if review.status == ReviewStatus.MANAGER_EVALUATION:
            url = reverse("reviews:write", args=[review.pk, "evaluation"])
            title = writing(review, StageKey.MANAGER_EVALUATION) or _("Write the evaluation")
            yield Task(title, url, review.evaluation_due_on, "clipboard-list", about=about)
        if review.status == ReviewStatus.DELIVERY:
            title = review.cycle.own_label(StageKey.DELIVERY) or _("Deliver review")
            yield Task(title, review.get_absolute_url(), review.delivery_due_on, "send", about=about)
        if review.round is not None and review.round.status == "nominating" and review.round.list_sent_on:
            url = reverse("feedback:round", args=[review.round_id])
            title = _("Approve collaborators for feedback")
            yield Task(title, url, review.self_assessment_due_on, "users", about=about)


def _feedback_requests(asked):
    for request in asked:
        if request.round.is_paused:
            continue
        url = reverse("feedback:request", args=[request.pk])
        yield Task(_("Give feedback"), url, request.deadline, "messages", about=request.round.subject)


def _questions(user):
    """Of colleagues, about a piece of work."""
    asks = FeedbackAsk.objects.filter(giver=user, status=AskStatus.OPEN, asker__is_active=True)
    for ask in asks.select_related("asker").only("about", "status", "asker__name").order_by():
        title = _("Answer a question: %(work)s") % {"work": ask.about}
        yield Task(title, ask.get_absolute_url(), None, "messages", about=ask.asker)


def _confirmations(user):
    for request in FeedbackRequest.objects.to_confirm_by(user).select_related(None).only("name").order_by():
        title = _("Say whether you know %(name)s") % {"name": request.name}
        yield Task(title, reverse("feedback:vouch", args=[request.pk]), None, "users")


def _action_items(user):
    items = ActionItem.objects.filter(owner=user, status__in=OPEN, review__status__in=AFTER_DELIVERY)
    shown = ("action", "due_on", "status", "review__subject__name", "review__status")
    for item in items.select_related("review__subject").only(*shown).order_by():
        about = item.review.subject if item.review.subject_id != user.pk else None
        yield Task(item.action, item.get_absolute_url(), item.due_on, "list-check", about=about, note=_("Action plan"))


def _goals(user):
    goals = Goal.objects.to_do_of(user).select_related("owner").order_by()
    for goal in goals.only("title", "status", "due_on", "proposed_by", "owner__name", "owner__manager"):
        if goal.asks(user):
            title = _("Answer: %(goal)s") % {"goal": goal.title}
            yield Task(title, goal.get_absolute_url(), None, "target-arrow", about=goal.owner)
        else:
            title = _("Close or move: %(goal)s") % {"goal": goal.title}
            yield Task(title, goal.get_absolute_url(), goal.due_on, "target-arrow")


def _calibration(user):
    rows = CalibrationGroup.objects.filter(status="open", cycle__status=CycleStatus.OPEN)
    groups = CalibrationGroupPolicy.filter(rows, user, "belong").select_related("cycle")
    for group in groups.only("name", "status", "cycle__name", "cycle__status").order_by():
        yield Task(
            _("Calibrate: %(group)s") % {"group": group.name},
            group.get_absolute_url(),
            None,
            "scale",
            note=group.cycle.name,
        )
