"""Whoever writes, in a real browser: what they press, where they write without autosave, what is said."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from competencies.services import new_version
from feedback.models import FeedbackAsk, FeedbackRequest, Praise
from goals.models import Change, CheckIn, Evidence, Goal, Objective
from people.models import User
from reviews.models import ActionItem, Cycle, PrivateNote, Rebuttal, Stage
from tests.factories import make_cycle, make_goal, make_user

SAVED = re.compile(r"^\s*Saved \d")
PASSWORD = "a long enough password"
TEXT = "In May I rebuilt the release path."
# Forms that save by themselves: on one page, and in steps.
DESKS = ["self-assessment", "evaluation", "overall", "summary", "feedback", "step", "desk step"]


def saved(page):
    page.locator("[data-autosave-state]", has_text=SAVED).wait_for()


def write(page, name, text):
    page.locator(f"[name={name}]").fill(text)


def address_of(name, row):
    return reverse(f"reviews:{name}", args=[row.pk])


def come_back(page):
    """Turn to this tab of a browser without windows: what the browser tells the page then."""
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus')), document.dispatchEvent(new Event('visibilitychange'))")


def early_forms(cast, review):
    """The forms of `small_forms` that stand open before a review is delivered."""
    day = (timezone.localdate() + timedelta(days=40)).isoformat()
    agreed = make_goal(owner=cast.subject, status="agreed")
    draft_cycle, objective = make_cycle(cast.hr), Objective.objects.create(title="Faster releases", key="faster")
    dates = {"period_start": "2026-01-01", "period_end": "2026-06-30"}
    outsider = {"email": "olga@outside.example"}
    step = {"success_sign": "Half as many pages", "due_on": day}
    return {
        "cycle": (cast.hr, reverse("reviews:cycle_new"), "name", "Continue to stages", dates, Cycle, "name"),
        "stages": (
            cast.hr,
            address_of("cycle_stages", draft_cycle),
            "form-0-title",
            "Continue to people",
            {},
            Stage,
            "title",
        ),
        "ask": (
            cast.peer,
            "/feedback/ask/",
            "question",
            "Send question",
            {"giver": cast.subject.email, "about": "The rollout"},
            FeedbackAsk,
            "question",
        ),
        "nomination": (cast.subject, review.round.get_absolute_url(), "name", "Add", outsider, FeedbackRequest, "name"),
        "action": (cast.manager, address_of("action_new", review), "action", "Save", step, ActionItem, "action"),
        "goal change": (
            cast.subject,
            f"/goals/{agreed.pk}/change/",
            "note",
            "Send proposal",
            {"due_on": day},
            Change,
            "note",
        ),
        "objective": (
            cast.hr,
            reverse("goals:objective_edit", args=[objective.pk]),
            "description",
            "Save",
            {},
            Objective,
            "description",
        ),
        "person": (
            cast.hr,
            reverse("people:person", args=[cast.peer.pk]),
            "job_title",
            "Save person",
            {},
            User,
            "job_title",
        ),
    }


def small_forms(cast, at, kind):
    """Where somebody writes without autosave: who, where, field, button, other fields, and what is stored."""
    if kind in EARLY:
        return early_forms(cast, at(EARLY[kind]))
    colleague = make_user("Jonas Weberlein")
    draft = new_version(by=cast.hr)
    code = draft.codes.first()
    agreed = make_goal(owner=cast.subject, status="agreed")
    goal = make_goal(owner=cast.subject)
    review = at("delivered")
    return {
        "thanks": (
            cast.peer,
            "/feedback/praise/",
            "text",
            "Send thanks",
            {"receiver": colleague.email},
            Praise,
            "text",
        ),
        "goal": (cast.subject, f"/goals/{goal.pk}/edit/", "statement", "Save draft", {}, Goal, "statement"),
        "check-in": (cast.subject, f"/goals/{agreed.pk}/check-in/", "comment", "Check in", {}, CheckIn, "comment"),
        "check-in by htmx": (
            cast.subject,
            agreed.get_absolute_url(),
            "comment",
            "Save check-in",
            {},
            CheckIn,
            "comment",
        ),
        "evidence": (cast.subject, "/goals/evidence/add/", "note", "Save evidence", {}, Evidence, "note"),
        "note": (cast.manager, address_of("review", review), "text", "Save note", {}, PrivateNote, "text"),
        "statement": (cast.subject, address_of("rebuttal", review), "text", "Save statement", {}, Rebuttal, "text"),
        "catalogue": (
            cast.hr,
            reverse("competencies:code_edit", args=[code.pk]),
            "description",
            "Save",
            {},
            type(code),
            "description",
        ),
    }


EARLY = dict.fromkeys(["cycle", "stages", "ask", "nomination", "goal change", "objective", "person"], "self_assessment")
EARLY["action"] = "delivery"
KINDS = [*EARLY, "thanks", "goal", "check-in", "check-in by htmx", "evidence", "note", "statement", "catalogue"]
