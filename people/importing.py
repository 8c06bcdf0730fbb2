"""Reading a file of people: every line is checked, nothing is written. What is found is a plan that can be applied."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from people.models import Grade, Profession, Team, User

MAX_BYTES = 20_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 50
MAX_CELL = 300  # characters
SHOWN_ERRORS = 200  # the rest is counted

REQUIRED = ("email", "name")
COLUMNS = (*REQUIRED, "job_title", "profession", "grade", "team", "manager_email", "joined_on", "language", "time_zone")


@dataclass(frozen=True)
class LineError:
    """What is wrong in which line of the file (the header is line 1)."""

    line: int
    text: str


@dataclass(frozen=True)
class Change:
    """One field of one person: what it is, what the file says."""

    field: str
    before: str
    after: str


@dataclass
class Plan:
    """What an import would do. With errors it may not be applied."""

    rows: list[dict] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    error_count: int = 0
    new: list[dict] = field(default_factory=list)
    changed: list[tuple[User, list[Change]]] = field(default_factory=list)
    unchanged_count: int = 0
    new_teams: list[str] = field(default_factory=list)

    def refuse(self, line: int, text: str) -> None:
        self.error_count += 1
        if len(self.errors) < SHOWN_ERRORS:
            self.errors.append(LineError(line, text))

    @property
    def is_clean(self) -> bool:
        return not self.error_count


def plan_import(content: bytes) -> Plan:
    """The plan of a CSV file (UTF-8, comma or semicolon). Four queries for any number of lines."""
    plan = Plan()
    text = _decoded(content, plan)
    if text is not None:
        _read(text, plan)
    if plan.is_clean and plan.rows:
        Checker(plan).run()
    elif plan.is_clean:
        plan.refuse(1, _("The file has no line below the header."))
    return plan


def _decoded(content: bytes, plan: Plan) -> str | None:
    if len(content) > MAX_BYTES:
        plan.refuse(1, _("The file is larger than 20 MB."))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        plan.refuse(line, _("This line is not UTF-8. Please save the file as “CSV UTF-8”."))
        return None
    if "\0" in text:
        plan.refuse(text[: text.index("\0")].count("\n") + 1, _("This line holds a NUL character; is it a CSV file?"))
        return None
    return text


def _read(text: str, plan: Plan) -> None:
    """Lines as dictionaries; the shape of the file is checked here, the values later."""
    header = text.split("\n", 1)[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if not _header_is_fine(names, plan):
            return
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _take(names, cells, reader.line_num, plan)
    except csv.Error:
        plan.refuse(reader.line_num, _("A quotation mark is not closed in this line."))


def _header_is_fine(names: list[str], plan: Plan) -> bool:
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing:
        plan.refuse(1, _("Column missing: %(names)s") % {"names": ", ".join(missing)})
    if unknown or len(names) > MAX_COLUMNS:
        shown = ", ".join(name[:40] for name in unknown[:5])
        plan.refuse(
            1, _("Unknown column: %(names)s. Known are %(known)s.") % {"names": shown, "known": ", ".join(COLUMNS)}
        )
    if len(set(names)) < len(names):
        plan.refuse(1, _("A column stands there twice."))
    return plan.is_clean


def _take(names, cells, line: int, plan: Plan) -> None:
    if len(cells) != len(names):
        plan.refuse(
            line,
            _("%(n)d values where the header has %(expected)d columns.") % {"n": len(cells), "expected": len(names)},
        )
    elif any(len(cell) > MAX_CELL for cell in cells):
        plan.refuse(line, _("A value is longer than 300 characters."))
    elif len(plan.rows) >= MAX_ROWS:
        plan.refuse(line, _("More than 100,000 people in one file."))
    else:
        plan.rows.append({name: cell.strip() for name, cell in zip(names, cells, strict=True)} | {"line": line})


class Checker:
    """Checks values against each other and against the database, and works out what would change."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.users = {user.email.lower(): user for user in User.objects.select_related("team", "manager", "grade")}
        self.grades = {grade.key.upper(): grade.key for grade in Grade.objects.all()}
        self.teams = {team.name.casefold(): team.name for team in Team.objects.all()}
        self.seen: dict[str, int] = {}

    def run(self) -> None:
        for row in self.plan.rows:
            self.check(row)
        self.check_managers()
        if self.plan.is_clean:
            self.compare()

    def check(self, row: dict) -> None:
        row["email"] = row["email"].lower()
        self.check_address(row)
        if not row["name"]:
            self.plan.refuse(row["line"], _("The name is missing."))
        if row.get("profession") and row["profession"] not in Profession.values:
            known = ", ".join(Profession.values)
            self.plan.refuse(
                row["line"],
                _("Unknown profession “%(value)s”. Known are %(known)s.")
                % {"value": row["profession"], "known": known},
            )
        if row.get("grade"):
            self.check_grade(row)
        if row.get("joined_on"):
            self.check_date(row)
        if row.get("team") and row["team"].casefold() not in self.teams:
            self.teams[row["team"].casefold()] = row["team"]
            self.plan.new_teams.append(row["team"])

    def check_address(self, row: dict) -> None:
        try:
            validate_email(row["email"])
        except ValidationError:
            self.plan.refuse(row["line"], _("“%(value)s” is not an e-mail address.") % {"value": row["email"][:80]})
            return
        first = self.seen.setdefault(row["email"], row["line"])
        if first != row["line"]:
            self.plan.refuse(row["line"], _("This address stands in line %(line)d already.") % {"line": first})

    def check_grade(self, row: dict) -> None:
        key = self.grades.get(row["grade"].upper())
        if key is None:
            self.plan.refuse(row["line"], _("Unknown grade “%(value)s”.") % {"value": row["grade"]})
        row["grade"] = key

    def check_date(self, row: dict) -> None:
        try:
            row["joined_on"] = date.fromisoformat(row["joined_on"]).isoformat()
        except ValueError:
            self.plan.refuse(
                row["line"], _("“%(value)s” is not a date; write 2026-07-01.") % {"value": row["joined_on"]}
            )

    def check_managers(self) -> None:
        """Managers are in the file or in the database, and nobody reports to themselves, however far round."""
        above = {email: user.manager.email.lower() for email, user in self.users.items() if user.manager}
        for row in self.plan.rows:
            if "manager_email" not in row:
                continue
            row["manager_email"] = row["manager_email"].lower()
            if (
                row["manager_email"]
                and row["manager_email"] not in self.seen
                and row["manager_email"] not in self.users
            ):
                self.plan.refuse(row["line"], _("Unknown manager “%(value)s”.") % {"value": row["manager_email"]})
            above[row["email"]] = row["manager_email"]
        circular = in_circles(above)
        for row in self.plan.rows:
            if row["email"] in circular:
                self.plan.refuse(row["line"], _("This reporting line leads back to the person."))

    def compare(self) -> None:
        for row in self.plan.rows:
            user = self.users.get(row["email"])
            if user is None:
                self.plan.new.append(row)
            elif changes := changes_of(user, row):
                self.plan.changed.append((user, changes))
            else:
                self.plan.unchanged_count += 1


def in_circles(above: dict[str, str]) -> set[str]:
    """Everyone whose chain of managers comes back to them; linear in the number of people."""
    settled: set[str] = set()
    circular: set[str] = set()
    for start in above:
        path, place = [], {}
        each = start
        while each and each not in settled and each not in place:
            place[each] = len(path)
            path.append(each)
            each = above.get(each, "")
        if each in place:
            circular.update(path[place[each] :])
        settled.update(path)
    return circular


def present(user: User, name: str) -> str:
    """What the database says, as the file would say it."""
    if name == "team":
        return user.team.name if user.team else ""
    if name == "manager_email":
        return user.manager.email if user.manager else ""
    if name == "grade":
        return user.grade_id or ""
    if name == "joined_on":
        return user.joined_on.isoformat()
    return getattr(user, name)


def changes_of(user: User, row: dict) -> list[Change]:
    """The fields the file would change; an empty optional value leaves name, language and the like alone."""
    found = []
    for name in COLUMNS[1:]:
        if name not in row or (not row[name] and name not in ("manager_email", "team", "grade", "job_title")):
            continue
        before = present(user, name)
        if before != row[name]:
            found.append(Change(name, before, row[name]))
    return found
