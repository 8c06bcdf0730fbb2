"""From a review to a PDF/UA document for one audience, with a fingerprint by which it can be confirmed later."""

from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from foundation.audit.events import event_for, record_all
from reviews.documents.pdf_worker import to_pdf
from reviews.evaluation.material import Material
from reviews.models import IssuedDocument, Review
from reviews.policies import ReviewPolicy
from reviews.review.presenters import parts
from reviews.states import AFTER_DELIVERY, Audience


def load_for_document(reviews, pk) -> Review | None:
    """The review with all that a document shows, from a queryset that has already asked the policy."""
    return reviews.for_page().filter(pk=pk).first()


def audience_of(review: Review, user) -> Audience:
    if ReviewPolicy.allows(user, review, "own"):
        return Audience.SUBJECT
    return Audience.MANAGER if ReviewPolicy.allows(user, review, "manage") else Audience.HR


def html_for(review: Review, audience: Audience, reader) -> str:
    """The document as HTML: what `reader` may read, and nothing else."""
    context = parts(review, reader, Material(review))
    context |= {"review": review, "audience": Audience(audience), "verify_url": verify_url()}
    return render_to_string("documents/review.html", context)


def verify_url() -> str:
    """Where anybody who has a document may check it."""
    return settings.BASE_URL.rstrip("/") + reverse("reviews:verify")


def issue(review: Review, audience: Audience, *, by) -> bytes:
    """Make the PDF for `by`, note its fingerprint and the event. Raises PrintingFailed, PdfUnavailable."""
    pdf = to_pdf(html_for(review, audience, by))
    issued([(review, pdf)], audience, by=by)
    return pdf


def issued_before(review: Review, audience: Audience, reader) -> bytes | None:
    """The document as it stands, if exactly this was issued to this audience; nothing is noted.

    Raises PrintingFailed, PdfUnavailable.
    """
    known = IssuedDocument.objects.filter(review=review, audience=audience)
    if not known.exists():
        return None
    pdf = to_pdf(html_for(review, audience, reader))
    return pdf if known.filter(sha256=sha256(pdf).hexdigest()).exists() else None


@transaction.atomic
def issued(documents: list[tuple[Review, bytes]], audience: Audience, *, by) -> None:
    """Note the fingerprints of finished documents and who they were made for; what is noted already stays."""
    made = {sha256(pdf).hexdigest(): review for review, pdf in documents}
    known = set(IssuedDocument.objects.filter(sha256__in=made).values_list("sha256", flat=True))
    new = [IssuedDocument(sha256=h, review=review, audience=audience) for h, review in made.items() if h not in known]
    IssuedDocument.objects.bulk_create(new, ignore_conflicts=True)  # the same bytes may be noted at this moment
    new = list(IssuedDocument.objects.filter(pk__in=[each.pk for each in new]).select_related("review"))
    record_all(event_for(each.review, "issue", by=by, audience=str(audience), document=str(each.pk)) for each in new)


def confirm(file) -> IssuedDocument | None:
    """The document whose bytes are exactly those of `file`."""
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return IssuedDocument.objects.select_related("review").filter(sha256=digest.hexdigest()).first()


def is_current(document: IssuedDocument) -> bool:
    """Whether no newer document was issued to the same readers, and the review has not been reopened since."""
    newer = IssuedDocument.objects.filter(
        review=document.review_id, audience=document.audience, issued_at__gt=document.issued_at
    )
    review = document.review
    if review.status not in AFTER_DELIVERY or review.delivered_at is None:
        return False
    return review.delivered_at <= document.issued_at and not newer.exists()
