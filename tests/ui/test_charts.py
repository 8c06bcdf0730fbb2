"""Where the marks of the charts stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.ui.charts import RADAR_HEIGHT, RADAR_WIDTH, dotplot, number, radar, two_lines


def test_marks_stand_between_the_ends_of_the_scale():
    plot = dotplot({"self": 1, "peer": 3, "manager": 5})
    assert [(mark["series"].key, mark["x"]) for mark in plot["marks"]] == [
        ("self", 10),
        ("peer", 100),
        ("manager", 190),
    ]
    assert plot["span"] == (10, 190)
    assert [tick["value"] for tick in plot["ticks"]] == [1, 2, 3, 4, 5]


def test_missing_ratings_leave_no_mark_and_one_alone_no_span():
    plot = dotplot({"self": None, "peer": 3.25, "expected": 2}, high=4)
    assert [mark["series"].key for mark in plot["marks"]] == ["expected", "peer"]
    assert plot["span"] is None
    assert plot["spoken"] == "Expected 2, Collaborators 3.2"


def test_no_ratings_at_all_still_give_a_scale():
    assert dotplot({})["marks"] == []


def test_series_differ_by_shape_lane_and_dash_not_by_colour_alone():
    marks = dotplot({"self": 2, "peer": 2, "manager": 2})["marks"]
    assert len({mark["series"].marker for mark in marks}) == len({mark["series"].dash for mark in marks}) == 3
    assert len({mark["y"] for mark in marks}) == 3


@pytest.mark.parametrize(("value", "text"), [(4, "4"), (4.0, "4"), (3.84, "3.8"), (2.96, "3")])
def test_numbers_have_at_most_one_decimal(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Pipelines", ["Pipelines"]),
        ("Incident response", ["Incident", "response"]),
        ("Communication", ["Communication"]),
    ],
)
def test_long_labels_break_near_their_middle(text, lines):
    assert two_lines(text) == lines


def test_radar_names_its_values_and_skips_what_is_missing():
    chart = radar(["A", "B", "C"], {"manager": [5, None, 1], "self": [1, 2, 3]})
    assert [area["series"].key for area in chart["areas"]] == ["self", "manager"]
    assert chart["areas"][1]["spoken"] == "A 5, C 1"
    assert len(chart["areas"][1]["points"]) == 2
    assert chart["areas"][1]["points"][0] == chart["spokes"][0]
    assert chart["areas"][1]["points"][1] == chart["centre"]


@given(st.lists(st.floats(1, 5), min_size=3, max_size=14))
def test_radar_stays_in_its_frame(values):
    chart = radar([f"Label {index}" for index in range(len(values))], {"self": values})
    assert all(0 < x < RADAR_WIDTH and 0 < y < RADAR_HEIGHT for x, y in chart["areas"][0]["points"])
    assert all(0 < label["x"] < RADAR_WIDTH and 0 < label["y"] < RADAR_HEIGHT for label in chart["labels"])
