"""Reading a file of people: every line is checked, nothing is written. What is found is a plan that can be applied."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people import values
from people.columns import BY_KEY, IGNORED, KEYS, MANAGER_KEYS, bare, guessed
from people.models import ImportChoice, Team, User
from people.tables import MAX_BYTES, MAX_ROWS, WINDOWS, Table, Unreadable, read_table
from people.typed import MAX_EMAIL, is_address, is_seen, same_name, typed_address

__all__ = [
    "MAX_BYTES",
    "MAX_ROWS",
    "FieldChange",
    "LineError",
    "Options",
    "Plan",
    "in_circles",
    "plan_import",
    "remember",
]

SHOWN = 200  # errors, warnings and notes that are shown; the rest is counted
MOST_NAMED = 5  # people or columns that a sentence names
SAID_LENGTH = 60  # characters of a wrong value that its error repeats
COMPARED = (
    "email", "name", "employee_id", "job_title", "profession", "grade", "team", "manager_email", "joined_on",
    "language", "time_zone",
)  # fmt: skip
MAY_BE_EMPTIED = {"manager_email", "team", "grade", "job_title"}
MEASURED: dict[str, Any] = {name: User._meta.get_field(name) for name in ("name", "employee_id", "job_title")}
MEASURED["team"] = Team._meta.get_field("name")
LENGTHS: dict[str, int] = {name: field.max_length for name, field in MEASURED.items()}
IGNORE, ENCODING, NO_MANAGER = "ignore", "encoding", "no_manager"


@dataclass(frozen=True)
class LineError:
    """What is wrong, or worth knowing, in which line of the file (the first line is 1)."""

    line: int
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One field of one person: what it is, what the file says."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return str(BY_KEY[self.field].label)


@dataclass(frozen=True)
class Confirmation:
    """Something HR has to agree to before the import."""

    key: str
    text: str


@dataclass(frozen=True)
class Options:
    """How HR wants the file read. `columns` has a field for each named column; None: as it is guessed."""

    columns: tuple[str, ...] | None = None
    date_order: str = ""
    agreed: frozenset[str] = frozenset()

    @property
    def seen(self) -> str:
        """What a preview was made with, in one text."""
        return f"{'|'.join(self.columns or ())};{self.date_order}"


@dataclass
class Plan:
    """What an import would do. With errors it may not be applied, nor before every question is agreed to."""

    header: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    errors: list[LineError] = field(default_factory=list)
    error_count: int = 0
    warnings: list[LineError] = field(default_factory=list)
    notes: list[LineError] = field(default_factory=list)
    questions: list[Confirmation] = field(default_factory=list)
    agreed: frozenset[str] = frozenset()
    date_order: str = ""
    has_open_dates: bool = False  # some dates could be read two ways
    new: list[dict] = field(default_factory=list)
    changed: list[tuple[User, list[FieldChange]]] = field(default_factory=list)
    returning: list[User] = field(default_factory=list)
    unchanged_count: int = 0
    new_teams: list[str] = field(default_factory=list)

    def refuse(self, line: int, text: str) -> None:
        self.error_count += 1
        if len(self.errors) < SHOWN:
            self.errors.append(LineError(line, text))

    @property
    def is_clean(self) -> bool:
        return not self.error_count

    @property
    def needs_date_order(self) -> bool:
        return self.has_open_dates and not self.date_order

    @property
    def is_ready(self) -> bool:
        """Whether it may be applied as it is."""
        asked = {question.key for question in self.questions}
        return self.is_clean and not self.needs_date_order and asked <= self.agreed

    @property
    def seen(self) -> str:
        return Options(tuple(self.columns), self.date_order).seen

    @property
    def with_new_manager(self) -> list[User]:
        """Who has another manager afterwards."""
        return [user for user, changes in self.changed if any(each.field == "manager_email" for each in changes)]


def plan_import(content: bytes, options: Options | None = None) -> Plan:
    """The plan of a CSV or XLSX file. Four queries for any number of lines."""
    options = options or Options()
    plan = Plan(agreed=options.agreed)
    try:
        table = read_table(content)
    except Unreadable as fault:
        plan.refuse(fault.line, fault.text)
        return plan
    remembered = dict(ImportChoice.objects.values_list("key", "value"))
    _choose_columns(plan, table, options, remembered)
    if not plan.is_clean:
        return plan
    plan.rows = [_row(number, cells, plan.columns) for number, cells in table.lines]
    if not plan.rows:
        plan.refuse(1, _("The file has no line below the header."))
        return plan
    _choose_date_order(plan, options, remembered.get("dates", ""))
    Checker(plan).run()
    return plan


def remember(plan: Plan) -> None:
    """Keep how the columns and dates of an imported file were read, for the next file."""
    named = {bare(name): column for name, column in zip(plan.header, plan.columns, strict=True) if bare(name)}
    rows = [ImportChoice(key=_key_of(name), value=column) for name, column in named.items()]
    if plan.has_open_dates:
        rows.append(ImportChoice(key="dates", value=plan.date_order))
    ImportChoice.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["value"])


def _key_of(name: str) -> str:
    return f"column:{name}"[:200]


def _choose_columns(plan: Plan, table: Table, options: Options, remembered: dict) -> None:
    names = {bare(name) for name in table.header}
    last_time = {name: remembered[_key_of(name)] for name in names if _key_of(name) in remembered}
    plan.header, plan.columns = table.header, guessed(table.header, last_time)
    if options.columns is not None and len(options.columns) == len(table.header):
        plan.columns = [column if column in KEYS else IGNORED for column in options.columns]
    if table.encoding == WINDOWS:
        _ask_about_encoding(plan, table)
    _ask_about_ignored(plan, last_time)
    _check_columns(plan)


def _ask_about_encoding(plan: Plan, table: Table) -> None:
    """The first value that another encoding would change, for HR to look at."""
    odd = next((cell for _line, cells in table.lines for cell in cells if not cell.isascii()), "")
    text = _("The file is not in UTF-8. Read as Windows-1252 it says “%(sample)s”. Is that right?")
    plan.questions.append(Confirmation(ENCODING, text % {"sample": odd[:SAID_LENGTH]}))


def _ask_about_ignored(plan: Plan, last_time: dict) -> None:
    """Columns that nobody knows; those ignored at the last import are ignored again without asking."""
    unknown = [
        name
        for name, column in zip(plan.header, plan.columns, strict=True)
        if column == IGNORED and last_time.get(bare(name)) != IGNORED
    ]
    if unknown:
        names = _named([f"“{name[:SAID_LENGTH]}”" for name in unknown])
        text = ngettext("Ignore the column %(names)s.", "Ignore the columns %(names)s.", len(unknown))
        plan.questions.append(Confirmation(IGNORE, text % {"names": names}))


def _check_columns(plan: Plan) -> None:
    for key in sorted({key for key in plan.columns if key and plan.columns.count(key) > 1}):
        label = BY_KEY[key].label
        plan.refuse(1, _("Two columns are read as “%(label)s”. Ignore one of them.") % {"label": label})
    has_name = "name" in plan.columns or {"first_name", "last_name"} <= set(plan.columns)
    if "email" not in plan.columns:
        plan.refuse(1, _("No column holds the email address. Choose it below."))
    if not has_name:
        plan.refuse(1, _("No column holds the name. Choose it below, or first name and last name."))


def _named(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED] + ["…"] * (len(names) > MOST_NAMED))


def _row(number: int, cells: list[str], columns: list[str]) -> dict:
    """The values of a line by field; what a short line leaves out is not there, which is not the same as empty."""
    row: dict = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if not row.get("name"):
        row["name"] = " ".join(filter(None, (row.pop("first_name", ""), row.pop("last_name", ""))))
    row["line"] = number
    return row


def _choose_date_order(plan: Plan, options: Options, last_time: str) -> None:
    """The order of day and month: chosen, told by a day over 12 somewhere in the file, or as last time."""
    texts = [row["joined_on"] for row in plan.rows if row.get("joined_on")]
    plan.has_open_dates = any(_is_open(text) for text in texts)
    if plan.has_open_dates:
        plan.date_order = options.date_order or values.order_told_by(texts) or last_time


def _is_open(text: str) -> bool:
    try:
        values.parsed_date(text)
    except values.Ambiguous:
        return True
    except ValueError:
        return False
    return False


class Checker:
    """Checks values against each other and against the database, and works out what would change."""

    def __init__(self, plan: Plan):
        self.plan = plan
        everybody = list(User.objects.select_related("team", "manager"))
        self.users = {user.email.lower(): user for user in everybody}
        self.by_number = {same_name(user.employee_id): user for user in everybody if user.employee_id}
        self.grades = values.grade_labels()
        self.teams = {same_name(team.name): team.name for team in Team.objects.all()}
        self.seen: dict[str, int] = {}
        self.numbers: dict[str, dict] = {}
        self.renamed: dict[str, str] = {}  # addresses that change with this import: before → after
        self.person_of: dict[int, User] = {}  # by line
        self.by_name: dict[str, set[str]] | None = None

    def run(self) -> None:
        for row in self.plan.rows:
            self.check(row)
        self.check_managers()
        if self.plan.is_clean:
            self.compare()

    def refuse(self, row: dict, text: str, **words) -> None:
        self.plan.refuse(row["line"], text % words if words else text)

    def check(self, row: dict) -> None:
        self.check_address(row)
        self.check_person(row)
        self.check_lengths(row)
        if not is_seen(row["name"]):
            self.refuse(row, _("The name is missing."))
        if row.get("profession"):
            self.check_label(row, "profession", values.professions().get(same_name(row["profession"])))
        if row.get("grade"):
            self.check_label(row, "grade", self.grades.get(same_name(row["grade"])))
        if row.get("joined_on"):
            self.check_date(row)
        if row.get("language"):
            self.check_language(row)
        if row.get("time_zone"):
            self.check_parsed(row, "time_zone", values.parsed_zone)
        if row.get("team"):
            self.check_team(row)

    def check_address(self, row: dict) -> None:
        typed = row.get("email", "")
        row["email"] = email = typed_address(typed)
        if not email:
            self.refuse(row, _("The email address is missing."))
        elif len(email) > MAX_EMAIL:
            words = _("The email address has %(n)d characters; at most %(most)d are possible.")
            self.refuse(row, words, n=len(email), most=MAX_EMAIL)
        elif not is_address(email):
            words = _("“%(value)s” is not an email address.")
            if not email.partition("@")[0].isascii():
                words = _("“%(value)s”: the part before the @ may not contain umlauts or accents.")
            self.refuse(row, words, value=typed[:SAID_LENGTH])
        elif (first := self.seen.setdefault(email, row["line"])) != row["line"]:
            self.refuse(row, _("Line %(line)d has the same email address."), line=first)

    def check_person(self, row: dict) -> None:
        """Who is meant: by address, else by employee ID, when the address has changed."""
        person = self.users.get(row["email"])
        number = same_name(row.get("employee_id") or "")
        if number:
            first = self.numbers.setdefault(number, row)
            if first is not row:
                self.refuse(row, _("Line %(line)d has the same employee ID."), line=first["line"])
            owner = self.by_number.get(number)
            if person is None and owner is not None:
                person = owner
                self.renamed[owner.email.lower()] = row["email"]
            elif owner is not None and owner != person:
                words = _("The employee ID “%(value)s” belongs to %(name)s.")
                self.refuse(row, words, value=row["employee_id"][:SAID_LENGTH], name=owner.name)
        if person is not None:
            self.person_of[row["line"]] = person

    def check_lengths(self, row: dict) -> None:
        for name, most in LENGTHS.items():
            if len(row.get(name) or "") > most:
                words = _("%(label)s: %(n)d characters, at most %(most)d are possible.")
                self.refuse(row, words, label=capfirst(str(BY_KEY[name].label)), n=len(row[name]), most=most)

    def check_label(self, row: dict, name: str, key: str | None) -> None:
        if key is None:
            self.refuse_value(row, name)
        row[name] = key

    def check_parsed(self, row: dict, name: str, parse) -> None:
        try:
            row[name] = parse(row[name])
        except ValueError:
            self.refuse_value(row, name)

    def check_language(self, row: dict) -> None:
        """A language the product does not speak is left out, and HR is told; people choose another on their profile."""
        try:
            row["language"] = values.parsed_language(row["language"])
        except values.NotOffered:
            words = _("The product is not available in “%(value)s”. The language of %(name)s stays as it is.")
            said = {"value": row.pop("language")[:SAID_LENGTH], "name": row["name"]}
            self.note(self.plan.warnings, row, words % said)
        except ValueError:
            self.refuse_value(row, "language")

    def refuse_value(self, row: dict, name: str) -> None:
        words = _("%(label)s: “%(value)s” is not known. The import page lists the values you can use.")
        self.refuse(row, words, label=capfirst(str(BY_KEY[name].label)), value=row[name][:SAID_LENGTH])

    def check_date(self, row: dict) -> None:
        try:
            row["joined_on"] = values.parsed_date(row["joined_on"], self.plan.date_order).isoformat()
        except values.Ambiguous:
            return  # HR is asked for the order first
        except (ValueError, OverflowError):
            words = _("“%(value)s” is not a date between 1900 and five years from now. Write it as 2026-07-01.")
            self.refuse(row, words, value=row["joined_on"][:SAID_LENGTH])

    def check_team(self, row: dict) -> None:
        key = same_name(row["team"])
        if key not in self.teams:
            self.teams[key] = row["team"]
            self.plan.new_teams.append(row["team"])
        row["team"] = self.teams[key]

    # --- reporting lines -------------------------------------------------------------------------------------------
    def check_managers(self) -> None:
        """Managers are in the file or in the database, and nobody reports to themselves, however far round."""
        above = {
            self.present(email): self.present(user.manager.email.lower())
            for email, user in self.users.items()
            if user.manager
        }
        for row in self.plan.rows:
            if any(key in row for key in MANAGER_KEYS):
                row["manager_email"] = self.manager_of(row)
                above[row["email"]] = row["manager_email"]
        circular = in_circles(above)
        for row in self.plan.rows:
            if row["email"] in circular:
                self.refuse(row, _("This reporting line leads back to the person."))

    def present(self, email: str) -> str:
        """The address after the import."""
        return self.renamed.get(email, email)

    def manager_of(self, row: dict) -> str:
        """The address of the manager a line names, by address, employee ID or name; empty for none."""
        told = [row[key] for key in MANAGER_KEYS if row.get(key)]
        found = next(filter(None, map(self.person_named, told)), "")
        if told and not found:
            words = _("Manager: “%(value)s” is not known by email address, employee ID or a name that only one has.")
            self.refuse(row, words, value=told[0][:SAID_LENGTH])
        elif found == row["email"] and found:
            words = _("%(name)s is their own manager in the file. This is read as “no manager”.")
            self.note(self.plan.notes, row, words % {"name": row["name"]})
            return ""
        elif (manager := self.users.get(found)) is not None and not manager.is_active:
            words = _("The manager of %(name)s, %(manager)s, has left.")
            self.note(self.plan.warnings, row, words % {"name": row["name"], "manager": manager.name})
        return found

    @staticmethod
    def note(notes: list[LineError], row: dict, text: str) -> None:
        if len(notes) < SHOWN:
            notes.append(LineError(row["line"], text))

    def person_named(self, text: str) -> str:
        """The address, after the import, of the one person who is called `text`; empty when there is none."""
        if "@" in text:
            email = self.present(typed_address(text))
            return email if email in self.seen or email in self.users else ""
        number = same_name(text)
        if row := self.numbers.get(number):
            return row["email"]
        if user := self.by_number.get(number):
            return self.present(user.email.lower())
        found = self.names().get(number) or self.names().get(_turned(number)) or set()
        return next(iter(found)) if len(found) == 1 else ""

    def names(self) -> dict[str, set[str]]:
        """Addresses by name; people who have left do not make a name ambiguous."""
        if self.by_name is None:
            found = defaultdict(set)
            for row in self.plan.rows:
                found[same_name(row["name"])].add(row["email"])
            for email, user in self.users.items():
                if user.is_active or same_name(user.name) not in found:
                    found[same_name(user.name)].add(self.present(email))
            self.by_name = found
        return self.by_name

    # --- what would change -----------------------------------------------------------------------------------------
    def compare(self) -> None:
        losing = []
        for row in self.plan.rows:
            user = self.person_of.get(row["line"])
            if user is None:
                self.plan.new.append(row)
                continue
            if not user.is_active:
                self.plan.returning.append(user)
            changes = self.changes_of(user, row)
            if changes:
                self.plan.changed.append((user, changes))
            else:
                self.plan.unchanged_count += 1
            if any(each.field == "manager_email" and not each.after for each in changes):
                losing.append(user.name)
        if losing:
            text = ngettext(
                "%(n)d person has no manager afterwards: %(names)s.",
                "%(n)d people have no manager afterwards: %(names)s.",
                len(losing),
            )
            self.plan.questions.append(Confirmation(NO_MANAGER, text % {"n": len(losing), "names": _named(losing)}))

    def changes_of(self, user: User, row: dict) -> list[FieldChange]:
        """The fields the file would change; an empty optional value leaves name, language and the like alone."""
        found = []
        for name in COMPARED:
            if name not in row or (not row[name] and name not in MAY_BE_EMPTIED):
                continue
            before = present(user, name)
            after = row[name] or ""
            is_same = same_name(before) == same_name(after) if name == "team" else before == after
            if name == "manager_email":
                is_same = self.present(before.lower()) == after
            if not is_same:
                found.append(FieldChange(name, before, after))
        return found


def _turned(name: str) -> str:
    """ "keller, marta" as "marta keller"; a name without a comma as it is."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def in_circles(above: dict[str, str]) -> set[str]:
    """Everyone whose chain of managers comes back to them; linear in the number of people."""
    settled: set[str] = set()
    circular: set[str] = set()
    for start in above:
        path: list[str] = []
        place: dict[str, int] = {}
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
    if name == "email":
        return user.email.lower()
    return getattr(user, name) or ""
