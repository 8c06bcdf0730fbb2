"""Geometry of the two rating charts, in SVG units; templates/components/ only places it."""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLOT_WIDTH, PLOT_PAD = 200, 10
RADAR_WIDTH, RADAR_HEIGHT, RADAR_RADIUS = 420, 320, 116
WRAP_AT = 12  # characters of a label before it takes two lines


@dataclass(frozen=True)
class Series:
    """Somebody's ratings: colour, dash and marker all differ. `colour` is for print, screens read tokens.css."""

    key: str
    label: "StrOrPromise"
    marker: str
    lane: int
    dash: str
    colour: str


SERIES = {
    "expected": Series("expected", _("Expected"), "diamond", 17, "1 4", "#5b6478"),
    "self": Series("self", _("Self"), "circle", 7, "5 4", "#4f46e5"),
    "peer": Series("peer", _("Collaborators"), "square", 17, "2 3", "#0b8577"),
    "manager": Series("manager", _("Manager"), "triangle", 27, "", "#c2410c"),
}


def number(value: float) -> str:
    """At most one decimal, none for whole points."""
    return f"{value:.1f}".removesuffix(".0")


def dotplot(values: dict[str, float | None], low: int = 1, high: int = 5) -> dict:
    """Marks of `values` by series key on one line from `low` to `high`; missing values are left out."""

    def across(value):
        return round(PLOT_PAD + (PLOT_WIDTH - 2 * PLOT_PAD) * (value - low) / (high - low), 1)

    present = {key: value for key in SERIES if (value := values.get(key)) is not None}
    marks = [{"series": SERIES[key], "x": across(value), "y": SERIES[key].lane} for key, value in present.items()]
    judged = [mark["x"] for mark in marks if mark["series"].key != "expected"]
    return {
        "ticks": [{"value": value, "x": across(value)} for value in range(low, high + 1)],
        "start": across(low),
        "end": across(high),
        "span": (min(judged), max(judged)) if len(judged) > 1 else None,
        "marks": marks,
        "spoken": ", ".join(f"{SERIES[key].label} {number(value)}" for key, value in present.items()),
    }


def point(index: int, count: int, share: float, beyond: float = 0) -> tuple[float, float]:
    """Where spoke `index` of `count` is at `share` (0 to 1) of its length, the first spoke pointing up."""
    radius = RADAR_RADIUS * share + beyond
    angle = 2 * pi * index / count - pi / 2
    return round(RADAR_WIDTH / 2 + radius * cos(angle), 1), round(RADAR_HEIGHT / 2 + 2 + radius * sin(angle), 1)


def two_lines(text: str) -> list[str]:
    """`text` broken at the space nearest its middle, when it is long and has one."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if len(text) <= WRAP_AT or not spaces:
        return [text]
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]


def axis_label(index: int, count: int, text: str) -> dict:
    """The label outside the end of a spoke, anchored away from the chart."""
    lines = two_lines(text)
    x, y = point(index, count, 1, beyond=12)
    aside, below = x - RADAR_WIDTH / 2, y - RADAR_HEIGHT / 2
    if abs(aside) < 12:  # the top or the bottom spoke
        anchor, shift = "middle", 9.0 if below > 0 else -13.0 * (len(lines) - 1)
    else:
        anchor, shift = "start" if aside > 0 else "end", 4 - 6.5 * (len(lines) - 1)
    return {"x": x, "y": round(y + shift, 1), "anchor": anchor, "lines": lines}


def outline(points) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def radar(labels: list[str], values: dict[str, list[float | None]], low: int = 1, high: int = 5) -> dict:
    """Areas of `values` (one number per label) by series key; a missing number leaves its spoke out."""
    count = len(labels)

    def area(key):
        rated = [(index, value) for index, value in enumerate(values[key]) if value is not None]
        points = [point(index, count, (value - low) / (high - low)) for index, value in rated]
        spoken = ", ".join(f"{labels[index]} {number(value)}" for index, value in rated)
        return {"series": SERIES[key], "outline": outline(points), "points": points, "spoken": spoken}

    rings = [(value - low) / (high - low) for value in range(low + 1, high + 1)]
    return {
        "width": RADAR_WIDTH,
        "height": RADAR_HEIGHT,
        "centre": (RADAR_WIDTH / 2, RADAR_HEIGHT / 2 + 2),
        "rings": [outline(point(index, count, share) for index in range(count)) for share in rings],
        "spokes": [point(index, count, 1) for index in range(count)],
        "labels": [axis_label(index, count, text) for index, text in enumerate(labels)],
        "areas": [area(key) for key in SERIES if key in values],
    }
