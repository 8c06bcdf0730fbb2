from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.progress import per_cent, tone, weighted, weighted_arithmetic

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
directions = st.sampled_from(["increase", "decrease"])


@pytest.mark.parametrize(
    ("baseline", "target", "current", "expected"),
    [
        (0, 10, None, 0),
        (0, 10, 4, 40),
        (0, 10, 12, 120),
        (0, 10, -3, -30),
        (45, 30, 40, 33),
        (45, 30, 30, 100),
        (45, 30, 50, -34),
        (0, 3, 2, 66),
        ("0.12", "0.08", "0.10", 50),
    ],
)
def test_progress_is_the_share_of_the_way_from_baseline_to_target(baseline, target, current, expected):
    current = None if current is None else Decimal(current)
    assert per_cent(Decimal(baseline), Decimal(target), current, "increase") == expected


def test_a_goal_to_hold_a_value_is_reached_while_it_holds():
    held = Decimal("99.9")
    assert per_cent(held, held, Decimal("99.95"), "increase") == 100
    assert per_cent(held, held, Decimal("99.5"), "increase") == 0
    assert per_cent(held, held, Decimal("99.5"), "decrease") == 100


@given(amounts, amounts, directions)
def test_the_target_is_100_and_the_baseline_is_0(baseline, target, direction):
    assert per_cent(baseline, target, target, direction) == 100
    if baseline != target:
        assert per_cent(baseline, target, baseline, direction) == 0


@given(amounts, amounts, amounts, amounts)
def test_nearer_to_the_target_is_never_less_progress(baseline, target, one, other):
    near, far = sorted([one, other], key=lambda value: value if target < baseline else -value)
    if baseline != target:
        assert per_cent(baseline, target, near, "increase") >= per_cent(baseline, target, far, "increase")


@given(amounts, amounts, amounts)
def test_both_directions_are_mirror_images(baseline, target, current):
    mirrored = per_cent(-baseline, -target, -current, "decrease")
    assert per_cent(baseline, target, current, "increase") == mirrored


@given(amounts, amounts, amounts)
def test_100_means_reached(baseline, target, current):
    if baseline < target and per_cent(baseline, target, current, "increase") == 100:
        assert current >= target


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1))
def test_the_weighted_mean_lies_between_its_parts(parts):
    progress = [part for part, _weight in parts]
    assert min(progress) <= weighted(parts) <= max(progress)


def test_weights_count_and_equal_ones_stand_in_for_none():
    assert weighted([(100, 30), (0, 70)]) == 30
    assert weighted([(100, 0), (50, 0)]) == 75
    assert weighted([]) is None


def test_one_weight_among_goals_without_is_not_the_whole():
    """cases H6: each counts the same, and the list says so."""
    assert weighted([(0, 30), (100, 0), (80, 0)]) == 60


def test_what_is_beyond_one_target_does_not_make_up_for_another():
    """cases H6"""
    assert weighted([(300, 50), (-40, 50)]) == 50


@pytest.mark.parametrize(
    ("status", "progress", "confidence", "is_overdue", "expected"),
    [
        ("draft", 0, "", False, "muted"),
        ("agreed", 10, "", False, "info"),
        ("agreed", 10, "at_risk", False, "warn"),
        ("agreed", 10, "behind", False, "bad"),
        ("agreed", 90, "on_track", True, "bad"),
        ("agreed", 100, "on_track", True, "good"),
        ("reached", 40, "behind", False, "good"),
        ("missed", 99, "on_track", False, "bad"),
        ("withdrawn", 100, "", False, "muted"),
    ],
)
def test_the_tone_follows_status_then_deadline_then_confidence(status, progress, confidence, is_overdue, expected):
    assert tone(status, progress, confidence, is_overdue) == expected


def test_the_arithmetic_of_all_goals_says_what_was_added_up():
    """cases H6"""
    assert weighted_arithmetic([(120, 30), (50, 70)]) == "(100 × 30 + 50 × 70) ÷ 100 = 65\N{NO-BREAK SPACE}%"
    assert weighted_arithmetic([(100, 0), (50, 20)]) == "(100 + 50) ÷ 2 = 75\N{NO-BREAK SPACE}%"
    assert weighted_arithmetic([(40, 10)]) == ""
