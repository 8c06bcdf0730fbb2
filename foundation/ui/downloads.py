"""Downloads: their names, and tables that are safe in spreadsheets."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import quote

import xlsxwriter
from anyascii import anyascii
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

SIGNS = "=+-@"
TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM = "\ufeff"  # without it Excel reads a CSV in the code page of its machine
MADE = datetime(2000, 1, 1)  # of every workbook: a file made twice is the same, and has no hour
LONGEST = 100  # characters of one part of a file's name


def plain_name(*parts: str) -> str:
    """`parts` in Latin letters, digits and hyphens: "wang-xiao-ming" of 王小明; never empty."""
    slugs = [slugify(anyascii(str(part)))[:LONGEST].strip("-") for part in parts]
    return "-".join(filter(None, slugs)) or "file"


def disposition(*parts: str, kind: str) -> str:
    """The header of a download: a plain name for old programs, and the name as it is written for all others."""
    names = ["".join(sign for sign in str(part) if sign.isalnum() or sign in " -_.,()")[:LONGEST] for part in parts]
    full = " – ".join(filter(None, (name.strip(" .") for name in names))) or "file"
    return f"attachment; filename=\"{plain_name(*parts)}.{kind}\"; filename*=UTF-8''{quote(f'{full}.{kind}', safe='')}"


def download(content: bytes, *parts: str, kind: str) -> HttpResponse:
    """An answer with the file `content`, named after `parts`; `kind` is pdf, csv or xlsx."""
    return HttpResponse(
        content, content_type=TYPES[kind], headers={"Content-Disposition": disposition(*parts, kind=kind)}
    )


def cell(value) -> str | int | float:
    """A value as a cell that no spreadsheet takes for a formula; numbers stay numbers.

    Quoted is what begins, after white space and invisible signs, with = + - @ in any width (OWASP, CSV injection), and
    what begins with a control character.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    rest = text.lstrip("".join({sign for sign in text if _is_blank(sign)}))
    is_formula = unicodedata.normalize("NFKC", rest[:1]).startswith(tuple(SIGNS)) or rest[:1] == "\u2212"
    return f"'{text}" if is_formula or text[:1] in set("\t\r\n\0") else text


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Zs")


class _Echo:
    """A file for csv.writer that hands each line to the response at once."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable]) -> Iterator[str]:
    """The lines of a CSV file that Excel reads as UTF-8; every cell is safe."""
    writer = csv.writer(_Echo())
    yield BOM
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def streamed_csv(rows: Iterable[Iterable], *parts: str) -> StreamingHttpResponse:
    """A CSV of any length, made while it is sent."""
    answer = StreamingHttpResponse(csv_lines(rows), content_type=TYPES["csv"])
    answer["Content-Disposition"] = disposition(*parts, kind="csv")
    return answer


def table(rows: Iterable[Iterable], *parts: str, kind: str) -> HttpResponse:
    """A table as a download; `kind` is csv or xlsx, and the first row is its head."""
    content = "".join(csv_lines(rows)).encode() if kind == "csv" else workbook(rows)
    return download(content, *parts, kind=kind)


def started_workbook(file, **options) -> xlsxwriter.Workbook:
    """An empty workbook, to be closed by the caller; texts are written as texts, never as formulas or links."""
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, safe | options)
    book.set_properties({"created": MADE})
    return book


def workbook(rows: Iterable[Iterable]) -> bytes:
    """An XLSX file with one sheet, its head bold."""
    file = io.BytesIO()
    book = started_workbook(file, in_memory=True)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, [cell(value) for value in row], None if number else bold)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return file.getvalue()
