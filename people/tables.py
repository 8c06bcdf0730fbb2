"""The lines of a file: CSV in the encodings and with the separators programs write, or XLSX. Nothing is interpreted."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from people.columns import KNOWN_NAMES, bare
from people.typed import tidy

MAX_BYTES = 20_000_000
MAX_UNPACKED = 400_000_000  # bytes of a workbook once unpacked
MAX_ROWS = 100_000
MAX_COLUMNS = 200
SEPARATORS = ",;\t|"
SEP_LINE = re.compile(r'^"?sep=(.)"?[;,\t]*\r?\n', re.IGNORECASE)
UTF_8, UTF_16, WINDOWS, WORKBOOK = "utf-8", "utf-16", "windows-1252", "xlsx"


class Unreadable(ValidationError):
    """The file cannot be read; `line` is where (the first line is 1)."""

    def __init__(self, line: int, text: str):
        super().__init__(text)
        self.line, self.text = line, text


@dataclass
class Table:
    """`header` and `lines` as (number in the file, cells); cells are tidied, columns without a name are gone."""

    header: list[str] = field(default_factory=list)
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    encoding: str = UTF_8


def read_table(content: bytes) -> Table:
    """The table in a CSV or XLSX file. Raises Unreadable with the line at fault."""
    if len(content) > MAX_BYTES:
        raise Unreadable(1, _("The file is larger than 20 MB."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        rows, encoding = _workbook_rows(content), WORKBOOK
    else:
        text, encoding = _decoded(content)
        rows = _csv_rows(text)
    return _table(rows, encoding)


def _table(rows, encoding: str) -> Table:
    table = Table(encoding=encoding)
    places: list[int] = []
    for number, cells in rows:
        if not any(cells):
            continue
        if not table.header:
            places = [place for place, name in enumerate(cells) if name]
            table.header = [cells[place] for place in places]
            if len(places) > MAX_COLUMNS:
                raise Unreadable(number, _("The file has more than %(n)d columns.") % {"n": MAX_COLUMNS})
            continue
        if len(table.lines) >= MAX_ROWS:
            raise Unreadable(number, _("The file has more than 100,000 people."))
        table.lines.append((number, _fitting(number, cells, places)))
    return table


def _fitting(number: int, cells: list[str], places: list[int]) -> list[str]:
    """The cells under the named columns; a short line stays short. Raises Unreadable for values without a column."""
    if places == list(range(len(cells))):
        return cells
    known = set(places)
    if any(cell and place not in known for place, cell in enumerate(cells)):
        words = _("This line has more values than the header has columns. Check for a separator inside a value.")
        raise Unreadable(number, words)
    return [cells[place] for place in places if place < len(cells)]


# --- CSV -----------------------------------------------------------------------------------------------------------
def _decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding; Windows-1252 is only a guess, which HR confirms."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(content, "utf-16"), UTF_16
    if wide := _wide(content):
        return _strictly(content, wide), UTF_16
    try:
        text, encoding = content.decode("utf-8-sig"), UTF_8
    except UnicodeDecodeError:
        text, encoding = content.decode("cp1252", errors="replace"), WINDOWS
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise Unreadable(line, _("This line contains a NUL character. Save the file as CSV or XLSX again."))
    return text, encoding


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    start = content[:2000]
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 5:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable(1, _("The file is damaged: it is not the UTF-16 text it claims to be.")) from error
    if "\0" in text:
        raise Unreadable(1, _("The file contains NUL characters. Save it as CSV or XLSX again."))
    return text


def _csv_rows(text: str):
    """(number of the line where the row begins, tidied cells)."""
    separator = ""
    skipped = 0
    if told := SEP_LINE.match(text):
        separator, text, skipped = told[1], text[told.end() :], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or _separator(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins + skipped, [tidy(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(begins + skipped, _csv_fault(str(error))) from error


def _csv_fault(text: str) -> str:
    if "unexpected end" in text:
        return _("A quotation mark that begins in this line is never closed.")
    if "expected after" in text:
        return _("There is text after a closing quotation mark. Write a quotation mark inside a value twice.")
    if "field larger" in text:
        return _("A value is too long. Perhaps a quotation mark is not closed.")
    return _("This line cannot be read as CSV.")


def _separator(text: str) -> str:
    """The sign that makes the most known columns of the first line, else the most columns."""
    first = next((line for line in text.splitlines() if line.strip(f'{SEPARATORS} "')), "")

    def known(sign: str) -> tuple[int, int]:
        names = first.split(sign)
        return sum(bare(name) in KNOWN_NAMES for name in names), len(names)

    return max(SEPARATORS, key=known)


# --- workbooks -----------------------------------------------------------------------------------------------------
def _workbook_rows(content: bytes):
    """The first sheet that has anything in it."""
    _check_size(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(any(cell != "" for cell in row) for row in rows):
                return [(number, [_cell(cell) for cell in row]) for number, row in enumerate(rows, 1)]
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(1, _("This workbook cannot be read. Save it as XLSX or CSV again.")) from error
    return []


def _check_size(content: bytes) -> None:
    """A workbook is packed; one that unpacks to gigabytes is refused before it is opened."""
    if not content.startswith(b"PK"):
        return
    try:
        unpacked = sum(each.file_size for each in zipfile.ZipFile(io.BytesIO(content)).infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable(1, _("This workbook cannot be read. Save it as XLSX or CSV again.")) from error
    if unpacked > MAX_UNPACKED:
        raise Unreadable(1, _("This workbook is too large. Save its first sheet as CSV."))


def _cell(value) -> str:
    """A cell as its reader would type it: whole numbers without a fraction, days as ISO dates."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, datetime)):
        return value.isoformat(*((" ",) if isinstance(value, datetime) else ()))
    return tidy(str(value))
