"""Browsers in which somebody has signed in before: the right password always works there, whatever strangers try."""

import secrets
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "__Host-browser" if settings.IS_HTTPS else "plumbline_browser"
AGE = 400 * 86400  # seconds; browsers keep no cookie longer
SALT = "people.known_browser"
MOST = 20  # per person; the one not seen for longest is forgotten


class KnownBrowser(models.Model):
    """A browser of `user`; only a digest of what its cookie holds is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_browsers")
    digest = models.CharField(max_length=64)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="one_row_per_person_and_browser")]

    def __str__(self):
        return f"a browser last seen {self.last_at:%Y-%m-%d}"


def mark_in(request: HttpRequest) -> str:
    """The digest of the mark in this browser's cookie; empty when it has none of ours."""
    try:
        mark = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return ""
    return sha256(str(mark).encode()).hexdigest()


def is_known(request: HttpRequest, email: str) -> str:
    """The digest of this browser's mark when the account of `email` has signed in here before; else empty."""
    digest = mark_in(request)
    is_theirs = digest and KnownBrowser.objects.filter(user__email__iexact=email, digest=digest).exists()
    return digest if is_theirs else ""


def remember(request: HttpRequest, response: HttpResponse, user) -> None:
    """After a complete sign-in: remember this browser as one of theirs. Several people may share one."""
    digest = mark_in(request)
    if not digest:
        mark = secrets.token_urlsafe(32)
        digest = sha256(mark.encode()).hexdigest()
        response.set_cookie(
            COOKIE,
            signing.dumps(mark, salt=SALT),
            max_age=AGE,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Lax",
        )
    KnownBrowser.objects.update_or_create(user=user, digest=digest, defaults={"last_at": timezone.now()})
    newest = KnownBrowser.objects.filter(user=user).order_by("-last_at").values_list("pk", flat=True)
    KnownBrowser.objects.filter(pk__in=list(newest[MOST : MOST + 10])).delete()


def forget_all(user) -> None:
    """Forget all browsers of a person, after a new password or a reset factor."""
    KnownBrowser.objects.filter(user=user).delete()
