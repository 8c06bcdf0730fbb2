"""A form in steps: which steps there are, how far each is, what comes before and after it."""

from dataclasses import replace

from questionnaires.fields import BOXES, RATING, TEXT, Choice, Field, Group, Item, Part
from questionnaires.steps import Steps, StepState, overview, rounded, steps_of

LEVELS = (Choice("low", "Low", "Now and then.", 1), Choice("high", "High", "Always.", 2))
NEEDED, FREE = Field("needed", TEXT, "Needed", is_required=True), Field("free", TEXT, "Free")


def part(key, *fields, title="Part"):
    return Part(key, title, "", tuple(Group(field.label, (field,)) for field in fields))


def repeated(key, *names):
    """A section that asks a text and a rating of each item."""
    items = [Item(name, name.title(), name, row=None) for name in names]
    groups = [
        Group(
            item.title,
            (
                Field(f"why-{item.key}", TEXT, "Why", item=item),
                Field(f"level-{item.key}", RATING, "Level", item=item, choices=LEVELS, is_required=True),
            ),
            item,
        )
        for item in items
    ]
    return Part(key, "Codes", "", tuple(groups), "codes")


def keys(steps):
    return [step.key for step in steps]


def test_a_short_section_is_one_step_and_a_repeated_one_a_step_for_each_item():
    steps = steps_of([part("results", NEEDED, FREE, title="Results"), repeated("codes", "a", "b")])
    assert keys(steps) == ["results", "codes-a", "codes-b"]
    assert [step.title for step in steps] == ["Results", "A", "B"]
    assert [step.section for step in steps] == ["", "Codes", "Codes"]
    assert [field.name for field in steps[2].fields] == ["why-b", "level-b"]


def test_a_long_section_is_a_step_for_each_question():
    fields = [replace(FREE, name=f"f{number}", label=f"Question {number}") for number in range(11)]
    assert keys(steps_of([part("long", *fields)])) == [f"long-f{number}" for number in range(11)]
    assert keys(steps_of([part("long", *fields[:10])])) == ["long"]


def test_a_section_that_asks_of_nothing_is_no_step():
    assert steps_of([repeated("goals"), part("empty")]) == []


def test_every_field_is_on_exactly_one_step_in_order():
    parts = [part("results", NEEDED), repeated("codes", "a", "b"), part("last", FREE)]
    on_steps = [field for step in steps_of(parts) for field in step.fields]
    assert on_steps == [field for each in parts for field in each.fields]


def test_a_step_is_new_begun_or_complete():
    [step] = steps_of([part("p", NEEDED, FREE)])
    assert step.state({}) == StepState.NEW
    assert step.state({"free": "typed"}) == StepState.BEGUN
    assert step.state({"needed": "  "}) == StepState.NEW
    assert step.state({"needed": "typed"}) == StepState.COMPLETE


def test_what_is_too_long_keeps_a_step_from_being_complete():
    [step] = steps_of([part("p", replace(NEEDED, max_length=3))])
    assert step.state({"needed": "long"}) == StepState.BEGUN


def test_a_step_that_asks_for_nothing_is_optional_until_something_is_written():
    [step] = steps_of([part("p", FREE)])
    assert step.state({}) == StepState.OPTIONAL
    assert step.state({"free": "typed"}) == StepState.COMPLETE
    boxes = Field("boxes", BOXES, "Boxes", choices=LEVELS, must_check_all=True)
    [step] = steps_of([part("p", boxes)])
    assert step.state({"boxes": ["low"]}) == StepState.BEGUN
    assert step.state({"boxes": ["low", "high"]}) == StepState.COMPLETE


def test_a_step_knows_what_comes_before_and_after_it():
    steps = Steps(steps_of([part("first", NEEDED), repeated("codes", "a")]), {})
    first, last = steps.steps
    assert (steps.before(first), steps.after(first)) == (None, last)
    assert (steps.before(last), steps.after(last)) == (first, None)
    assert (steps.number(first), steps.number(last), len(steps)) == (1, 2, 2)
    assert steps.find("codes-a") is last
    assert steps.find("codes-b") is None


def test_one_goes_on_where_something_is_missing_first():
    steps = steps_of([part("first", NEEDED), repeated("codes", "a")])
    assert Steps(steps, {}).to_go_on_with().key == "first"
    assert Steps(steps, {"needed": "x"}).to_go_on_with().key == "codes-a"
    assert Steps(steps, {"needed": "x", "level-a": "low"}).to_go_on_with().key == "first"
    assert Steps([], {}).to_go_on_with() is None


def test_what_is_missing_names_its_field_and_its_place():
    steps = Steps(steps_of([part("first", NEEDED), repeated("codes", "a")]), {})
    found = [(each.step.key, each.label, each.target) for each in steps.missing()]
    assert found == [("first", "Needed", "id_needed"), ("codes-a", "a: Level", "id_level-a")]


def test_the_overview_counts_what_is_asked_for_and_estimates_the_rest():
    parts = [part("first", NEEDED), part("free", FREE), repeated("codes", "a", "b")]
    shown = overview(Steps(steps_of(parts), {"needed": "x", "level-a": "low"}).progress())
    assert (shown.done, shown.asked) == (2, 3)
    assert [section.title for section in shown.sections] == ["", "", "Codes"]
    assert [(each["state"].value, each["count"]) for each in shown.counts] == [
        ("new", 1),
        ("complete", 2),
        ("optional", 1),
    ]
    assert shown.minutes == 2  # an optional text and a rating
    done = overview(Steps(steps_of(parts), {"needed": "x", "level-a": "low", "level-b": "low"}).progress())
    assert (done.minutes, done.done, done.asked) == (0, 3, 3)


def test_a_guess_of_many_minutes_is_given_by_fives():
    assert [rounded(minutes) for minutes in (0, 1, 9, 10, 12, 13, 41)] == [0, 1, 9, 10, 10, 15, 40]
