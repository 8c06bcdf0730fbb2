"""Files that leave the product: their names, and cells that stay text."""

import io
import re
from urllib.parse import unquote

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from foundation.ui import downloads
from tests.factories import answers_to, make_collecting_round
from tests.feedback.conftest import SIX

FORMULAS = ["=1+1", "＝1+1", " =1", "\u00a0=1", "\u200b=1", "\ufeff@SUM(A1)", "\t+1", "\n-1", "＋1", "－1", "＠x", "−1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_that_looks_like_a_formula_is_quoted(text):
    """cases G15"""
    assert downloads.cell(text) == f"'{text}"
    assert "".join(downloads.csv_lines([[text]])).removeprefix(downloads.BOM).strip('"').startswith("'")


@pytest.mark.parametrize("text", ["1+1", "a=b", "Søren", "“=1”", "", "(-1)"])
def test_any_other_text_stays_as_it_is(text):
    """cases G15"""
    assert downloads.cell(text) == text


def test_numbers_stay_numbers():
    """cases G15: a minus before a number is no formula."""
    assert [downloads.cell(number) for number in (3, -3, 2.5)] == [3, -3, 2.5]


NAMES = [("王小明", "wangxiaoming"), ("Søren Łukasz", "sorenlukasz"), ("///", "file"), ("Ünal", "unal")]
HEADER = re.compile(r"""attachment; filename="([a-z-]+).pdf"; filename\*=UTF-8''(\S+).pdf""")


@pytest.mark.parametrize(("name", "plain"), NAMES)
def test_a_file_has_a_plain_name_and_its_own(name, plain):
    """cases F4: texts.json pdf_names"""
    old, new = HEADER.fullmatch(downloads.disposition(name, kind="pdf")).groups()
    assert old.replace("-", "") == plain
    assert unquote(new) == (name if plain != "file" else "file")


def test_a_name_breaks_no_header():
    """cases F4"""
    header = downloads.disposition('a"\r\nSet-Cookie: x=1; ../../etc', kind="csv")
    assert not re.search(r"[\r\n]|\.\./", header)
    assert header.count('"') == 2


def test_a_table_is_read_by_excel(cast, as_):
    """cases F4: a CSV begins with its mark, an XLSX stands beside it and holds the same."""
    from feedback import services

    round, requests = make_collecting_round(cast.subject, SIX)
    for request in requests:
        services.answer(request, answers_to(request, text="＝1+1"))
    round = services.release_round(round)
    client = as_(cast.manager)
    table = client.get(reverse("feedback:results_csv", args=[round.pk]))
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert "Priya Raman" in unquote(table["Content-Disposition"])
    book = client.get(reverse("feedback:results_xlsx", args=[round.pk]))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Code", "Group", "People"]
    assert len(rows) == len([line for line in table.content.decode().splitlines() if line])
    assert not any(str(cell).startswith(("=", "＝")) for row in rows for cell in row)
