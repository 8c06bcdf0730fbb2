"""The printing press: HTML in, PDF/UA-1 out. Imported where it is used, because Pango may be missing on a machine."""

from pathlib import Path

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

STYLES = Path(settings.BASE_DIR) / "templates" / "documents" / "review.css"
FONTS = Path(settings.BASE_DIR) / "static" / "vendor" / "inter"


class OurFonts(URLFetcher):
    """The press's only door to the outside: our own fonts by name and `data:` addresses. Raises ValueError else."""

    def __init__(self):
        super().__init__(allowed_protocols=["data"], fail_on_errors=True)

    def fetch(self, url, headers=None):
        name = url.removeprefix("font:")
        if url.startswith("font:") and name in {path.name for path in FONTS.glob("*.woff2")}:
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})
        if not url.startswith("data:"):
            raise ValueError("a document loads nothing from outside")
        return super().fetch(url, headers)


def press(html: str) -> bytes:
    """The PDF of one of our own documents; any address it may not load stops it."""
    fonts, door = FontConfiguration(), OurFonts()
    styles = CSS(string=STYLES.read_text(), font_config=fonts, url_fetcher=door)
    document = HTML(string=html, url_fetcher=door)
    return document.write_pdf(stylesheets=[styles], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
