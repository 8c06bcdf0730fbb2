"""A rule asked of a row says what it says as a filter: for every policy, every action, anybody, and rows in any state.

Hypothesis gives people roles, managers, teams, partners and stand-ins, and brings every row into another state; then
each action of each policy is asked both ways. Rows are changed in the database alone: not every state here can be
reached by the product, but a rule has to mean the same in all of them.
"""

from collections import defaultdict
from datetime import timedelta
from random import Random
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from feedback.models import FeedbackAsk, FeedbackRequest, FeedbackRound, Praise
from feedback.praise.models import Reply
from feedback.states import RequestStatus, RoundStatus
from foundation.outbox.kinds import KINDS
from foundation.outbox.models import Job, Message
from foundation.policy import EVERYTHING, NOTHING, POLICIES, Policy, action, holds, policy_of, through
from goals.models import Change, Evidence, Goal, GoalTemplate, Objective
from goals.policies import awaits_answer
from goals.states import GoalStatus, Visibility
from people.models import Delegation, User
from reviews.models import (
    ActionItem,
    CalibrationGroup,
    Cycle,
    Evaluation,
    PrivateNote,
    Rating,
    Rebuttal,
    Review,
    SelfAssessment,
    Summary,
)
from reviews.states import AFTER_DELIVERY, DUE_FIELD, CycleStatus, GroupStatus, Rater, ReviewStatus
from tests.factories import make_evidence, make_goal, make_request, make_round, make_user

MOST = 25  # rows of one model that are compared
MORE = 40  # shuffles for what is rarely true, as what one status alone permits; most runs need few of them
WHO = ("hr", "manager", "subject", "peer", "auditor", "it", "partner")


@pytest.fixture
def people(world):
    """Seven people, and rows of every model that has a policy, about few of them: so that they meet in many parts."""
    cast, _things = world
    people = [cast[name] for name in WHO]
    deadlines = {field: getattr(cast.review, field) for field in DUE_FIELD.values()}
    for subject in people:
        if not Review.objects.filter(subject=subject).exists():
            review = Review.objects.create(cycle=cast.cycle, subject=subject, manager=cast.head, **deadlines)
            for part in (SelfAssessment, Evaluation, Summary):
                part.objects.create(review=review)
    for number, owner in enumerate(people[:3]):
        goals = [make_goal(owner=owner, status="agreed") for _number in range(3)]
        for goal in goals[:2]:
            Change.objects.create(goal=goal, asked_by=owner, note="Later", due_on=timezone.localdate())
        make_evidence(owner, goals[:2])
        ask = FeedbackAsk.objects.create(asker=owner, giver=people[number + 1], about="The rollout", question="How?")
        Reply.objects.create(ask=ask, text="Well")
        about = make_round(owner, manager=cast.head)
        for giver in (people[number + 1], None, None):
            make_request(about, giver=giver)
    for review in Review.objects.filter(subject__in=people):
        code, scale = review.cycle.catalogue.codes.first(), review.cycle.catalogue.scales.first()
        point = scale.points.first()
        Rating.objects.bulk_create(Rating(review=review, rater=rater, code=code, point=point) for rater in Rater.values)
        PrivateNote.objects.create(review=review, author=cast.manager)
        Rebuttal.objects.create(review=review, text="I see it otherwise.")
        plan = {"due_on": timezone.localdate(), "success_sign": "Seen"}
        ActionItem.objects.create(review=review, owner=cast.peer, action="Step", **plan)
    for name in ("First", "Second"):
        CalibrationGroup.objects.create(cycle=cast.cycle, name=name, facilitator=cast.hr)
    for kind, declared_type in KINDS:
        about_type = declared_type or "people.user"
        Message.objects.create(kind=kind, target_type=about_type, target_id="1", key=f"{kind}:{about_type}")
    return people


def put(rows, **choices):
    """Give every row other values, each made by a function of the row."""
    for row in rows:
        type(row)._base_manager.filter(pk=row.pk).update(**{name: make(row) for name, make in choices.items()})


def shuffle(random: Random, people: list[User]) -> None:
    """Other roles, lines, teams, stand-ins and states for everybody and everything."""

    def one_of(*values):
        return lambda row: random.choice(values)

    def but(name):
        return lambda row: random.choice([each for each in people if each.pk != getattr(row, f"{name}_id")])

    yes, somebody, when = one_of(True, False), one_of(None, *people), one_of(None, timezone.now())
    teams = [people[1].team, people[0].team, User.objects.get(name="Sten Fremd").team]
    places = {each.pk: number for number, each in enumerate(random.sample(people, len(people)))}
    for each in people:  # whose manager comes later in this order: nobody reports in a circle
        above = [other for other in people if places[other.pk] > places[each.pk]]
        put([each], is_hr=one_of(True, False, False), is_it=yes, is_auditor=yes, is_active=one_of(True, True, False),
            manager=one_of(None, *above, *above), team=one_of(*teams))  # fmt: skip
        each.partner_teams.set([team for team in teams if team and random.random() < 0.3])
    Delegation.objects.all().delete()
    for _number in range(random.randint(1, 3)):
        principal, stand_in = random.sample(people, 2)
        end = timezone.localdate() + timedelta(random.choice([-1, 0, 1]))
        start = end - timedelta(random.randint(0, 3))
        Delegation.objects.create(principal=principal, stand_in=stand_in, starts_on=start, ends_on=end)
    put(Goal.objects.all(), status=one_of(*GoalStatus.values), proposed_by=somebody,
        visibility=one_of(*Visibility.values))  # fmt: skip
    put(Change.objects.all(), asked_by=one_of(*people))
    put(Evidence.objects.all(), is_proposal=yes)
    put(Objective.objects.all()[:3], is_active=yes)
    put(GoalTemplate.objects.all(), is_active=yes)
    put(
        Cycle.objects.exclude(catalogue=None),
        status=one_of(*CycleStatus.values),
        skip_level_reads=one_of(True, True, False),
    )
    reviews = Review.objects.filter(subject__in=people)
    often = [*ReviewStatus.values, *AFTER_DELIVERY * 2]
    put(reviews, status=one_of(*often), manager=but("subject"), delivered_at=one_of(timezone.now()),
        goes_on_without_subject_at=when)  # fmt: skip
    put(SelfAssessment.objects.filter(review__in=reviews), submitted_at=when)
    put(ActionItem.objects.all(), owner=one_of(*people), drop_proposed_by=somebody)
    put(PrivateNote.objects.all(), author=one_of(*people))
    put(CalibrationGroup.objects.all(), facilitator=one_of(*people), status=one_of(*GroupStatus.values))
    for group in CalibrationGroup.objects.all():
        group.members.set(random.sample(people, 2))
    rounds = FeedbackRound.objects.filter(subject__in=people)
    put(rounds, status=one_of(*RoundStatus.values), manager=but("subject"), is_open_to_subject=yes)
    requests = FeedbackRequest.objects.filter(round__in=rounds)
    put(requests, status=one_of(*RequestStatus.values[:4]), added_by=somebody, confirmer=somebody)
    put(Praise.objects.all(), is_shared_with_manager=yes, giver=but("receiver"))
    put(Reply.objects.all(), is_shared_with_manager=yes)
    put(Job.objects.all(), owner=one_of(*people))


def some_rows(policy):
    """The rows of its model that are compared: all that change in number or matter most, and some of the others."""
    model = apps.get_model(policy.model)
    if model in (User, Delegation, Review):
        return model._base_manager.all()
    some = model._base_manager.order_by("-pk").values_list("pk", flat=True)[:MOST]
    return model._base_manager.filter(pk__in=list(some))


def differences(policy, user, rows, name, said=None) -> list:
    """The rows of which a policy says something else than its filter; `said` collects its answers."""
    chosen = set(policy.filter(rows[0].__class__._base_manager.all(), user, name).values_list("pk", flat=True))
    answers = {row.pk: policy.allows(user, row, name) for row in rows}
    if said is not None:
        said.update(answers.values())
    return [pk for pk, is_allowed in answers.items() if is_allowed is not (pk in chosen)]


def test_every_rule_says_the_same_of_a_row_and_as_a_filter(people):
    said, some = defaultdict(set), {label: some_rows(policy) for label, policy in POLICIES.items()}

    def compare(seed):
        shuffle(Random(seed), people)
        loaded = {label: list(rows.all()) for label, rows in some.items()}
        wrong = {}
        for user in User.objects.with_parts().filter(pk__in=[each.pk for each in people]):
            for label, policy in POLICIES.items():
                for name in policy.actions:
                    if found := differences(policy, user, loaded[label], name, said[label, name]):
                        wrong[user, label, name] = found
            asked = Goal.objects.with_question()
            chosen = set(asked.filter(awaits_answer(user)))
            assert {goal for goal in asked if goal.asks(user)} == chosen
        assert wrong == {}

    def one_sided():
        """Actions that were only allowed or only refused so far: nothing has been compared yet."""
        return {place for place, answers in said.items() if answers != {True, False}}

    fuzz = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    fuzz(given(st.integers(0, 2**32))(compare))()
    for seed in range(MORE):
        if one_sided():
            compare(seed)
    assert one_sided() == set()


def test_a_single_check_by_another_rule_is_found(cast):
    """A list that is right, and a check that forgets the conflict of interest: they used to be two functions."""
    right, everybody = POLICIES["people.user"], list(User.objects.all())
    careless = SimpleNamespace(filter=right.filter, allows=lambda user, row, name: user.may("handle_everyone"))
    assert differences(right, cast.hr, everybody, "handle") == []
    assert differences(careless, cast.hr, everybody, "handle") == [cast.hr.pk]


# --- what a rule may be made of --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "rule",
    [Q(), ~Q(), EVERYTHING, NOTHING, ~EVERYTHING, ~NOTHING, EVERYTHING | Q(name="x"), NOTHING | Q(name="Edda Falk"),
     EVERYTHING & Q(name="Edda Falk"), Q(manager=None), ~Q(manager=None), Q(manager__manager=None),
     ~Q(manager__manager=None), Q(team__isnull=True) | Q(name="Edda Falk"), ~(Q(name="x") | ~Q(is_hr=True)),
     Q(manager__in=[None]), Q(team=F("manager__team")), ~Q(team=F("manager__team")), Q(manager=F("manager")),
     ~Q(manager=F("manager__manager"))],
)  # fmt: skip
def test_nothing_counts_as_it_does_in_the_database(cast, rule):
    chosen = set(User.objects.filter(rule).values_list("pk", flat=True))
    assert {user.pk for user in User.objects.all() if holds(rule, user)} == chosen


@pytest.mark.parametrize(
    "rule",
    [Q(pk__in=[]), ~Q(pk__in=[]), Q(name="Marta Keller"), ~Q(name="Marta Keller"), Q(team=F("manager__team")),
     Q(manager__name="Edda Falk") | Q(is_hr=True)],
)  # fmt: skip
def test_a_rule_about_others_is_reached_through_a_relation(cast, rule):
    """Whoever has no manager has nobody of whom a rule could be true."""
    moved, wanted = through("manager", rule), set(User.objects.filter(rule))
    chosen = set(User.objects.filter(moved))
    assert chosen == {user for user in User.objects.all() if holds(moved, user)}
    assert {user for user in chosen if user.manager} == {user for user in User.objects.all() if user.manager in wanted}


def test_the_key_of_the_other_row_is_known_without_reading_it(cast, django_assert_num_queries):
    subject = User.objects.get(pk=cast.subject.pk)
    with django_assert_num_queries(0):
        assert holds(through("manager", Q(pk=cast.manager.pk)), subject)
        assert holds(through("manager", Q(pk__in=[cast.manager.pk])), subject)


@pytest.mark.parametrize(
    "rule",
    [Q(name__icontains="a"), Q(reports__name="a"), Q(reports=None), Q(nothing=1), Q(pk__in=F("manager")),
     Q(Exists(User.objects.filter(manager=OuterRef("pk"))))],
)  # fmt: skip
def test_what_a_rule_cannot_say_is_an_error_and_never_a_yes(cast, rule):
    with pytest.raises(LookupError):
        holds(rule, cast.hr)


def test_an_action_that_is_not_declared_is_an_error_and_never_a_yes(cast):
    policy = policy_of(User)
    for ask in (
        lambda: policy.allows(cast.hr, cast.peer, "fly"),
        lambda: policy.filter(User.objects.all(), cast.hr, "allows"),
        lambda: policy.permission("fly"),
    ):
        with pytest.raises(LookupError):
            ask()


def test_a_model_has_one_policy_and_it_says_who_reads():
    with pytest.raises(TypeError, match="two policies"):

        class Second(Policy):
            model = "people.User"

            @action
            def read(cls, user):
                return EVERYTHING

    with pytest.raises(TypeError, match="who reads"):

        class Silent(Policy):
            model = "people.Nobody"

    assert "people.nobody" not in POLICIES


def test_what_is_refused_is_refused_for_an_unsaved_row_too(cast):
    """A form asks before there is a row."""
    assert not POLICIES["people.delegation"].allows(cast.peer, Delegation(principal=cast.manager), "read")
    assert POLICIES["people.delegation"].allows(cast.manager, Delegation(principal=cast.manager), "read")
    assert not POLICIES["people.user"].allows(make_user(is_hr=True), make_user(is_active=False), "reset_factor")
