"""List what is missing on this machine and which settings are unusual for production."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

# By script, a language of it and the Debian package with a font for it.
FONTS = {
    "Chinese": ("zh", "fonts-noto-cjk"),
    "Japanese": ("ja", "fonts-noto-cjk"),
    "Korean": ("ko", "fonts-noto-cjk"),
    "Thai": ("th", "fonts-noto-core"),
    "Devanagari": ("hi", "fonts-noto-core"),
    "emoji": ("und-zsye", "fonts-noto-color-emoji"),
}
LOCAL = {"127.0.0.1", "localhost", "::1"}
EXAMPLES = ("example.org", "example.com")
SECONDS = 10


class Command(BaseCommand):
    help = "Name missing fonts, a missing Pango, and settings that would surprise. Exits with 1 when there are any."

    def handle(self, *args, **options):
        found = [*missing_for_documents(), *missing_fonts(), *surprising_settings()]
        for line in found:
            self.stdout.write(f"- {line}")
        if found:
            sys.exit(1)
        self.stdout.write("Nothing is missing.")


def missing_for_documents() -> Iterator[str]:
    """Whether documents can be printed: tried in a process of its own, as the libraries are loaded for good."""
    trial = [sys.executable, "-c", "import weasyprint"]
    if subprocess.run(trial, capture_output=True, timeout=60, check=False).returncode:  # noqa: S603
        yield "PDF: Pango is missing. Install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."


def missing_fonts() -> Iterator[str]:
    """Scripts without a font: in a PDF their characters are boxes."""
    if shutil.which("fc-list") is None:
        yield "Fonts: fc-list is missing, so fonts cannot be checked. Install fontconfig."
        return
    for script, (language, package) in FONTS.items():
        if not families_for(language):
            yield f"Fonts: none for {script}. Install {package}."


def families_for(language: str) -> list[str]:
    """Names of the installed font families that cover `language`."""
    call = ["fc-list", f":lang={language}", "family"]
    answer = subprocess.run(call, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    return [line for line in answer.stdout.splitlines() if line.strip()]


def surprising_settings() -> Iterator[str]:
    """Settings that are fine for a trial and wrong for an organisation."""
    address = urlsplit(settings.BASE_URL)
    is_local = address.hostname in LOCAL
    if settings.DEBUG:
        yield "DEBUG is on: faults show their source to everybody. Remove it from the environment."
    if settings.DEMO and not is_local:
        yield "DEMO is on at a public address: its accounts have known passwords. Remove it from the environment."
    if is_local:
        yield f"BASE_URL is {settings.BASE_URL}: links in emails open on this machine only. Set your public address."
    elif address.scheme != "https":
        yield f"BASE_URL is {settings.BASE_URL}: sign-ins travel unencrypted. Use an https address."
    if settings.CONTACT_EMAIL.endswith(EXAMPLES):
        yield f"CONTACT_EMAIL is {settings.CONTACT_EMAIL}: nobody reads it. Set an address of yours."
    if "smtp" not in settings.EMAIL_BACKEND and not settings.DEMO:
        yield "EMAIL_HOST is not set: emails are written to a folder and reach nobody."
    if not settings.REQUIRE_SECOND_FACTOR and not settings.DEMO:
        yield "REQUIRE_SECOND_FACTOR is off: HR and IT sign in with a password alone."
