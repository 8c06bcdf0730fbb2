"""Reading a file of people: every fault by its line, nothing written before all of it is right."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people import services
from people.importing import in_circles, plan_import
from people.models import Team, User
from tests.factories import make_grade, make_user

HEADER = "email,name,job_title,profession,grade,team,manager_email,joined_on\n"
GOOD = (
    HEADER
    + "edda@example.org,Edda Falk,Head,stakeholder,,Platform,,2020-01-01\n"
    + 'priya@example.org,"Raman, Priya",Engineer,peer_mlops_engineer,MLO3,Platform,edda@example.org,2022-01-01\n'
)


@pytest.fixture(autouse=True)
def grade(db):
    return make_grade("MLO3")


def errors(content) -> list[tuple[int, str]]:
    content = content if isinstance(content, bytes) else content.encode()
    plan = plan_import(content)
    assert not plan.is_clean
    assert plan.new == plan.changed == []
    return [(error.line, error.text) for error in plan.errors]


def test_a_good_file_is_a_plan_and_writes_nothing():
    plan = plan_import(GOOD.encode())
    assert plan.is_clean
    assert [row["name"] for row in plan.new] == ["Edda Falk", "Raman, Priya"]
    assert plan.new_teams == ["Platform"]
    assert (User.objects.count(), Team.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "No column holds the email address"), (b"PK\x03\x04rubbish", "cannot be read")]
)
def test_what_is_no_table_is_refused(content, words):
    assert any(words in text for _line, text in errors(content))


@pytest.mark.parametrize("mark", [b"", "\ufeff".encode()])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("sign", [",", ";"])
def test_commas_semicolons_byte_order_marks_and_both_line_ends_are_read(mark, ending, sign):
    rows = list(csv.reader(io.StringIO(GOOD)))
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator=ending).writerows(rows)
    plan = plan_import(mark + out.getvalue().encode())
    assert plan.is_clean
    assert len(plan.new) == 2


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (GOOD.encode() + b"a@example.org,\0,,,,,,\n", 4, "NUL"),
        (b"email,team\n", 1, "No column holds the name"),
        (b"name,team\nA,B\n", 1, "No column holds the email address"),
        (b"email,name\n", 1, "no line below"),
        (b'email,name\na@example.org,"A\n', 2, "never closed"),
        (b'email,name\na@example.org,"A" B\n', 2, "after a closing quotation mark"),
        (b"email,name\na@example.org,A,B\n", 2, "more values than the header"),
        (b"email,name\na@example.org," + b"x" * 161 + b"\n", 2, "161 characters, at most 160"),
        (b"email,name\nnobody,A\n", 2, "is not an email address"),
        (b"email,name\n,A\n", 2, "address is missing"),
        (b"email,name\na@example.org,\n", 2, "name is missing"),
        (b"email,name\na@example.org,A\nA@Example.org,B\n", 3, "Line 2 has the same email address"),
        (b"email,name,id\na@example.org,A,1\nb@example.org,B,1\n".replace(b"id", b"employee_id"), 3, "Line 2 has"),
        (b"email,name,profession\na@example.org,A,wizard\n", 2, "Profession: \u201cwizard\u201d is not known"),
        (b"email,name,grade\na@example.org,A,MLO9\n", 2, "Grade: \u201cMLO9\u201d is not known"),
        (b"email,name,language\na@example.org,A,Klingon\n", 2, "Language: \u201cKlingon\u201d is not known"),
        (b"email,name,time_zone\na@example.org,A,Mars\n", 2, "Time zone: \u201cMars\u201d is not known"),
        (b"email,name,joined_on\na@example.org,A,soon\n", 2, "is not a date"),
        (b"email,name,joined_on\na@example.org,A,31.02.2025\n", 2, "is not a date"),
        (b"email,name,manager_email\na@example.org,A,b@example.org\n", 2, "Manager: \u201cb@example.org\u201d"),
    ],
)
def test_each_kind_of_fault_is_told_by_its_line(content, line, words):
    assert [(at, words in text) for at, text in errors(content)] == [(line, True)]


def test_a_circle_through_file_and_database_names_everybody_in_it():
    top = make_user("Top", email="top@example.org")
    make_user("Middle", email="middle@example.org", manager=top)
    found = errors(
        "email,name,manager_email\ntop@example.org,Top,low@example.org\nlow@example.org,Low,middle@example.org\n"
    )
    assert [line for line, _ in found] == [2, 3]


def test_twenty_thousand_bad_lines_are_counted_and_the_first_are_shown():
    plan = plan_import(b"email,name\n" + b"nobody,Somebody\n" * 20_000)
    assert (plan.error_count, len(plan.errors)) == (20_000, 200)
    with pytest.raises(ValueError, match="errors"):
        services.apply_import(plan, by=make_user(is_hr=True))
    assert User.objects.count() == 1


def test_the_difference_to_the_database_is_shown_field_by_field():
    team = Team.objects.create(name="Platform")
    user = make_user("Priya Raman", email="Priya@example.org", team=team)
    plan = plan_import(b"email,name,team\npriya@example.org,Priya R. Raman,\n")
    [(changed, changes)] = plan.changed
    assert changed == user
    assert [(c.field, c.before, c.after) for c in changes] == [
        ("name", "Priya Raman", "Priya R. Raman"),
        ("team", "Platform", ""),
    ]
    assert plan_import(b"email,name\npriya@example.org,Priya Raman\n").unchanged_count == 1


def test_applying_is_all_of_it_and_a_second_time_nothing(cast):
    done = services.apply_import(plan_import(GOOD.encode()), by=cast.hr)
    assert done == {"new": 2, "changed": 0}
    priya = User.objects.get(email="priya@example.org")
    assert (priya.manager.name, priya.team.name, priya.grade_id) == ("Edda Falk", "Platform", "MLO3")
    assert not priya.has_usable_password()
    assert (priya.is_hr, priya.is_it, priya.is_auditor) == (False, False, False)
    assert services.apply_import(plan_import(GOOD.encode()), by=cast.hr) == {"new": 0, "changed": 0}


@pytest.mark.parametrize("count", [1, 3, 30, 50_000])
def test_planning_costs_four_queries_for_any_number_of_lines(django_assert_num_queries, count):
    lines = "".join(f"p{n}@example.org,Person {n},p{n // 8}@example.org\n" for n in range(1, count + 1))
    content = f"email,name,manager_email\np0@example.org,Top,\n{lines}".encode()
    with django_assert_num_queries(4):
        plan = plan_import(content)
    assert len(plan.new) == count + 1


def test_circles_are_found_and_chains_are_not():
    assert in_circles({"a": "b", "b": "c", "c": "a", "d": "a", "e": ""}) == {"a", "b", "c"}
    assert in_circles({"a": "b", "b": "", "c": "b"}) == set()


@settings(max_examples=2000, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mutation_of_a_file_is_a_fault_of_ours_or_a_partial_plan(data):
    content = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content)))
        piece = data.draw(
            st.one_of(st.binary(max_size=5), st.sampled_from([b",", b";", b'"', b"\n", b"\r", b"\0", b"@"]))
        )
        content[place : place + data.draw(st.integers(0, 9))] = piece
    plan = plan_import(bytes(content))
    if not plan.is_clean:
        assert plan.errors
        assert plan.new == plan.changed == []
    else:
        assert len(plan.new) == len(plan.rows) > 0
