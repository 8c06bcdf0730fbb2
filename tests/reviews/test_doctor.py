"""The `doctor` command names what is missing (cases F5)."""

import os
from io import StringIO

import pytest
from django.core.management import call_command

FC_LIST = """#!/bin/sh
case "$1" in
  :lang=th) ;;
  *) echo "Some Font" ;;
esac
"""


def said() -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def well_set(settings):
    settings.DEBUG = settings.DEMO = False
    settings.BASE_URL = "https://plumbline.acme.de"
    settings.CONTACT_EMAIL = "people@acme.de"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.REQUIRE_SECOND_FACTOR = True
    return settings


@pytest.fixture
def fc_list(tmp_path, monkeypatch):
    """A machine with fonts for everything but Thai."""
    program = tmp_path / "fc-list"
    program.write_text(FC_LIST)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    return program


def test_the_script_without_a_font_is_named_with_its_package(well_set, fc_list):
    """cases F5"""
    assert said() == (1, "- Fonts: none for Thai. Install fonts-noto-core.\n")
    fc_list.write_text(FC_LIST.replace(":lang=th) ;;\n", ""))
    assert said() == (0, "Nothing is missing.\n")


def test_a_machine_without_fontconfig_is_told_so(well_set, tmp_path, monkeypatch):
    """cases F5"""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert said() == (1, "- Fonts: fc-list is missing, so fonts cannot be checked. Install fontconfig.\n")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("DEMO", True, "DEMO is on at a public address"),
        ("BASE_URL", "http://127.0.0.1:8000", "open on this machine only"),
        ("BASE_URL", "http://plumbline.acme.de", "unencrypted"),
        ("CONTACT_EMAIL", "hr@example.org", "nobody reads it"),
        ("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend", "reach nobody"),
        ("REQUIRE_SECOND_FACTOR", False, "password alone"),
    ],
)
def test_a_setting_that_would_surprise_is_named(well_set, fc_list, name, value, words):
    """cases F5"""
    fc_list.write_text(FC_LIST.replace(":lang=th) ;;\n", ""))
    setattr(well_set, name, value)
    code, text = said()
    assert code == 1
    assert words in text
    assert text.count("\n") == 1
