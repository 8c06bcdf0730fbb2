"""What holds for every template of the product."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from foundation.ui import navigation, tags
from scripts.vendor import ICONS

FOLDER = Path(settings.BASE_DIR) / "templates"
PAGES = [
    path for path in sorted(FOLDER.rglob("*.html")) if path.relative_to(FOLDER).parts[0] not in ("documents", "emails")
]
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)")
BROKEN_TAG = re.compile(r"\{\{[^}]*\n[^}]*\}\}|\{%[^%]*\n[^%]*%\}")  # over two lines it is shown as text
ICON_NAMES = re.compile(r"""{% icon "([^"]+)"|\b(?:icon|action_icon)="([^"]+)\"""")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_template_compiles_and_keeps_the_content_policy(path):
    get_template(str(path.relative_to(FOLDER)))
    assert INLINE.findall(path.read_text()) == []
    assert "|safe" not in path.read_text()
    assert BROKEN_TAG.findall(path.read_text()) == []


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
