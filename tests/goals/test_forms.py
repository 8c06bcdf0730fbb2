"""Whatever is typed, a form answers with a reason beside the field: never an error page, never half a row."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goals.forms import CarryOverForm, ChangeForm, CheckInForm, EvidenceForm, GoalForm, ObjectiveForm, TemplateForm
from goals.models import Evidence, Goal, GoalTemplate, Objective
from goals.services import load_starter_goals
from people.models import User
from tests.factories import make_catalogue, make_code, make_goal

TODAY = timezone.localdate()
junk = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.uuids().map(str),
    st.sampled_from(
        ["", " ", "NaN", "Infinity", "-1", "1e400", "9" * 40, "\x00", "2026-02-30", "0001-01-01", "yes_no"]
    ),
)
fuzz = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ["title", "statement", "kind", "metric", "unit", "direction", "baseline", "target", "starts_on", "due_on"]
NAMES += ["weight", "guardrail", "contribution", "objective", "visibility", "version", "key", "is_team_measure"]


def goal_form(owner, **values):
    defaults = {"title": "Fewer pages", "kind": "number", "direction": "decrease", "baseline": "5", "target": "1"}
    defaults |= {"starts_on": TODAY, "due_on": TODAY + timedelta(90), "weight": "30", "visibility": "private"}
    return GoalForm(defaults | values, instance=Goal(owner=owner))


@fuzz
@given(st.dictionaries(st.sampled_from(NAMES), junk))
def test_no_goal_form_breaks(cast, typed):
    form = goal_form(cast.subject, **typed)
    if form.is_valid():
        with transaction.atomic():
            goal = Goal.objects.get(pk=form.save_once(owner=cast.subject).pk)
            transaction.set_rollback(True)
        assert 0 <= goal.progress <= 100
    else:
        assert set(form.errors) <= set(form.fields)


@fuzz
@given(st.dictionaries(st.sampled_from(["note", "link", "happened_on", "key"]), junk))
def test_no_evidence_form_breaks(cast, typed):
    form = EvidenceForm(
        {"note": "x", "happened_on": TODAY} | typed, owner=cast.subject, instance=Evidence(owner=cast.subject)
    )
    if form.is_valid():
        assert form.cleaned_data["link"] == "" or form.cleaned_data["link"].startswith(("http://", "https://"))
        assert form.cleaned_data["happened_on"] <= TODAY
    else:
        assert set(form.errors) <= set(form.fields)


@fuzz
@given(st.dictionaries(st.sampled_from(["value", "comment", "confidence", "key"]), junk), st.booleans())
def test_no_check_in_form_breaks(cast, typed, is_yes_no):
    goal = Goal(owner=cast.subject, kind="yes_no" if is_yes_no else "number", due_on=TODAY)
    form = CheckInForm({"confidence": "on_track"} | typed, goal=goal)
    if form.is_valid():
        assert form.cleaned_data["value"] is not None or form.cleaned_data["comment"]
    else:
        assert set(form.errors) <= set(form.fields)


@fuzz
@given(st.dictionaries(st.sampled_from(["target", "due_on", "note", "is_withdrawal"]), junk))
def test_no_change_form_breaks(cast, typed):
    form = ChangeForm({"note": "x"} | typed, goal=Goal(owner=cast.subject, due_on=TODAY + timedelta(1)))
    if form.is_valid():
        values = form.cleaned_data
        assert values["is_withdrawal"] or values["due_on"] or values["target"] is not None
    else:
        assert set(form.errors) <= set(form.fields)


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"title": ""}, "title", "required"),
        ({"baseline": ""}, "baseline", "Enter a number"),
        ({"target": "many"}, "target", "Enter a number"),
        ({"target": "9"}, "direction", "match the direction"),
        ({"weight": "101"}, "weight", "At most 100"),
        ({"weight": "-5"}, "weight", "greater than or equal to 0"),
        ({"due_on": TODAY - timedelta(1)}, "due_on", "before the start"),
        ({"visibility": "everybody"}, "visibility", "not one of the available choices"),
        ({"objective": str(uuid.uuid4())}, "objective", "not one of the available choices"),
        ({"statement": "x" * 2001}, "statement", "at most 2000 characters"),
    ],
)
def test_each_mistake_is_told_beside_its_field(cast, values, field, reason):
    form = goal_form(cast.subject, **values)
    assert not form.is_valid()
    assert reason in str(form.errors[field])


def test_done_or_not_done_needs_no_numbers(cast):
    form = goal_form(cast.subject, kind="yes_no", baseline="", target="", direction="decrease", unit="km")
    assert form.is_valid()
    goal = form.save_once(owner=cast.subject)
    assert (goal.baseline, goal.target, goal.direction, goal.unit) == (0, 1, "increase", "")


def test_numbers_are_shown_as_they_were_typed(cast):
    goal = make_goal(owner=cast.subject, baseline=Decimal("100"), target=Decimal("0.1200"))
    form = str(GoalForm(instance=Goal.objects.get(pk=goal.pk))["baseline"])
    assert 'value="100"' in form
    assert 'value="0.12"' in str(GoalForm(instance=Goal.objects.get(pk=goal.pk))["target"])


def test_codes_of_the_current_catalogue_are_offered_and_chosen_ones_of_an_older_stay(cast, catalogue):
    goal = make_goal(owner=cast.subject)
    old, newer = catalogue.codes.first(), make_catalogue(version=2)
    goal.codes.add(old)
    code = make_code(newer)
    draft_code = make_code(make_catalogue(version=3))
    type(newer).objects.filter(pk=newer.pk).update(**{"status": "published"})
    offered = set(GoalForm(instance=goal).fields["codes"].queryset)
    assert offered == {old, code}
    assert draft_code not in offered


def test_objectives_no_longer_pursued_are_offered_where_already_chosen_only(cast):
    past = Objective.objects.create(key="past", title="Past", is_active=False)
    assert past not in GoalForm(instance=Goal(owner=cast.subject)).fields["objective"].queryset
    goal = make_goal(owner=cast.subject, objective=past)
    assert past in GoalForm(instance=goal).fields["objective"].queryset


def test_a_template_asks_for_the_words_of_its_own_sentence_only(cast, catalogue):
    load_starter_goals()
    everybody = User.objects.all()

    def words(key):
        template = GoalTemplate.objects.get(key=key)
        form = TemplateForm(template=template, owners=everybody)
        return {"service", "model", "team"} & set(form.fields)

    assert words("auto-toil-share") == {"team"}
    assert words("deploy-frequency") == {"service"}
    assert words("auto-retraining") == {"model"}
    assert words("auto-self-service") == set()


def test_a_template_is_not_filled_in_for_the_past_nor_without_anybody(cast, catalogue):
    load_starter_goals()
    template = GoalTemplate.objects.first()
    values = {
        "baseline": 1,
        "target": 2,
        "weight": 0,
        "starts_on": TODAY - timedelta(9),
        "due_on": TODAY - timedelta(1),
    }
    form = TemplateForm(values, template=template, owners=User.objects.all())
    assert set(form.errors) == {"key", "owners", "due_on"}


def test_goals_of_others_are_not_carried_over(cast):
    own, foreign = make_goal(owner=cast.subject, status="agreed"), make_goal(owner=cast.peer, status="agreed")
    values = {"goals": [own.pk, foreign.pk], "start": TODAY, "end": TODAY}
    form = CarryOverForm(values, goals=Goal.objects.of(cast.subject))
    assert set(form.errors) == {"goals", "end"}


def test_an_objective_ends_after_it_begins_and_has_a_name_of_its_own(cast):
    Objective.objects.create(key="taken", title="Taken")
    values = {
        "title": "New",
        "key": "taken",
        "direction": "increase",
        "starts_on": TODAY,
        "ends_on": TODAY - timedelta(1),
    }
    form = ObjectiveForm(values)
    assert set(form.errors) == {"key", "ends_on"}
