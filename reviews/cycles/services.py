"""Actions on a cycle: make it from the template, see who is in and out, launch, close, cancel."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competencies.models import Catalogue
from feedback.models import FeedbackRound
from feedback.services import cancel_rounds, open_rounds, release_rounds, set_confidentiality
from feedback.states import RoundStatus
from foundation.audit.changes import changes_between, values_of
from foundation.audit.events import event_for, record, record_all
from foundation.outbox import jobs
from foundation.outbox.digest import line_for, tell
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import Job
from foundation.outbox.states import WorkStatus
from foundation.workdays import next_working_day, organisation_today
from foundation.workflow.moves import MoveRefused, perform, perform_many
from people.models import User
from questionnaires.models import ReviewTemplate
from reviews.models import Cycle, Evaluation, Review, SelfAssessment, Stage, Summary
from reviews.policies import CyclePolicy
from reviews.states import DUE_FIELD, CycleStatus, ReviewStatus, StageKey

BATCH = 2000  # people whose reviews begin in one transaction
AT_ONCE = 200  # reviews that are cancelled while somebody waits
STEP = 50  # reviews or rounds that end in one transaction; after each the job notes its progress
RELEASE, CANCEL = "release", "cancel"  # what becomes of running feedback when a cycle is closed

WHY_OUT = {
    "no_grade": _("No grade"),
    "other_team": _("Not in the chosen teams"),
    "no_manager": _("No manager"),
    "manager_left": _("Manager has left"),
    "joined_late": _("Joined too late in the period"),
    "on_leave": _("On leave"),
    "in_a_cycle": _("Already in an open cycle"),
}


@transaction.atomic
def add_stages(cycle: Cycle) -> None:
    """Stages with the template's labels and durations, counted from today or from the end of the period.

    A deadline that would fall on a weekend or a public holiday is moved to the next working day.
    """
    begin = max(cycle.period_end, organisation_today())
    stages, due_on = [], begin
    for row in cycle.template.stages.all():
        starts = begin if row.starts_with_previous else due_on
        ends = next_working_day(starts + timedelta(days=row.days))
        due_on = max(due_on, ends) if row.is_enabled else due_on
        names = ("key", "order", "title", "purpose", "texts", "is_enabled", "reminder_days")
        stages.append(Stage(cycle=cycle, due_on=ends, **{name: getattr(row, name) for name in names}))
    Stage.objects.bulk_create(stages)


@dataclass(frozen=True)
class Population:
    """Everyone active, each with `why_out`: empty, or the key of the rule that leaves them out (see WHY_OUT)."""

    everyone: QuerySet

    @property
    def included(self) -> QuerySet:
        return self.everyone.filter(why_out="")

    @property
    def excluded(self) -> QuerySet:
        return self.everyone.exclude(why_out="")

    def counts(self) -> Counter:
        """How many people by `why_out`, with one query."""
        return Counter(dict(self.everyone.order_by().values_list("why_out").annotate(n=Count("pk"))))


def population(cycle: Cycle) -> Population:
    """Everyone active, with `why_out` naming the first rule that leaves them out."""
    team_ids = list(cycle.teams.values_list("pk", flat=True))
    rules = [When(manager=None, then=Value("no_manager")), When(manager__is_active=False, then=Value("manager_left"))]
    if team_ids:
        rules.insert(0, When(Q(team=None) | ~Q(team__in=team_ids), then=Value("other_team")))
    rules.insert(0, When(grade=None, then=Value("no_grade")))
    if cycle.joined_before:
        rules.append(When(joined_on__gte=cycle.joined_before, then=Value("joined_late")))
    if not cycle.includes_people_on_leave:
        today = timezone.localdate()
        rules.append(When(leave_from__lte=today, leave_until__gte=today, then=Value("on_leave")))
    open_reviews = Review.objects.filter(subject=OuterRef("pk"), cycle__status="open").unfinished()
    rules.append(When(Exists(open_reviews), then=Value("in_a_cycle")))
    people = User.objects.active().select_related("team", "grade", "manager")
    people = people.annotate(why_out=Case(*rules, default=Value(""), output_field=CharField()))
    return Population(people)


def start_launch(cycle: Cycle, *, by) -> Job:
    """Queue the launch; a second click finds the first one's job."""
    return jobs.start("launch", by=by, key=str(cycle.pk), target_id=cycle.pk)


@jobs.job_kind("launch")
def do_launch(job) -> None:
    """Launch the cycle of the job, or go on where an earlier attempt was interrupted."""
    cycle = Cycle.objects.get(pk=job.target_id)
    if cycle.status == CycleStatus.DRAFT:
        people = population(cycle).included.count()
        if not people:
            raise MoveRefused(_("No one would be reviewed. See “Out” for the reasons."))
        jobs.advance(job, 0, total=people)
        cycle = open_cycle(cycle, by=job.owner)
    for _added in fill_cycle(cycle, by=job.owner):
        jobs.advance(job, cycle.reviews.count())


def launch_of(cycle: Cycle) -> Job | None:
    """The launch of `cycle` that is waiting, running or failed; None before it and after it is done."""
    jobs_of_it = Job.objects.filter(kind="launch", target_id=str(cycle.pk)).exclude(status=WorkStatus.DONE)
    return jobs_of_it.order_by("-created_at").first()


def launch(cycle: Cycle, *, by) -> QuerySet:
    """Open `cycle` and fill it; returns its reviews. Raises MoveRefused, PermissionDenied."""
    cycle = open_cycle(cycle, by=by)
    for _added in fill_cycle(cycle, by=by):
        pass
    return Review.objects.filter(cycle=cycle).select_related("cycle", "subject", "manager", "grade", "team", "round")


def open_cycle(cycle: Cycle, *, by) -> Cycle:
    """Freeze template and catalogue and let the cycle begin. Raises MoveRefused, PermissionDenied."""
    return perform(cycle, "launch", by=by, template=newest(cycle.template), at=timezone.now())


def newest(template: ReviewTemplate) -> ReviewTemplate:
    """The template of the same key in the current version of the catalogue; itself when that has none."""
    current = Catalogue.objects.current()
    return current.templates.filter(key=template.key).select_related("catalogue").first() or template


def fill_cycle(cycle: Cycle, *, by):
    """Give everybody of its population a review; yields after each BATCH of people how many they were.

    Each batch is a transaction: the event log is not held for long, and nobody who has a review is given a second.
    """
    cycle = Cycle.objects.prefetch_related("stages").get(pk=cycle.pk)
    ids = list(population(cycle).included.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        people = list(User.objects.filter(pk__in=ids[start : start + BATCH]).select_related("team", "grade", "manager"))
        if not _add_reviews(cycle, people, by):
            return
        yield len(people)
    tell_managers(cycle)


def tell_managers(cycle: Cycle) -> None:
    """A line for each manager with how many of their people are in; once per cycle."""
    counts = cycle.reviews.order_by().values_list("manager").annotate(people=Count("pk"))
    people = dict(counts)
    tell(
        line_for(
            cycle,
            "line_cycle_launched",
            to=manager,
            key=f"{cycle.pk}:{manager.pk}",
            cycle_name=cycle.name,
            people=people[manager.pk],
        )
        for manager in User.objects.filter(pk__in=people)
    )


@transaction.atomic
def _add_reviews(cycle: Cycle, people: list[User], by) -> bool:
    """One review each, with what belongs to it; none, and False, once the cycle has been closed or cancelled.

    Reporting line, grade and team are those of this moment.
    """
    running = Cycle.objects.select_for_update(of=("self",), no_key=True).filter(pk=cycle.pk, status=CycleStatus.OPEN)
    if not running.exists():
        return False
    due = {DUE_FIELD[stage.key]: stage.due_on for stage in cycle.stage.values()}
    rounds = open_rounds([new_round(cycle, person, due) for person in people])
    reviews = [
        Review(
            cycle=cycle,
            subject=each.subject,
            manager=each.manager,
            line_manager_id=each.subject.manager_id,
            round=each,
            **frozen(each.subject),
            **due,
        )
        for each in rounds
    ]
    Review.objects.bulk_create(reviews)
    SelfAssessment.objects.bulk_create(SelfAssessment(review=review) for review in reviews)
    Evaluation.objects.bulk_create(Evaluation(review=review) for review in reviews)
    Summary.objects.bulk_create(Summary(review=review) for review in reviews)
    record_all(event_for(review, "launch", by=by, cycle=str(cycle.pk)) for review in reviews)
    enqueue(stage_message(review, StageKey.SELF_ASSESSMENT, to=review.subject) for review in reviews)
    return True


def frozen(person: User) -> dict:
    return {"grade": person.grade, "team": person.team}


def new_round(cycle: Cycle, person: User, due: dict) -> FeedbackRound:
    """An unsaved feedback round with the cycle's terms."""
    return FeedbackRound(
        subject=person,
        manager=person.manager,
        title=cycle.name,
        period_start=cycle.period_start,
        period_end=cycle.period_end,
        catalogue=cycle.catalogue,
        confidentiality=cycle.confidentiality,
        k_scores=cycle.k_scores,
        k_texts=cycle.k_texts,
        min_total=cycle.min_asked,
        max_total=cycle.max_asked,
        max_per_giver=cycle.max_per_giver,
        closes_on=due[DUE_FIELD[StageKey.PEER_REVIEW]],
    )


def stage_message(review: Review, stage_key: str, *, to, key: str = ""):
    """ "The next step is open" for one person; once per review and stage, or per `key`."""
    stage = review.cycle.stage[stage_key]
    return message_for(
        review,
        "stage_opened",
        to=to,
        key=key or f"{review.pk}:{stage_key}",
        cycle_name=review.cycle.name,
        stage_title=stage.title,
        stage_purpose=stage.purpose,
        due_date=str(review.due_on(stage_key)),
    )


TOLD_OF_CYCLE = (
    "name", "template", "period_start", "period_end", "joined_before", "includes_people_on_leave", "confidentiality",
    "k_scores", "k_texts", "min_asked", "max_asked", "max_per_giver", "skip_level_reads",
)  # fmt: skip
TOLD_OF_STAGE = ("title", "due_on", "is_enabled", "texts")


def settings_of(cycle: Cycle) -> dict[str, str]:
    """The settings of a cycle as its events keep them."""
    return values_of(cycle, TOLD_OF_CYCLE) | {"teams": ", ".join(sorted(team.name for team in cycle.teams.all()))}


def settings_of_stage(stage: Stage) -> dict[str, str]:
    """The settings of a stage; of its labels those that are set."""
    labels = ", ".join(text for text in stage.texts.values() if text)
    return values_of(stage, TOLD_OF_STAGE) | {"texts": labels}


@transaction.atomic
def save_settings(form, before: dict[str, str], *, by) -> Cycle:
    """Save the valid `form` of a draft; the event keeps `before` and the new values."""
    cycle = form.save()
    if changes := changes_between(before, settings_of(cycle)):
        record(cycle, "change", by=by, fields=list(changes), changes=changes)
    return cycle


@transaction.atomic
def save_stages(cycle: Cycle, formset, before: dict, *, by) -> None:
    """Save the valid `formset`: one event for each changed stage."""
    formset.save()
    stages = Stage.objects.filter(cycle=cycle)
    changed = [(stage, changes_between(before[stage.pk], settings_of_stage(stage))) for stage in stages]
    record_all(
        event_for(cycle, "change_stage", by=by, stage=stage.title, fields=list(changes), changes=changes)
        for stage, changes in changed
        if changes
    )


@transaction.atomic
def change_confidentiality(cycle: Cycle, *, by) -> Cycle:
    """Save the changed confidentiality and thresholds of an open cycle, for all its rounds or for none.

    Raises PermissionDenied, and MoveRefused when somebody was asked already and it would become weaker.
    """
    if not CyclePolicy.allows(by, cycle, "run"):
        raise PermissionDenied
    names = ("confidentiality", "k_scores", "k_texts")
    terms: dict[str, Any] = {name: getattr(cycle, name) for name in names}
    set_confidentiality(FeedbackRound.objects.running().filter(review__cycle=cycle), by=None, **terms)
    Cycle.objects.filter(pk=cycle.pk).update(**terms)
    record(cycle, "change_confidentiality", by=by, **terms)
    return cycle


def still_running(cycle: Cycle) -> dict[str, int]:
    """What closing would stop: reviews that are not delivered, rounds whose list is open, rounds that collect."""
    rounds = FeedbackRound.objects.filter(review__cycle=cycle)
    return {
        "reviews": to_cancel(cycle).count(),
        "nominating": rounds.filter(status=RoundStatus.NOMINATING).count(),
        "collecting": rounds.filter(status=RoundStatus.COLLECTING).count(),
    }


@transaction.atomic
def close_cycle(cycle: Cycle, *, by, reason: str, feedback: str = RELEASE) -> Job:
    """Nothing of this cycle is asked, answered, approved, moved or sent from now on. Returns the job that ends its
    rounds: `feedback` says whether answers that are there are released or deleted.
    """
    cycle = perform(cycle, "close", by=by, reason=reason)
    return jobs.start("end_rounds", by=by, key=str(cycle.pk), target_id=cycle.pk, feedback=feedback)


@jobs.job_kind("end_rounds")
def do_end_rounds(job) -> None:
    """Release or cancel the rounds of a closed cycle, or go on where an earlier attempt was interrupted.

    A round in which nobody was asked has nothing to release and is cancelled.
    """
    running = FeedbackRound.objects.running().filter(review__cycle=job.target_id).order_by("pk")
    to_release = running.filter(status=RoundStatus.COLLECTING) if job.data["feedback"] == RELEASE else running.none()
    total, done = running.count(), 0
    jobs.advance(job, 0, total=total)
    for ids in in_batches(to_release):
        done += release_rounds(ids, by=None)
        jobs.advance(job, done)
    while some := list(running[:STEP]):
        done += len(cancel_rounds(some, by=None, reason=""))
        jobs.advance(job, done)


def in_batches(rows: QuerySet) -> Iterator[list]:
    """The ids of `rows`, up to STEP at a time."""
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), STEP):
        yield ids[start : start + STEP]


@transaction.atomic
def delete_draft(cycle: Cycle, *, by) -> None:
    """Delete a cycle that was never launched. Raises PermissionDenied, and MoveRefused once it was launched."""
    if not CyclePolicy.allows(by, cycle, "run"):
        raise PermissionDenied
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if cycle.status != CycleStatus.DRAFT or launch_of(cycle) is not None:
        raise MoveRefused(_("Only a cycle that was never launched can be deleted."))
    record(cycle, "delete_draft", by=by, name=cycle.name)
    cycle.delete()


@transaction.atomic
def cancel_cycle(cycle: Cycle, *, by, reason: str) -> Job | None:
    """Cancel the cycle with every review that is not delivered; their rounds end, and their links stop working.

    Few at once; many follow in the background, STEP at a time: returns that job, or None.
    """
    cycle = perform(cycle, "cancel", by=by, reason=reason)
    if to_cancel(cycle).count() > AT_ONCE:
        return jobs.start("cancel", by=by, key=str(cycle.pk), target_id=cycle.pk, reason=reason)
    for _count in cancel_reviews(cycle, reason):
        pass
    return None


def to_cancel(cycle: Cycle) -> QuerySet:
    return cycle.reviews.unfinished().exclude(status=ReviewStatus.DELIVERED)


def cancel_reviews(cycle: Cycle, reason: str) -> Iterator[int]:
    """Cancel what is not delivered of a cancelled cycle, STEP reviews at a time; yields how many after each step."""
    while some := list(to_cancel(cycle).order_by("pk")[:STEP]):
        perform_many(some, "cancel", by=None, reason=reason, related=("cycle", "subject", "round"))
        yield len(some)


@jobs.job_kind("cancel")
def do_cancel(job) -> None:
    """Cancel the reviews of the job's cycle, or go on where an earlier attempt was interrupted."""
    cycle = Cycle.objects.get(pk=job.target_id)
    done = job.done
    total = done + to_cancel(cycle).count()
    for count in cancel_reviews(cycle, job.data["reason"]):
        done += count
        jobs.advance(job, done, total=total)
