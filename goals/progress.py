"""How far a goal is: pure arithmetic over decimals."""

from decimal import Decimal

from goals.states import Confidence, Direction, GoalStatus

CONFIDENCE_TONES: dict[str, str] = {Confidence.ON_TRACK: "info", Confidence.AT_RISK: "warn", Confidence.BEHIND: "bad"}
STATUS_TONES: dict[str, str] = {GoalStatus.REACHED: "good", GoalStatus.MISSED: "bad"}


def per_cent(baseline: Decimal, target: Decimal, current: Decimal | None, direction: str) -> int:
    """0 to 100, rounded down so that 100 means reached. No measurement yet counts as the baseline.

    Where baseline and target are equal the goal is to hold a value: 100 while it holds, else 0.
    """
    current = baseline if current is None else current
    if baseline == target:
        return 100 if holds(target, current, direction) else 0
    share = (current - baseline) / (target - baseline)
    return int(min(max(share, Decimal(0)), Decimal(1)) * 100)


def holds(target: Decimal, current: Decimal, direction: str) -> bool:
    return current >= target if direction == Direction.INCREASE else current <= target


def tone(status: str, progress: int, confidence: str, is_overdue: bool) -> str:
    """good | warn | bad | info | muted, for badges and bars."""
    if status != GoalStatus.AGREED:
        return STATUS_TONES.get(status, "muted")
    if progress == 100:
        return "good"
    return "bad" if is_overdue else CONFIDENCE_TONES.get(confidence, "info")


def weighted(parts: list[tuple[int, int]]) -> int | None:
    """The mean of (progress, weight) pairs in per cent; equal weights where all are 0; None of nothing."""
    if not parts:
        return None
    weights = [weight for _, weight in parts]
    weights = weights if sum(weights) else [1] * len(parts)
    return sum(progress * weight for (progress, _), weight in zip(parts, weights, strict=True)) // sum(weights)
