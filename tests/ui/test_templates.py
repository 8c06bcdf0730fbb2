"""What holds for every template of the product."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from foundation.ui import navigation, tags
from scripts.vendor import ICONS

FOLDER = Path(settings.BASE_DIR) / "templates"
PAGES = [
    path for path in sorted(FOLDER.rglob("*.html")) if path.relative_to(FOLDER).parts[0] not in ("documents", "emails")
]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)")
BROKEN_TAG = re.compile(r"\{\{[^}]*\n[^}]*\}\}|\{%[^%]*\n[^%]*%\}")  # over two lines it is shown as text
WIDTH = 120  # characters in a line
MOST_ARGUMENTS = 8  # of a component
INCLUDE = re.compile(r'{% include "([^"]+)"(?: with (.*?))?( only)? %}')
ARGUMENT = re.compile(r'(?<![\w"])(\w+)=')
ICON_NAMES = re.compile(r"""{% icon "([^"]+)"|\bicon="([^"]+)\"""")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_template_compiles_and_keeps_the_content_policy(path):
    get_template(str(path.relative_to(FOLDER)))
    assert INLINE.findall(path.read_text()) == []
    assert "|safe" not in path.read_text()
    assert BROKEN_TAG.findall(path.read_text()) == []


def test_no_line_is_too_wide():
    """A Django tag can't be broken: a shorter line comes from `with`, `as` or a trimmed blocktranslate."""
    wide = {
        f"{path.relative_to(FOLDER)}:{number}"
        for path in FOLDER.rglob("*")
        if path.is_file() and path.suffix != ".md"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > WIDTH
    }
    assert wide == set()


def faults(text: str) -> list[str]:
    """What is wrong with the includes of a template's `text`."""
    found = []
    for name, given, only in INCLUDE.findall(text):
        arguments = ARGUMENT.findall(given)
        try:
            source = Path(get_template(name).origin.name).read_text()
        except TemplateDoesNotExist:
            found.append(f"{name} does not exist")
            continue
        if not name.startswith("components/"):
            continue
        if not only:
            found.append(f"{name} without only")
        if len(arguments) > MOST_ARGUMENTS:
            found.append(f"{name} with {len(arguments)} arguments")
        # {% querystring %} reads the request without naming it
        unknown = [each for each in arguments if each != "request" and not re.search(rf"\b{each}\b", source)]
        found += [f"{name} knows no {each}" for each in unknown]
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_component_gets_the_arguments_it_knows_and_no_more_than_eight(path):
    assert faults(path.read_text()) == []


def test_a_faulty_include_would_be_found():
    assert faults('{% include "components/quote.html" with text=each.text source="Peers" only %}') == []
    assert faults('{% include "components/quote.html" with text=text %}') == ["components/quote.html without only"]
    assert faults('{% include "components/quote.html" with sentence=text only %}') == [
        "components/quote.html knows no sentence"
    ]
    many = " ".join(f"text{n}=text" for n in range(MOST_ARGUMENTS + 1))
    assert "components/quote.html with 9 arguments" in faults(
        f'{{% include "components/quote.html" with {many} only %}}'
    )
    assert faults('{% include "components/none.html" only %}') == ["components/none.html does not exist"]


def test_a_tag_over_two_lines_would_be_found():
    assert BROKEN_TAG.search("by {{ who\n}} today")
    assert BROKEN_TAG.search("{% if a\nb %}")
    assert not BROKEN_TAG.search("{{ a }}\n{{ b }}")


def test_every_icon_in_use_is_in_the_sprite():
    used = {name for path in PAGES for pair in ICON_NAMES.findall(path.read_text()) for name in pair if name}
    used |= (
        set(tags.TONE_ICONS.values()) | set(tags.ALERT_ICONS.values()) | {entry.icon for entry in navigation.ENTRIES}
    )
    assert used - set(ICONS) == set()


def test_inline_code_would_be_found():
    assert INLINE.search('<p style="color: red">')
    assert INLINE.search("<script>go()</script>")
    assert not INLINE.search('<script type="module" src="/a.js"></script>')


def test_components_are_all_described():
    described = (FOLDER / "components/README.md").read_text()
    inner = {"chart_legend", "dotplot", "dotplot_scale", "heads", "mark", "radar"}  # behind tags
    names = {path.stem for path in (FOLDER / "components").glob("*.html")} - inner
    assert {name for name in names if f"`{name}.html`" not in described} == set()
