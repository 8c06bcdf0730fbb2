"""HTML in, PDF/UA-1 out, in a process of its own that can open no socket.

Run as `python -m reviews.documents.render` it reads documents from standard input and writes PDFs to standard output,
each with its length before it (8 bytes, big-endian; length 0 for a failure). It knows neither Django nor the database.
"""

import resource
import socket
import struct
import sys
from functools import cache
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "templates" / "documents" / "review.css"
FONTS = ROOT / "static" / "vendor" / "inter"
MEMORY = 512 * 1024 * 1024  # bytes of data a document may take
LENGTH = struct.Struct(">Q")


class OurFonts(URLFetcher):
    """All that the worker can reach: our own fonts by name and `data:` addresses. Raises ValueError else."""

    def __init__(self):
        super().__init__(allowed_protocols=["data"], fail_on_errors=True)

    def fetch(self, url, headers=None):
        name = url.removeprefix("font:")
        if url.startswith("font:") and name in {path.name for path in FONTS.glob("*.woff2")}:
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})
        if not url.startswith("data:"):
            raise ValueError("a document loads nothing from outside")
        return super().fetch(url, headers)


@cache
def house_style() -> tuple[CSS, FontConfiguration]:
    """Our styles and fonts, read once by each worker: nearly half of a document's time, and nothing of a review."""
    fonts = FontConfiguration()
    return CSS(string=STYLES.read_text(), font_config=fonts, url_fetcher=OurFonts()), fonts


def to_pdf(html: str) -> bytes:
    """The PDF of one of our own documents; any address it may not load stops it."""
    styles, fonts = house_style()
    document = HTML(string=html, url_fetcher=OurFonts())
    return document.write_pdf(stylesheets=[styles], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)


def seal() -> None:
    """From here on this process opens no socket and takes no more than MEMORY."""

    def refuse(*_args, **_kwargs):
        raise PermissionError("the worker opens no socket")

    socket.socket = socket.create_connection = socket.getaddrinfo = refuse  # type: ignore[misc, assignment]
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def serve() -> None:
    """Print what comes in until the input ends; a document that cannot be printed is answered with nothing."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(LENGTH.size):
        html = source.read(LENGTH.unpack(head)[0]).decode()
        try:
            pdf = to_pdf(html)
        except Exception as error:
            print(f"a document could not be printed: {type(error).__name__}", file=sys.stderr, flush=True)
            pdf = b""
        target.write(LENGTH.pack(len(pdf)) + pdf)
        target.flush()


if __name__ == "__main__":
    seal()
    serve()
