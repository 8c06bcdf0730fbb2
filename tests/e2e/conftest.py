"""Somebody who writes: a review, pages of a browser, a database that answers late."""

import pytest
from django.db import connection, connections
from django.urls import reverse

from feedback.models import Draft, FeedbackRequest
from goals.models import Goal
from reviews.evaluation.material import Material
from tests.browser import signed_in
from tests.e2e.writing import address_of
from tests.factories import make_collecting_round, make_goal, make_review
from tests.reviews.conftest import NEXT, fresh, save


@pytest.fixture
def review(cast, catalogue):
    return make_review(cast.subject, cast.hr)


@pytest.fixture
def at(cast, review):
    def until(status):
        while fresh(review).status != status:
            NEXT[fresh(review).status](fresh(review), cast)
        return fresh(review)

    return until


@pytest.fixture
def tab(live_server, client, open_page):
    """tab(user, address, beside=page): a page of that person, with `beside` a second one of the same browser."""

    def opened(user, address, *, beside=None, scripts=True):
        if beside is None:
            page = open_page(cookies=signed_in(live_server, client, user), scripts=scripts)
        else:
            page = beside.context.new_page()
        page.set_default_timeout(9_000)
        page.goto(live_server.url + address)
        return page

    return opened


@pytest.fixture
def held(monkeypatch):
    """held(table): somebody else holds the table for writing until held.let_go(); longer than the product waits."""
    if connection.vendor == "sqlite":  # the product waits 20 s for another writer, the test need not
        monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "timeout", 0.5)
    other = connections.create_connection("default")

    class Hold:
        def __call__(self, table):
            is_sqlite = other.vendor == "sqlite"
            with other.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
                if not is_sqlite:
                    cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")

        def let_go(self):
            with other.cursor() as cursor:
                cursor.execute("COMMIT")

    yield Hold()
    other.close()


STEPS = {"step": ("self-assessment", "self_growth"), "desk step": ("evaluation", "mgr_codes-TEC-CICD")}


def address_of_desk(desk, review):
    if desk in STEPS:
        return reverse("reviews:step", args=[review.pk, *STEPS[desk]])
    return address_of(desk.replace("-", "_"), review)


@pytest.fixture
def desk(cast, at, request):
    """A form that somebody fills in: who, where, the table that is written, and what is stored in it."""
    if request.param in ("self-assessment", "step"):
        review = at("self_assessment")
        url, stored = address_of_desk(request.param, review), lambda: fresh(review).self_assessment.answers
        return cast.subject, url, "reviews_selfassessment", lambda: stored().values()
    if request.param in ("evaluation", "overall", "desk step"):
        review = at("manager_evaluation")
        if request.param == "overall":  # opens when all above it is filled in
            above = [each for each in Material(review).parts("evaluation") if not each.has("overall")]
            save(review, "evaluation", above)
        url, stored = address_of_desk(request.param, review), lambda: fresh(review).evaluation.answers
        return cast.manager, url, "reviews_evaluation", lambda: stored().values()
    if request.param == "summary":
        review = at("delivery")
        url, stored = address_of("summary", review), lambda: fresh(review).summary.answers
        return cast.manager, url, "reviews_summary", lambda: stored().values()
    if request.param == "feedback":
        asked = make_collecting_round(cast.subject, ["data_scientist"] * 4)[1][0]
        FeedbackRequest.objects.filter(pk=asked.pk).update(giver=cast.peer, email=cast.peer.email)

        def drafted():
            return [text for draft in Draft.objects.all() for text in draft.answers.values()]

        return cast.peer, f"/feedback/answer/{asked.pk}/4/", "feedback_draft", drafted
    goal = make_goal(owner=cast.subject)
    return (
        cast.subject,
        f"/goals/{goal.pk}/edit/",
        "goals_goal",
        lambda: Goal.objects.values_list("statement", flat=True),
    )
