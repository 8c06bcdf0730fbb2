"""How far a goal is: pure arithmetic over decimals."""

from decimal import Decimal
from math import floor

from goals.states import Confidence, Direction, GoalStatus

CONFIDENCE_TONES: dict[str, str] = {Confidence.ON_TRACK: "info", Confidence.AT_RISK: "warn", Confidence.BEHIND: "bad"}
STATUS_TONES: dict[str, str] = {GoalStatus.REACHED: "good", GoalStatus.MISSED: "bad"}


def per_cent(baseline: Decimal, target: Decimal, current: Decimal | None, direction: str) -> int:
    """100 at the target, 0 at the baseline, more beyond the one and less behind the other.

    Rounded down so that 100 means reached. No measurement yet counts as the baseline.

    Where baseline and target are equal the goal is to hold a value: 100 while it holds, else 0.
    """
    current = baseline if current is None else current
    if baseline == target:
        return 100 if holds(target, current, direction) else 0
    share = (current - baseline) / (target - baseline)
    return floor(share * 100)


def holds(target: Decimal, current: Decimal, direction: str) -> bool:
    return current >= target if direction == Direction.INCREASE else current <= target


def tone(status: str, progress: int, confidence: str, is_overdue: bool) -> str:
    """good | warn | bad | info | muted, for badges and bars."""
    if status != GoalStatus.AGREED:
        return STATUS_TONES.get(status, "muted")
    if progress >= 100:
        return "good"
    return "bad" if is_overdue else CONFIDENCE_TONES.get(confidence, "info")


def weighted(parts: list[tuple[int, int]]) -> int | None:
    """The mean of (progress, weight) pairs in per cent, each counted from 0 to 100; None of nothing.

    Each counts the same unless all have a weight: one weight among goals without one would be the whole of it.
    """
    if not parts:
        return None
    weights = [weight for _, weight in parts] if are_weighted(parts) else [1] * len(parts)
    shares = [min(max(progress, 0), 100) for progress, _ in parts]
    return sum(share * weight for share, weight in zip(shares, weights, strict=True)) // sum(weights)


def are_weighted(parts: list[tuple[int, int]]) -> bool:
    """Whether every one of (progress, weight) pairs has a weight."""
    return all(weight for _, weight in parts)


def weighted_arithmetic(parts: list[tuple[int, int]]) -> str:
    """How `weighted` comes about, as one line; empty where there is nothing to add up."""
    if len(parts) < 2:
        return ""
    shares = [(min(max(progress, 0), 100), weight) for progress, weight in parts]
    if are_weighted(parts):
        terms, whole = [f"{share} × {weight}" for share, weight in shares], sum(weight for _, weight in shares)
    else:
        terms, whole = [str(share) for share, _ in shares], len(shares)
    return f"({' + '.join(terms)}) ÷ {whole} = {weighted(parts)}\N{NO-BREAK SPACE}%"


def summary(goals) -> dict:
    """Counts and the weighted progress over the goals that count, with its arithmetic."""
    counting = [goal for goal in goals if goal.status in (GoalStatus.AGREED, GoalStatus.REACHED, GoalStatus.MISSED)]
    parts = [(goal.progress, goal.weight) for goal in counting]
    return {
        "reached": sum(goal.status == GoalStatus.REACHED for goal in counting),
        "counting": len(counting),
        "progress": weighted(parts),
        "is_weighted": are_weighted(parts),
        "weight": sum(goal.weight for goal in counting),
        "arithmetic": weighted_arithmetic(parts),
    }
