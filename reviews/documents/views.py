"""The PDF of one review, and the page that confirms or denies a given file."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render

from foundation.audit.events import record
from foundation.clients import client_of, network_of
from foundation.counters.limits import Limit, spend
from foundation.ui.downloads import download
from reviews.documents.forms import VerifyForm
from reviews.documents.pdf_worker import PdfUnavailable, PrintingFailed
from reviews.documents.services import audience_of, confirm, is_current, issue, issued_before, load_for_document
from reviews.models import Review
from reviews.states import AFTER_DELIVERY

CHECKS = Limit("verify.client", 60, timedelta(hours=1))


def summary_pdf(request, pk):
    """The summary as the reader may read it, once the review is delivered: issued by POST, then downloaded by GET.

    A GET before that, or when the review has changed since, is the page that offers to issue it.
    """
    delivered = Review.objects.visible_to(request.user).filter(status__in=AFTER_DELIVERY)
    review = load_for_document(delivered, pk)
    if review is None:
        raise Http404
    audience = audience_of(review, request.user)
    try:
        if request.method == "POST":
            issue(review, audience, by=request.user)
            return redirect("reviews:summary_pdf", pk=pk)
        pdf = issued_before(review, audience, request.user)
    except PdfUnavailable as missing:
        return render(request, "reviews/pdf_unavailable.html", {"line": str(missing)}, status=503)
    except PrintingFailed:
        return render(request, "reviews/pdf_failed.html", {"review": review}, status=503)
    if pdf is None:
        return render(request, "reviews/pdf_issue.html", {"review": review})
    record(review, "downloaded", by=request.user)
    return download(pdf, review.subject.name, review.cycle.name, kind="pdf")


@login_not_required
def verify(request):
    """Is this file one of ours, unchanged, and the newest? Says so to anybody, without saying whose it is."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    context = {"form": form, "result": ""}
    if request.method != "POST":
        return render(request, "reviews/verify.html", context)
    if not spend(CHECKS, network_of(client_of(request))):
        return render(request, "reviews/verify.html", context | {"result": "limited"}, status=429)
    if not form.is_valid():
        return render(request, "reviews/verify.html", context, status=400)
    found = confirm(form.cleaned_data["document"])
    known = ("current" if is_current(found) else "superseded") if found else "unknown"
    context |= {"result": known, "issued_at": found.issued_at if found else None}
    return render(request, "reviews/verify.html", context)
