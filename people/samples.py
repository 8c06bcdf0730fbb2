"""The sample file of an import, and what each of its columns may hold."""

from django.conf import settings
from django.utils.translation import gettext as _

from people.columns import COLUMNS
from people.models import Grade, Profession

HEADER = [
    "employee_id", "first_name", "last_name", "email", "job_title", "profession", "grade", "team",
    "manager_email", "joined_on", "language", "time_zone",
]  # fmt: skip
PEOPLE = [
    (
        "1001",
        "Edda",
        "Falkenrath",
        "edda.falkenrath@example.org",
        "Head of platform",
        "stakeholder",
        "",
        "Platform",
        "",
    ),
    ("1002", "Marta", "Keller", "marta.keller@example.org", "Lead", "peer_mlops_engineer", "MLO5", "Platform", 1001),
    (
        "1003",
        "Søren",
        "Łukasz",
        "soren.lukasz@example.org",
        "Engineer",
        "peer_mlops_engineer",
        "MLO3",
        "Platform",
        1002,
    ),
]


def sample_rows() -> list[list[str]]:
    """The header and three invented people; grades only where the organisation has them."""
    grades = set(Grade.objects.values_list("key", flat=True))
    rows = [HEADER]
    address = {number: email for number, _first, _last, email, *_rest in PEOPLE}
    for *cells, manager in PEOPLE:
        cells[6] = cells[6] if cells[6] in grades else ""
        rows.append([*cells, address.get(str(manager), ""), "2024-07-01", "en", settings.ORGANISATION_TIME_ZONE])
    return rows


def allowed_values() -> list[dict]:
    """Per column its heading, what it holds, whether it is required, and what it may say."""
    names = [str(label) for _code, label in settings.LANGUAGES]
    notes = {
        "email": _("Required. People are recognised by it."),
        "name": _("Required, or first name and last name."),
        "first_name": _("With last name, instead of name."),
        "last_name": _("With first name, instead of name."),
        "employee_id": _("Your HR system’s number. People are recognised by it when their address changes."),
        "job_title": _("Any text."),
        "profession": ", ".join(str(label) for label in Profession.labels),
        "grade": ", ".join(str(grade) for grade in Grade.objects.all()),
        "team": _("Any text. A team that does not exist yet is created."),
        "manager_email": _("Of somebody in the file or already here. Empty: no manager."),
        "manager_id": _("Instead of the address."),
        "manager_name": _("Instead of the address, where only one person has the name."),
        "joined_on": _("A date, for example 2026-07-01 or 1.7.2026."),
        "language": ", ".join(names),
        "time_zone": _("For example Europe/Berlin or W. Europe Standard Time."),
    }
    return [{"key": column.key, "label": column.label, "note": notes[column.key]} for column in COLUMNS]
