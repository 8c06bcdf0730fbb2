"""Which field a column of an HR system's file holds, recognised by its usual names in English and German."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

IGNORED = ""
LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Column:
    """One field a file may bring. `names` are the headings HR systems give it, without blanks, marks and case."""

    key: str
    label: object
    names: frozenset[str]


def _column(key: str, label, names: str) -> Column:
    """`names` are headings with commas between them."""
    return Column(key, label, frozenset(bare(name) for name in (key, *names.split(","))))


def bare(name: str) -> str:
    """A heading without blanks, marks and case: "E-Mail", "e_mail" and "email" are one."""
    return LETTERS.sub("", unicodedata.normalize("NFKC", name).casefold())


COLUMNS = [
    _column(
        "email",
        _("Email address"),
        """
        E-mail, Mail, E-mail address, Email ID, Work email, Work email address, Business email,
        Company email, Office email, Primary email, Primary work email, Business email address,
        Email work, Email - primary work, User principal name, UPN, User email, Employee email,
        E-Mail-Adresse, Mailadresse, Geschäftliche E-Mail, Geschäftliche E-Mail-Adresse, E-Mail
        (geschäftlich), E-Mail geschäftlich, Dienstliche E-Mail, Firmen-E-Mail, E-Mail dienstlich,
        Arbeits-E-Mail
        """,
    ),
    _column(
        "name",
        _("Name"),
        """
        Full name, Display name, Employee name, Employee, Worker, Worker name, Person, Legal name,
        Preferred name, Name (full), Complete name, Vollständiger Name, Anzeigename, Mitarbeiter,
        Mitarbeitername, Mitarbeiterin, Vor- und Nachname, Name Vorname, Nachname Vorname
        """,
    ),
    _column(
        "first_name",
        _("First name"),
        """
        Given name, Forename, Legal first name, Preferred first name, Vorname, Rufname, Employee
        first name
        """,
    ),
    _column(
        "last_name",
        _("Last name"),
        """
        Surname, Family name, Legal last name, Preferred last name, Nachname, Familienname, Employee
        last name, Zuname
        """,
    ),
    _column(
        "employee_id",
        _("Employee ID"),
        """
        Employee number, Employee no, Employee #, Employee code, Emp ID, Emp no, EmployeeNr, Worker
        ID, Person ID, Person number, Personnel number, Personnel ID, Staff ID, Staff number, User
        ID, Payroll number, File number, Associate ID, Personalnummer, Personal-Nr, Pers.-Nr.,
        PersNr, Mitarbeiternummer, Mitarbeiter-Nr, Mitarbeiter-ID, MA-Nr, Stammnummer
        """,
    ),
    _column(
        "job_title",
        _("Job title"),
        """
        Title, Job, Position, Position title, Business title, Job name, Role title, Designation, Job
        profile, Role, Stellenbezeichnung, Stelle, Funktion, Tätigkeit, Jobtitel, Berufsbezeichnung,
        Positionsbezeichnung
        """,
    ),
    _column(
        "profession",
        _("Profession"),
        """
        Job family, Occupation, Discipline, Function, Job function, Beruf, Jobfamilie, Fachrichtung
        """,
    ),
    _column(
        "grade",
        _("Grade"),
        """
        Level, Job level, Job grade, Career level, Pay grade, Band, Stufe, Karrierestufe, Level
        (Grade), Laufbahnstufe, Grad
        """,
    ),
    _column(
        "team",
        _("Team"),
        """
        Team name, Department, Department name, Dept, Org unit, Organisational unit, Organizational
        unit, Organisation unit, Organization unit, Supervisory organization, Division, Unit, Group,
        Abteilung, Organisationseinheit, OE, Bereich, Gruppe, Teamname, Abteilungsname
        """,
    ),
    _column(
        "manager_email",
        _("Manager’s email address"),
        """
        Manager e-mail, Manager mail, Manager email address, Manager's email, Supervisor email,
        Supervisor e-mail, Supervisor email address, Reports to email, Line manager email, Boss
        email, Manager work email, Reporting manager email, E-Mail Vorgesetzter,
        Vorgesetzten-E-Mail, Vorgesetzte E-Mail, Vorgesetzter E-Mail, E-Mail des Vorgesetzten,
        E-Mail der Führungskraft, Führungskraft E-Mail, Manager-E-Mail
        """,
    ),
    _column(
        "manager_id",
        _("Manager’s employee ID"),
        """
        Manager employee ID, Manager number, Manager's employee ID, Manager employee number,
        Supervisor ID, Supervisor employee ID, Reports to ID, Line manager ID, Manager personnel
        number, Reporting manager ID, Supervisor number, Vorgesetzten-ID, Vorgesetzter ID,
        Personalnummer Vorgesetzter, Personalnummer des Vorgesetzten, Personalnummer Führungskraft,
        Vorgesetztennummer, Manager-ID, Führungskraft ID, Vorgesetzter Personalnummer
        """,
    ),
    _column(
        "manager_name",
        _("Manager’s name"),
        """
        Manager, Manager's name, Supervisor, Supervisor name, Reports to, Reporting to, Line
        manager, Line manager name, Reporting manager, Direct manager, Boss, Team lead, Reports to
        name, Vorgesetzter, Vorgesetzte, Vorgesetzte/r, Führungskraft, Direkter Vorgesetzter,
        Teamleiter, Vorgesetztenname, Name des Vorgesetzten, Name Vorgesetzter, Disziplinarischer
        Vorgesetzter
        """,
    ),
    _column(
        "joined_on",
        _("Joined on"),
        """
        Hire date, Hired on, Start date, Date of hire, Original hire date, Date joined, Join date,
        Joining date, Employment start date, Employment start, Entry date, Hiring date, Start,
        Continuous service date, Date of joining, Eintritt, Eintrittsdatum, Einstellungsdatum,
        Beginn, Startdatum, Vertragsbeginn, Beschäftigt seit, Eingestellt am
        """,
    ),
    _column(
        "language",
        _("Language"),
        """
        Preferred language, Locale, Correspondence language, User language, Sprache,
        Korrespondenzsprache, Bevorzugte Sprache
        """,
    ),
    _column(
        "time_zone",
        _("Time zone"),
        """
        Timezone, TZ, Time zone name, User time zone, Zeitzone
        """,
    ),
]
BY_KEY = {column.key: column for column in COLUMNS}
KEYS = tuple(BY_KEY)
MANAGER_KEYS = ("manager_email", "manager_id", "manager_name")
KNOWN_NAMES = {name: column.key for column in COLUMNS for name in column.names}


def guessed(header: list[str], remembered: dict[str, str]) -> list[str]:
    """The field of each column of `header`, empty where it is not known; what was chosen last time goes first.

    Of two columns for one field the first one has it.
    """
    found: list[str] = []
    for name in header:
        key = bare(name)
        field = remembered.get(key, KNOWN_NAMES.get(key, IGNORED)) if key else IGNORED
        found.append(IGNORED if field in found or field not in KEYS else field)
    return found
