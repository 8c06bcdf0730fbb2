"""The kept numbers are what counting would find, after whatever was done."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation.counters.counters import counted, fold
from foundation.counters.models import CounterChange
from goals.models import Goal, Objective
from goals.views.objectives import by_objective, served_for
from people.models import User
from reviews.cycles.forms import ReviewFilter
from reviews.cycles.numbers import counted_now, numbers_for
from reviews.cycles.views import narrowed
from reviews.models import Review
from reviews.states import ReviewStatus
from tests.factories import make_goal, make_review, make_user

LIFE = ("self_assessment", "peer_review", "manager_evaluation", "delivery", "cancelled")
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sets(st.integers(0, 7)), st.sampled_from(LIFE)),
        st.tuples(st.just("extend"), st.sets(st.integers(0, 7)), st.integers(-9, 9)),
        st.tuples(st.just("delete"), st.sets(st.integers(0, 7), max_size=2), st.none()),
        st.tuples(st.just("fold"), st.just(set()), st.none()),
    ),
    max_size=12,
)


def kept() -> Counter:
    rows = ((of, row.status, row.due_on, row.n) for of, rows in counted("reviews_review").items() for row in rows)
    return Counter({(of, status, due_on): n for of, status, due_on, n in rows})


def found() -> Counter:
    return Counter({(of, status, due_on): n for of, status, due_on, n in counted_now(Review.objects.all())})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_the_numbers_are_those_that_counting_finds(cast, catalogue, actions):
    review = make_review(make_user(manager=cast.manager), cast.hr)
    Review.objects.exclude(cycle=review.cycle).delete()
    people = [make_user(manager=cast.manager) for _each in range(8)]
    fields = {f.attname: getattr(review, f.attname) for f in Review._meta.concrete_fields if f.attname != "id"}
    rows = [Review(**fields | {"subject_id": person.pk, "round_id": None}) for person in people]
    Review.objects.bulk_create(rows)
    for action, places, value in actions:
        chosen = Review.objects.filter(pk__in=[rows[place].pk for place in places])
        if action == "move":
            chosen.update(status=value)
        elif action == "extend":
            chosen.update(peer_review_due_on=timezone.localdate() + timedelta(days=value))
        elif action == "delete":
            chosen.delete()
        else:
            fold()
        assert kept() == found()
    fold()
    assert CounterChange.objects.filter(source="reviews_review").count() == len(found()) == len(kept())
    Review.objects.all().delete()
    assert not kept()


@pytest.mark.django_db(transaction=True)
def test_a_flush_leaves_no_number_behind(cast, catalogue):
    """SQLite empties table by table, in an order that changes from one process to the next."""
    make_review(cast.subject, cast.hr)
    make_goal("agreed", owner=cast.subject)
    CounterChange.objects.create(source="goals_goal", status="agreed", n=-1)  # as when the goals are emptied last
    assert kept()
    call_command("flush", interactive=False, verbosity=0)
    assert not CounterChange.objects.exists()


def test_hr_counts_all_but_what_nobody_does_for_themselves(cast, catalogue):
    """The reviews of HR, of HR's manager and of HR's reports are handled by somebody else."""
    User.objects.filter(pk=cast.head.pk).update(manager=make_user("Top"))
    User.objects.filter(pk=cast.hr.pk).update(manager=cast.head)
    hr = User.objects.get(pk=cast.hr.pk)
    cycle = make_review(make_user("A report of HR", manager=hr), hr).cycle
    Review.objects.update(self_assessment_due_on=timezone.localdate() - timedelta(days=1))
    handled, numbers = Review.objects.handled_by_hr(hr).filter(cycle=cycle), numbers_for(hr, [cycle])[cycle.pk]
    assert Review.objects.filter(cycle=cycle).count() == handled.count() + 3
    assert +numbers.by_status == Counter(handled.values_list("status", flat=True))
    assert numbers.late == numbers.all == handled.count()


def test_hr_reads_with_each_objective_what_counting_the_readable_goals_finds(cast):
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    objective = Objective.objects.create(key="uptime", title="Uptime", **days)
    User.objects.filter(pk=cast.hr.pk).update(manager=cast.head)
    hr = User.objects.with_parts().get(pk=cast.hr.pk)
    for owner in (cast.subject, cast.hr, cast.head):
        for status in ("draft", "proposed", "agreed", "reached", "withdrawn"):
            for each in (objective, None):
                make_goal(status, owner=owner, objective=each)
    Goal.objects.filter(owner=cast.head, status="agreed").update(visibility="team")
    readable = Goal.objects.visible_to(hr).running()
    assert +served_for(hr, readable) == by_objective(readable)


def test_the_board_finds_the_same_whether_few_or_many_match(cast, review, monkeypatch):
    Review.objects.filter(pk=review.pk).update(self_assessment_due_on=timezone.localdate() - timedelta(days=3))
    cycle = review.cycle

    def found(query):
        chosen = ReviewFilter(RequestFactory().get(f"/{query}").GET).chosen
        listed, counted = narrowed(cycle, cycle.reviews.all(), chosen)
        assert set(listed) == set(counted)
        return set(listed)

    for query in ("?status=late", "?status=self_assessment", "?q=priya", "?q=marta", "?q=raman+priya", "?q=nobody"):
        near = found(query)
        monkeypatch.setattr("reviews.cycles.views.FEW", 1)
        assert found(query) == near, query
        monkeypatch.undo()
    assert found("?status=late") == {review}
    assert found("?q=marta") >= {review}
    assert {each.status for each in found("?status=cancelled")} <= {ReviewStatus.CANCELLED}
