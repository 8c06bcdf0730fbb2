"""Files as HR systems and spreadsheets write them, each with the outcome HR needs (tests/cases)."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from django.urls import reverse

from people import samples, services, values
from people.importing import Options, plan_import
from people.models import ImportChoice, Profession, Team, User
from tests.factories import make_grade, make_user

CASES = Path(__file__).parents[1] / "cases"


def content_of(name: str) -> bytes:
    [path] = CASES.glob(f"{name}*.csv")
    return path.read_bytes()


def plan_of(name: str, **options):
    return plan_import(content_of(name), Options(**options))


@pytest.fixture
def marta(db):
    """The manager whom some of the files name, and the head above her."""
    edda = make_user("Edda Falkenrath", email="edda.falkenrath@demo.example", grade=make_grade("MLO5"))
    make_grade("MLO2")
    return make_user("Marta Keller", email="marta.keller@demo.example", manager=edda)


def agreed_to_all(plan):
    plan.agreed = frozenset(question.key for question in plan.questions)
    return plan


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01", {"email": "tim.zone@demo.example", "time_zone": "Europe/Berlin"}),
        ("03", {"email": "x@demo.example", "name": "X", "job_title": "Y"}),
        ("04", {"name": "Jürg Groß", "job_title": "Köchin"}),
        ("05", {"email": "u16@demo.example", "name": "Uwe Sechzehn"}),
        ("07", {"email": "sep@demo.example", "name": "Sep Line"}),
        ("08", {"email": "tab@demo.example", "name": "Tab Ulator"}),
        ("09", {"email": "ghost@demo.example", "job_title": "Engineer"}),
        ("10", {"email": "short@demo.example", "name": "Sho Rt"}),
        ("13", {"manager_email": "marta.keller@demo.example"}),
        ("15", {"joined_on": "2026-07-01"}),
        ("16", {"joined_on": "2026-07-01"}),
        ("22", {"email": "zw@demo.example", "name": "Zw Sp"}),
        ("23", {"email": "nb@demo.example", "name": "Nb Sp"}),
        ("26", {"name": "Sukarno"}),
        ("27", {"name": "New Line"}),
        ("41", {"employee_id": "1001", "email": "ann.lee@demo.example"}),
    ],
)
def test_an_export_is_understood_without_editing(marta, name, expected):
    """cases E1, cases E2, cases E3: 01, 03 to 05, 07 to 10, 13, 15, 16, 22, 23, 26, 27 and 41."""
    plan = plan_of(name)
    assert plan.is_ready, (plan.errors, plan.questions)
    [row] = plan.new
    assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("17", [(2, "“2027-02-29” is not a date")]),
        ("18", [(3, "Line 2 has the same email address.")]),
        ("19", [(2, "“0201-07-01” is not a date")]),
        ("21", [(2, "may not contain umlauts")]),
        ("28", [(2, "The name is missing.")]),
        ("30", [(2, "There is text after a closing quotation mark.")]),
        ("33", [(2, "Name: 161 characters, at most 160 are possible.")]),
        ("34", [(2, "Job title: 161 characters, at most 160 are possible.")]),
        ("39", [(2, "“0001-01-01” is not a date")]),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_line(db, name, faults):
    """cases E1, cases E4: 17 to 19, 21, 28, 30, 33, 34 and 39."""
    plan = plan_of(name)
    assert [each.line for each in plan.errors] == [line for line, _words in faults]
    assert all(words in each.text for each, (_line, words) in zip(plan.errors, faults, strict=True))
    assert not plan.is_ready


@pytest.mark.parametrize("name", ["02", "36"])
def test_a_language_is_known_by_its_name(db, settings, name):
    """cases E1 [02, 36]: as key where the product speaks it, else left out with a warning, never stored as a word."""
    plan = plan_of(name)
    assert plan.is_ready
    assert "language" not in plan.new[0]
    assert [each.line for each in plan.warnings] == [2]
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    assert plan_of(name).new[0]["language"] == "de"


def test_quotes_inside_a_name_stay(db):
    """cases E2 [29]."""
    assert [row["name"] for row in plan_of("29").new] == ['Anna "Anni" Quote'] * 2


def test_windows_1252_is_read_after_a_yes(cast):
    """cases E2 [06]: the preview shows what it would read, and nothing is imported before HR agrees."""
    plan = plan_of("06")
    [question] = plan.questions
    assert "Jörg Groß" in question.text
    assert plan.is_clean
    assert not plan.is_ready
    services.apply_import(plan_of("06", agreed=frozenset({question.key})), by=cast.hr)
    assert User.objects.get(email="cp@demo.example").name == "Jörg Groß"


def test_an_address_of_254_characters_is_kept_and_one_of_255_refused(cast):
    """cases E1 [38]: by the preview, as long as the column is, on PostgreSQL too."""
    services.apply_import(plan_of("38"), by=cast.hr)
    assert User.objects.get(name="Long Mail").email == plan_of("38").rows[0]["email"]
    [fault] = plan_import(content_of("38").replace(b"aaaaa@", b"aaaaaa@")).errors
    assert (fault.line, "255 characters; at most 254" in fault.text) == (2, True)


def test_managers_further_down_and_a_head_who_manages_themselves(cast):
    """cases E2 [11], cases E4 [12]: "own manager" means none, and the preview says so."""
    services.apply_import(plan_of("11"), by=cast.hr)
    assert User.objects.get(email="rep1@demo.example").manager.name == "Boss One"
    plan = plan_of("12")
    assert [(note.line, "no manager" in note.text) for note in plan.notes] == [(2, True)]
    services.apply_import(plan, by=cast.hr)
    assert User.objects.get(email="ceo@demo.example").manager is None
    assert User.objects.get(email="rep2@demo.example").manager.name == "Ce O"


def test_a_date_that_could_be_two_days_is_asked_about_once(cast):
    """cases E2 [14]: 7/1/2026 is 7 January here and 1 July there."""
    plan = plan_of("14")
    assert (plan.is_clean, plan.needs_date_order, plan.is_ready) == (True, True, False)
    assert plan_of("14", date_order="mdy").new[0]["joined_on"] == "2026-07-01"
    assert plan_of("14", date_order="dmy").new[0]["joined_on"] == "2026-01-07"
    services.apply_import(plan_of("14", date_order="mdy"), by=cast.hr)
    assert plan_of("14").date_order == "mdy"  # remembered for the next import


def test_another_date_of_the_file_tells_the_order(db):
    """cases E2: with 12/25/2026 in the file nobody needs to be asked."""
    plan = plan_import(b"email,name,hire date\na@x.org,A,7/1/2026\nb@x.org,B,12/25/2026\n")
    assert [row["joined_on"] for row in plan.new] == ["2026-07-01", "2026-12-25"]


def test_blanks_and_case_make_no_other_team(cast):
    """cases E3 [24, 40]: one team, and a second import of the same file changes nothing."""
    services.apply_import(plan_of("24"), by=cast.hr)
    assert list(Team.objects.filter(search__contains="ml platform").values_list("name", flat=True)) == ["ML Platform"]
    assert plan_of("24").unchanged_count == 3
    make_user("Jürg Ümläut", email="juerg@demo.example", team=Team.objects.get(name="ML Platform"))
    plan = plan_of("40")
    assert (len(plan.changed), plan.unchanged_count) == (0, 1)


def test_a_manager_who_has_left_is_warned_of_by_line(cast, marta):
    """cases B2 [31, 32]."""
    services.apply_import(plan_of("31"), by=cast.hr)
    User.objects.filter(email="gone.boss@demo.example").update(is_active=False)
    plan = plan_of("32")
    assert [(each.line, each.text) for each in plan.warnings] == [(2, "The manager of New Rep, Gone Boss, has left.")]
    assert plan.is_ready


@pytest.mark.parametrize("path", sorted(CASES.glob("*.csv")), ids=lambda path: path.stem)
def test_a_second_import_of_the_same_file_changes_nothing(path, cast, marta):
    """cases E3: for every file that can be imported at all."""
    make_user("Gone Boss", email="gone.boss@demo.example", is_active=False)
    options = Options(date_order="mdy")
    plan = agreed_to_all(plan_import(path.read_bytes(), options))
    if not plan.is_clean:
        return
    services.apply_import(plan, by=cast.hr)
    again = plan_import(path.read_bytes(), options)
    assert (again.new, again.changed, again.new_teams) == ([], [], [])


# --- the exports of HR systems ---------------------------------------------------------------------------------------
EXPORTS = {
    "Workday": (
        "Employee ID,Worker,Primary Work Email,Business Title,Supervisory Organization,Manager,Hire Date,Cost Center\n"
        "7,Ann Lee,ann@x.org,Engineer,Platform,Bo Dahl,01-Jul-2024,4711\n"
        "8,Bo Dahl,bo@x.org,Lead,Platform,,01-Feb-2020,4711\n"
    ),
    "Personio": (
        "Vorname;Nachname;E-Mail;Position;Abteilung;Vorgesetzter;Einstellungsdatum;Personalnummer;Büro\n"
        'Ann;Lee;ann@x.org;Engineer;Platform;"Dahl, Bo";01.07.2024;7;Bonn\n'
        "Bo;Dahl;bo@x.org;Lead;Platform;;01.02.2020;8;Bonn\n"
    ),
    "BambooHR": (
        "Employee #,First Name,Last Name,Work Email,Job Title,Department,Supervisor ID,Hire Date,Location\n"
        "7,Ann,Lee,ann@x.org,Engineer,Platform,8,2024-07-01,Bonn\n"
        "8,Bo,Dahl,bo@x.org,Lead,Platform,,2020-02-01,Bonn\n"
    ),
    "SAP": (
        "PersNr\tNachname\tVorname\tE-Mail-Adresse\tStelle\tOrganisationseinheit\tE-Mail Vorgesetzter\tEintritt\tBKrs\n"
        "7\tLee\tAnn\tann@x.org\tEngineer\tPlatform\tbo@x.org\t20240701\t01\n"
        "8\tDahl\tBo\tbo@x.org\tLead\tPlatform\t\t20200201\t01\n"
    ),
}


@pytest.mark.parametrize("system", EXPORTS)
def test_columns_are_known_by_the_names_hr_systems_give_them(cast, system):
    """cases E2: one column is not known, is named, and is ignored after a yes, this time and from then on."""
    content = EXPORTS[system].encode()
    plan = plan_import(content)
    assert plan.errors == []
    [question] = plan.questions
    assert question.key == "ignore"
    services.apply_import(agreed_to_all(plan), by=cast.hr)
    ann = User.objects.get(email="ann@x.org")
    assert (ann.name, ann.employee_id, ann.job_title, ann.team.name) == ("Ann Lee", "7", "Engineer", "Platform")
    assert (ann.manager.name, ann.joined_on) == ("Bo Dahl", date(2024, 7, 1))
    again = plan_import(content)
    assert (again.is_ready, again.questions, again.unchanged_count) == (True, [], 2)


def test_a_column_can_be_read_otherwise_and_is_so_the_next_time(cast):
    """cases E2: what HR chose is remembered by the column's name."""
    content = b"Kontakt,Name,Rolle\na@x.org,Ann,Engineer\n"
    assert [each.text for each in plan_import(content).errors] == [
        "No column holds the email address. Choose it below."
    ]
    services.apply_import(plan_import(content, Options(("email", "name", "job_title"))), by=cast.hr)
    assert plan_import(content).columns == ["email", "name", "job_title"]
    assert ImportChoice.objects.get(key="column:kontakt").value == "email"


def workbook(*rows, **formats) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    book.add_worksheet("Empty")
    sheet = book.add_worksheet("People")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write_datetime(number, place, value) if isinstance(value, date) else sheet.write(number, place, value)
    book.close()
    return file.getvalue()


def test_a_workbook_is_read_with_its_dates_and_numbers(cast):
    """cases E2: XLSX, the first sheet with anything in it, with lines as numbered there."""
    rows = [["Personalnummer", "Name", "E-Mail", "Eintritt"], [7, "Ann Lee", "ann@x.org", date(2024, 7, 1)]]
    services.apply_import(plan_import(workbook(*rows)), by=cast.hr)
    ann = User.objects.get(email="ann@x.org")
    assert (ann.employee_id, ann.joined_on) == ("7", date(2024, 7, 1))
    assert plan_import(workbook(*rows)).unchanged_count == 1
    assert [each.line for each in plan_import(workbook(*rows, ["", "", ""], [8, "B", "bad"])).errors] == [4]


def test_a_short_line_leaves_the_manager_and_an_empty_cell_asks(cast):
    """cases E2: a line shorter than the header clears nothing; an empty cell is asked about."""
    mail = cast.peer.email
    short = plan_import(f"email,name,manager_email\n{mail},Jonas Weber\n".encode())
    assert (short.is_ready, short.unchanged_count) == (True, 1)
    empty = plan_import(f"email,name,manager_email\n{mail},Jonas Weber,\n".encode())
    assert [question.text for question in empty.questions] == ["1 person has no manager afterwards: Jonas Weber."]
    assert not empty.is_ready


def test_a_new_address_is_told_by_the_employee_id(cast):
    """cases E2: a person with another address and the same employee ID is the same person."""
    User.objects.filter(pk=cast.manager.pk).update(employee_id="77")
    content = (
        "employee_id,email,name,manager_id\n77,marta.neu@example.org,Marta Neu,\n78,new@example.org,New Person,77\n"
    )
    plan = plan_import(content.encode())
    services.apply_import(agreed_to_all(plan), by=cast.hr)
    marta = User.objects.get(pk=cast.manager.pk)
    assert (marta.email, marta.name, marta.search) == (
        "marta.neu@example.org", "Marta Neu", "marta neu marta.neu@example.org",
    )  # fmt: skip
    assert User.objects.get(email="new@example.org").manager == marta
    assert plan_import(content.encode()).unchanged_count == 2


def test_a_name_that_two_have_is_no_manager(cast):
    """cases E2: by name only where it is unique."""
    make_user("Marta Keller", email="other.marta@example.org")
    plan = plan_import(b"email,name,manager\na@x.org,A,Marta Keller\n")
    assert ["Marta Keller" in each.text for each in plan.errors] == [True]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-07-01", (2026, 7, 1)),
        ("2026-07-01T00:00:00+02:00", (2026, 7, 1)),
        ("2026/7/1", (2026, 7, 1)),
        ("20260701", (2026, 7, 1)),
        ("46204", (2026, 7, 1)),
        ("1.7.2026", (2026, 7, 1)),
        ("25/12/2025", (2025, 12, 25)),
        ("12/25/2025", (2025, 12, 25)),
        ("01-Jul-2026", (2026, 7, 1)),
        ("July 1, 2026", (2026, 7, 1)),
        ("1. Juli 2026", (2026, 7, 1)),
        ("1. März 2026", (2026, 3, 1)),
        ("5/5/2026", (2026, 5, 5)),
    ],
)
def test_dates_are_read_in_the_ways_programs_write_them(text, day):
    """cases E2."""
    assert values.parsed_date(text) == date(*day)


@pytest.mark.parametrize("text", ["2126-01-01", "1899-12-31", "1.13.2026", "today", "0", "99999999"])
def test_days_out_of_all_time_are_no_dates(text):
    """cases E4."""
    with pytest.raises((ValueError, OverflowError)):
        values.parsed_date(text)


@pytest.mark.parametrize("label", ["Data scientist", "DATA  SCIENTIST", "data_scientist", "Data Scientist"])
def test_labels_are_taken_as_well_as_keys(db, label):
    """cases E8."""
    plan = plan_import(f"email,name,profession\na@x.org,A,{label}\n".encode())
    assert plan.new[0]["profession"] == Profession.DATA_SCIENTIST


def test_grades_are_taken_by_key_title_or_both(db):
    """cases E8."""
    make_grade("MLO3")
    for label in ("mlo3", "Grade MLO3", "MLO3 Grade MLO3"):
        assert plan_import(f"email,name,grade\na@x.org,A,{label}\n".encode()).new[0]["grade"] == "MLO3"


# --- the pages -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_sample_file_can_be_imported_as_it_is(cast, as_, kind):
    """cases E8."""
    content = as_(cast.hr).get(reverse("people:import_sample", args=[kind])).content
    User.objects.filter(email="marta.keller@example.org").update(email="marta.of.the.cast@example.org")
    plan = plan_import(content)
    assert plan.is_ready, (plan.errors, plan.questions)
    assert [row["name"] for row in plan.new] == ["Edda Falkenrath", "Marta Keller", "Søren Łukasz"]


def test_the_import_page_lists_columns_and_their_values(cast, as_, catalogue):
    """cases E8."""
    page = as_(cast.hr).get(reverse("people:import")).content.decode()
    listed = [str(label) for label in Profession.labels] + ["MLO3", "English", "W. Europe Standard Time"]
    assert [words for words in listed if words not in page] == []
    assert {row["key"] for row in samples.allowed_values()} >= set(samples.HEADER)


def test_a_stored_unknown_zone_is_the_organisations_and_can_be_repaired(cast, as_, settings):
    """cases E1: such a zone came with an earlier import; every page of that person was a 500."""
    User.objects.filter(pk=cast.peer.pk).update(time_zone="W. Europe Standard Time")
    peer = User.objects.get(pk=cast.peer.pk)
    assert peer.zone.key == settings.ORGANISATION_TIME_ZONE
    assert as_(peer).get("/").status_code == 200
    assert as_(peer).get(reverse("people:profile")).status_code == 200
    page = as_(cast.hr).get(reverse("people:person", args=[peer.pk]))
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "key"} | {"time_zone": "Europe/Vienna"}
    sent |= {"joined_on": "2022-01-01", "manager": cast.manager.email, "team": cast.team.name}
    assert as_(cast.hr).post(reverse("people:person", args=[peer.pk]), sent).status_code == 302
    assert User.objects.get(pk=peer.pk).time_zone == "Europe/Vienna"


@pytest.mark.parametrize("name", ["\u200b", "\u00a0 \u00a0", "…"])
def test_the_form_refuses_a_name_nobody_can_see(cast, as_, name):
    """cases E4: the form has the rules of the import."""
    sent = {"name": name, "email": "new@example.org", "profession": "data_scientist", "joined_on": "2022-01-01"}
    answer = as_(cast.hr).post(reverse("people:new"), sent)
    assert answer.status_code == 400
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("day", ["0201-07-01", "2126-01-01"])
def test_the_form_refuses_a_day_out_of_all_time(cast, as_, day):
    """cases E4."""
    sent = {"name": "New", "email": "new@example.org", "profession": "data_scientist", "joined_on": day}
    assert "joined_on" in as_(cast.hr).post(reverse("people:new"), sent).context["form"].errors
