"""From a review to a PDF/UA document for one audience, with a fingerprint by which it can be confirmed later."""

from hashlib import sha256

from django.template.loader import render_to_string

from activity.outbox import record
from reviews.models import IssuedDocument, Review
from reviews.pages import parts
from reviews.press import to_pdf
from reviews.questions import Material
from reviews.states import Audience


def load_for_document(reviews, pk) -> Review | None:
    """The review with all that a document shows, from a queryset that has already asked the policy."""
    return reviews.for_page().filter(pk=pk).first()


def audience_of(review: Review, user) -> Audience:
    if user.pk == review.subject_id:
        return Audience.SUBJECT
    return Audience.MANAGER if review.manager_id in user.acts_for else Audience.HR


def html_for(review: Review, audience: Audience, reader) -> str:
    """The document as HTML: what `reader` may read, and nothing else."""
    context = parts(review, reader, Material(review))
    context |= {"review": review, "audience": Audience(audience)}
    return render_to_string("documents/review.html", context)


def issue(review: Review, audience: Audience, *, by) -> bytes:
    """Make the PDF for `by`, note its fingerprint and the event. Raises PrintingFailed, PdfUnavailable."""
    return issued(review, audience, to_pdf(html_for(review, audience, by)), by=by)


def issued(review: Review, audience: Audience, pdf: bytes, *, by) -> bytes:
    """Note the fingerprint of a finished document and who it was made for; returns it."""
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
