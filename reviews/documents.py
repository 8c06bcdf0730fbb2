"""From a review to a PDF/UA document for one audience, with a fingerprint by which it can be confirmed later."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from activity.outbox import record
from reviews.models import IssuedDocument, Review
from reviews.pages import parts
from reviews.questions import Material
from reviews.states import Audience

STYLES = Path(__file__).resolve().parent.parent / "templates" / "documents" / "review.css"
FONTS = settings.BASE_DIR / "static" / "vendor" / "inter"


class PdfUnavailable(Exception):
    """Pango is missing on this machine; the message is the line to type."""


def load_for_document(reviews, pk) -> Review | None:
    """The review with all that a document shows, from a queryset that has already asked the policy."""
    return reviews.for_lists().select_related("cycle__template", "cycle__catalogue").filter(pk=pk).first()


def audience_of(review: Review, user) -> Audience:
    if user.pk == review.subject_id:
        return Audience.SUBJECT
    return Audience.MANAGER if review.manager_id in user.acts_for else Audience.HR


def html_for(review: Review, audience: Audience, reader) -> str:
    """The document as HTML: what `reader` may read, and nothing else."""
    context = parts(review, reader, Material(review))
    context |= {"review": review, "audience": Audience(audience), "css": STYLES.read_text()}
    return render_to_string("documents/review.html", context)


def only_our_files(url: str, **_kwargs):
    """WeasyPrint's door to the outside: our own fonts by name, `data:` addresses, nothing else."""
    from weasyprint.urls import default_url_fetcher

    if url.startswith("data:"):
        return default_url_fetcher(url)
    name = url.removeprefix("font:")
    if url.startswith("font:") and name in {path.name for path in FONTS.glob("*.woff2")}:
        return {"file_obj": (FONTS / name).open("rb"), "mime_type": "font/woff2"}
    raise ValueError("a document loads nothing from outside")


def to_pdf(html: str) -> bytes:
    """PDF/UA-1 bytes of `html`. Raises PdfUnavailable when the system lacks Pango."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:
        raise PdfUnavailable("apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") from error
    document = HTML(string=html, url_fetcher=only_our_files, base_url="font:")
    return document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, font_config=FontConfiguration())


def issue(review: Review, audience: Audience, *, by) -> bytes:
    """Make the PDF for `by`, note its fingerprint and the event."""
    pdf = to_pdf(html_for(review, audience, by))
    document, is_new = IssuedDocument.objects.get_or_create(
        sha256=sha256(pdf).hexdigest(), defaults={"review": review, "audience": audience}
    )
    if is_new:
        record(review, "issue", by=by, audience=str(audience), document=str(document.pk))
    return pdf


def confirm(file) -> IssuedDocument | None:
    """The document whose bytes are exactly those of `file`."""
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return IssuedDocument.objects.filter(sha256=digest.hexdigest()).first()
