from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from goals.models import Goal, Objective
from goals.smart import advice

TODAY = timezone.localdate()
GOOD = {
    "title": "Cut failed retries of settlement jobs",
    "statement": "Fewer than one settlement job in 200 fails its retry, counted in the job log each week.",
    "metric": "Failed retries",
    "guardrail": "Time to settle",
    "baseline": Decimal(5),
    "target": Decimal("0.5"),
    "direction": "decrease",
    "starts_on": TODAY,
}


def hints(other_weight=0, codes=("TEC-CICD",), **fields):
    goal = Goal(**{"due_on": TODAY + timedelta(120), "objective": Objective(title="Up")} | GOOD | fields)
    return {row["letter"]: row["hints"] for row in advice(goal, codes=codes, other_weight=other_weight) if row["hints"]}


def test_a_complete_goal_needs_no_advice():
    assert hints() == {}


def test_vague_words_placeholders_and_short_sentences_are_named():
    assert "“improve” leaves open" in hints(title="Improve retries")["S"][0]
    assert len(hints(statement="For {{ service }}.")["S"]) == 2


def test_measures_need_a_name_and_a_way_to_go():
    assert set(hints(metric="")) == {"M"}
    assert "to hold a value" in hints(target=Decimal(5))["M"][0]
    assert hints(metric="", kind="yes_no") == {}


def test_a_figure_of_a_team_needs_the_persons_own_part():
    assert "own work" in hints(is_team_measure=True)["M"][0]
    assert hints(is_team_measure=True, contribution="I write the gate.") == {}


def test_far_targets_and_too_much_weight_are_questioned():
    assert "ten times" in hints(target=Decimal(100), direction="increase")["A"][0]
    assert "120 %" in hints(weight=50, other_weight=70)["A"][0]


def test_orphans_codes_and_guardrails_are_asked_for():
    assert len(hints(objective=None, codes=(), guardrail="")["R"]) == 3


def test_very_long_and_very_short_goals_are_questioned():
    assert "more than a year" in hints(due_on=TODAY + timedelta(400))["T"][0]
    assert "task rather than a goal" in hints(due_on=TODAY + timedelta(7))["T"][0]
