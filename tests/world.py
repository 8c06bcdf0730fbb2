"""A review with everybody who is, once was, or for a while is close to its subject; and ways to take it further."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from competencies.models import Point
from competencies.services import new_version
from feedback import services as feedback
from feedback.access_links import services as links
from feedback.models import FeedbackAsk, FeedbackRequest, Praise, Release
from foundation.outbox import jobs
from foundation.outbox.models import Message
from foundation.workflow.moves import perform
from goals.models import GoalTemplate, Objective
from goals.services import ask_change, check_in
from people.models import User
from questionnaires.models import Question, Section
from reviews.cycles.services import launch
from reviews.home.calendars import make_address, token_of
from reviews.models import ActionItem, CalibrationGroup, Stage
from reviews.review.moves import change_manager, move
from tests.access_table import WHO
from tests.factories import (
    answers_to,
    make_collecting_round,
    make_cycle,
    make_evidence,
    make_goal,
    make_request,
    make_team,
    make_user,
)
from tests.reviews.conftest import NEXT, fresh, prepare_delivery


def surrounded(cast, contribution=""):
    """The cast with `review` (of the subject, whose manager has just changed) and `hr_review` (of HR herself)."""
    today = timezone.localdate()
    cast.former, cast.stand_in = make_user("Fritz Frueher"), make_user("Vera Tretung")
    cast.partner, cast.someone = make_user("Paula Partner"), make_user("Sonja Nobody", grade=None)
    cast.hr_self = make_user("Helga Selbst", is_hr=True, manager=cast.head)
    cast.hr_below = make_user("Hugo Unten", is_hr=True, manager=cast.subject, grade=None)
    cast.team.hr_partners.add(cast.partner)
    cast.delegation = cast.manager.delegations.create(stand_in=cast.stand_in, starts_on=today, ends_on=today)
    cast.former.delegations.create(stand_in=cast.stranger, starts_on=today - timedelta(9), ends_on=today - timedelta(1))
    User.objects.filter(pk=cast.subject.pk).update(manager=cast.former)
    cast.cycle = make_cycle(cast.hr, skip_level_reads=True, min_asked=4)
    Stage.objects.filter(cycle=cast.cycle, key="calibration").update(is_enabled=True)
    reviews = {review.subject_id: review for review in launch(cast.cycle, by=cast.hr)}
    cast.review, cast.hr_review = reviews[cast.subject.pk], reviews[cast.hr_self.pk]
    User.objects.filter(pk=cast.subject.pk).update(manager=cast.manager)
    cast.subject.refresh_from_db()
    cast.review = change_manager(cast.review, cast.manager, by=cast.hr, reason="A new team", contribution=contribution)
    return cast


def things(cast, catalogue):
    """What may stand in an address, by the word used in the table; rows of one review are made in `rows_of`."""
    goals = {f"goal_{status}": make_goal(owner=cast.subject, status=status) for status in ("draft", "proposed")}
    changing, agreed = (make_goal(owner=cast.subject, status="agreed") for _ in range(2))
    draft = new_version(by=cast.hr)
    questions = Question.objects.filter(section__questionnaire__catalogue=draft)
    return goals | {
        "proposed": goals["goal_proposed"],
        "agreed": agreed,
        "change": ask_change(changing, by=cast.subject, note="Later", due_on=timezone.localdate() + timedelta(120)),
        "goal_template": GoalTemplate.objects.first(),
        "objective": Objective.objects.first(),
        "fact": make_evidence(cast.subject),
        "praise": Praise.objects.create(giver=cast.peer, receiver=cast.subject, text="Thank you"),
        "ask": FeedbackAsk.objects.create(
            asker=cast.subject, giver=cast.peer, about="The rollout", question="How did it go?"
        ),
        "published": catalogue,
        "published_code": catalogue.codes.first(),
        "draft": draft,
        "draft_code": draft.codes.first(),
        "draft_scale": draft.scales.get(key="frequency_5"),
        "draft_form": draft.questionnaires.get(purpose="evaluation"),
        "draft_section": Section.objects.filter(questionnaire__catalogue=draft).exclude(title="").first(),
        "draft_question": questions.filter(kind="rating", section__questionnaire__purpose="feedback").first(),
        "feedback_section": Section.objects.get(questionnaire__catalogue=draft, questionnaire__key="stakeholder"),
        "shared_question": questions.filter(key="own_early").first(),
        "draft_template": draft.templates.get(),
        "published_form": catalogue.questionnaires.get(purpose="evaluation"),
        "draft_point": Point.objects.filter(scale__catalogue=draft, scale__key="frequency_5").first(),
        "pack": "llm_operations",
        "calendar_token": token_of(make_address(cast.subject)),
        "cycle": cast.cycle,
        "draft_cycle": make_cycle(cast.hr),
        "job": finished_job(cast),
        "message": refused_message(cast.someone),
        "delegation": cast.delegation,
        "someone": cast.someone,
        "person": cast.subject,
        "manager": cast.manager,
        "hr": cast.hr,
        "it": cast.it,
    }


def refused_message(person):
    return Message.objects.create(
        kind="invitation",
        recipient=person,
        address=person.email,
        name=person.name,
        target_type="people.user",
        target_id=str(person.pk),
        key=f"refused:{person.pk}",
        status="failed",
        error="550 5.1.1 There is nobody of that name",
    )


def finished_job(cast):
    job = jobs.start("cycle_zip", by=cast.hr, key="made", target_id=cast.cycle.pk, filename="made.zip")
    job.file.save("made.zip", ContentFile(b"zip"), save=False)
    job.status = "done"
    job.save()
    return job


def rows_of(cast, review):
    """What belongs to one review: its group, requests to four outsiders who answer, to the peer and to one more."""
    group = CalibrationGroup.objects.create(cycle=review.cycle, name=str(review.pk), facilitator=cast.hr)
    group.members.set([cast.head, cast.manager])
    group.reviews.set([review])
    outsiders = [{"name": f"Out Sider {n}", "email": f"out{n}.{review.pk}@example.com"} for n in range(5)]
    asked = [
        feedback.add(review.round, by=review.manager, relation="data_scientist", **given)
        for given in [*outsiders, {"giver": cast.peer}]
    ]
    for request in asked[:5]:
        feedback.confirm(request, by=cast.hr)
    feedback.approve(review.round, by=review.manager)
    return {"review": review, "round": review.round, "group": group, "outsider": asked[4], "asked": asked[5]} | {
        "givers": asked[:4],
        "token": links.mint(asked[4])["answer"],
    }


def calibrate(review, cast):
    perform(review.groups.get(), "lock", by=cast.hr)


def give_feedback(own):
    for each in own["givers"]:
        request = FeedbackRequest.objects.select_related("round__catalogue", "round__subject").get(pk=each.pk)
        feedback.answer(request, answers_to(request))


def bring(cast, own, status):
    """Take one review to `status` as its people would; the outsiders answer while the feedback is open."""
    review = own["review"]
    if status == "cancelled":
        move(fresh(review), "cancel", by=None, reason="Not this time")
        return
    while fresh(review).status != status:
        if fresh(review).status == "peer_review":
            give_feedback(own)
        (NEXT | {"calibration": calibrate})[fresh(review).status](fresh(review), cast)
    if status == "delivery":
        prepare_delivery(fresh(review))


def by_role(cast, rows, status):
    """What the words of the table stand for, by role: of the subject's review, for hr_self of her own, at `status`."""
    own = {}
    for review in (cast.review, cast.hr_review):
        own[review] = rows_of(cast, review)
        bring(cast, own[review], status)
        own[review]["action"] = review.actions.first()
        own[review]["text"] = text_of(review.round)
    return {role: rows | own[cast.hr_review if role == "hr_self" else cast.review] for role in WHO}


def text_of(round):
    """The id of a released text, or of none."""
    release = Release.objects.filter(round=round).first()
    found = [text["id"] for pool in release.content["texts"] for text in pool["texts"]] if release else []
    return found[0] if found else round.pk


def address(name, row, rows):
    """The address of a row of the table with what its words stand for."""
    words = [rows.get(word, word) for word in row.words]
    return reverse(name, args=[getattr(word, "pk", word) for word in words])


def crowd(cast, people, start=0):
    """Much more of everything, round the same subject: goals, facts, thanks, questions, requests, plans, cycles.

    `start` is how many came before: objectives are numbered.
    """
    today = timezone.localdate()
    objective, code = Objective.objects.first(), cast.review.cycle.catalogue.codes.first()
    for number, person in enumerate(people, start):
        Objective.objects.create(key=f"aim-{number}", title="Aim", parent=objective if number % 2 else None)
        make_team()
        make_cycle(cast.hr)
        for owner in (cast.subject, person):
            goal = make_goal(owner=owner, status="agreed", objective=objective, visibility="team")
            goal.codes.add(code)
            check_in(goal, by=owner, value=number % 10, comment="Went on")
            ask_change(goal, by=owner, note="Later", due_on=today + timedelta(120))
            make_goal(owner=owner, status="proposed", proposed_by=cast.manager)
            make_goal(owner=owner, status="draft")
            make_evidence(owner, [goal]).codes.add(code)
        refused_message(person)
        Praise.objects.create(giver=person, receiver=cast.subject, text="Thank you")
        FeedbackAsk.objects.create(asker=cast.subject, giver=person, about="The rollout", question="How did it go?")
        FeedbackAsk.objects.create(asker=person, giver=cast.peer, about="The rollout", question="How did it go?")
        round, _asked = make_collecting_round(person, ["stakeholder"] * 3, manager=cast.manager)
        make_request(round, cast.peer)
        person.delegations.create(stand_in=cast.peer, starts_on=today, ends_on=today)
        cast.manager.delegations.create(stand_in=person, starts_on=today + timedelta(9), ends_on=today + timedelta(9))
        for review in (cast.review, cast.hr_review):
            plan = {"due_on": today, "success_sign": "Seen", "code": code}
            ActionItem.objects.create(review=review, owner=person, action=f"Step {number}", **plan)
