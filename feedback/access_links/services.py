"""Signed-out givers: tokens, the right to one form, the mark of a browser, and the code that opens a draft elsewhere.

A token exists in the mail and for one hop in the address bar. Opening it writes nothing to the database: the right is a
signed cookie that only this one request's pages receive, and the link behind it is looked at again each time.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from feedback.access_links.models import LinkPurpose
from feedback.models import AccessLink, Draft, FeedbackRequest, VerificationCode
from feedback.rounds.querysets import RequestQuerySet, answering_day
from foundation.counters import limits

LINK_DAYS = 60
WORD = 43  # characters of 32 bytes in base64; what follows is the seal
WITH_REQUEST = ("round__subject", "round__catalogue", "giver", "draft")  # what the pages of a giver read of it
RIGHT_COOKIE = "__Secure-link" if settings.IS_HTTPS else "link"
RIGHT_SECONDS = 8 * 3600
BROWSER_COOKIE = "__Host-writer" if settings.IS_HTTPS else "writer"
UNKNOWN_LINKS = limits.Limit("links.unknown", 30, timedelta(minutes=10))  # per client
CODE_MINUTES, CODE_TRIES, CODE_DIGITS = 10, 5, 6


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def new_token() -> str:
    """32 random bytes, and behind them the seal of this installation."""
    word = secrets.token_urlsafe(32)
    return word + _seal(word, settings.SECRET_KEY)


def _seal(word: str, key: str) -> str:
    """72 bits that nobody without the secret key can add to a word of their own."""
    return urlsafe_b64encode(salted_hmac("feedback.seal", word, key, algorithm="sha256").digest()[:9]).decode()


def is_sealed(token: str) -> bool:
    """Whether we made `token`, with the present key or one before; tells neither that it still opens something."""
    word, seal = token[:WORD], token[WORD:]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_seal(word, key), seal) for key in keys)


def mint_all(requests: Iterable[FeedbackRequest]) -> dict[UUID, dict[str, str]]:
    """By request a fresh token per purpose for its present address. Called while mails are sent, and nowhere else."""
    found, rows, until = {}, [], timezone.now() + timedelta(days=LINK_DAYS)
    for request in requests:
        found[request.pk] = {purpose: new_token() for purpose in LinkPurpose.values}
        rows += [
            AccessLink(
                token_hash=digest(token), purpose=purpose, request=request, address=request.address, expires_at=until
            )
            for purpose, token in found[request.pk].items()
        ]
    AccessLink.objects.bulk_create(rows)
    return found


def mint(request: FeedbackRequest) -> dict[str, str]:
    """The tokens of one request by purpose."""
    return mint_all([request])[request.pk]


def find(token: str, client: str) -> AccessLink | None:
    """The usable link of `token`; None for all others.

    After too many unknown ones a client's tokens without our seal are not even looked up for a while; sealed ones are,
    so that a scanner or a guesser behind an office's one address locks out nobody who was invited.
    """
    if not is_sealed(token) and limits.is_used_up(UNKNOWN_LINKS, client):
        return None
    link = AccessLink.objects.filter(token_hash=digest(token)).first()
    if link is None:
        limits.spend(UNKNOWN_LINKS, client)
        return None
    return AccessLink.objects.usable().filter(pk=link.pk).first()


def path_of(link: AccessLink) -> str:
    name = "feedback:request" if link.purpose == LinkPurpose.ANSWER else "feedback:decline"
    return reverse(name, args=[link.request_id])


def give_right(response: HttpResponse, link: AccessLink) -> None:
    """The right to one request, in a cookie that the browser sends to that request's pages only."""
    response.set_cookie(
        RIGHT_COOKIE,
        signing.dumps(str(link.pk), salt="feedback.link"),
        max_age=RIGHT_SECONDS,
        path=reverse("feedback:request", args=[link.request_id]),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


@dataclass(frozen=True)
class Right:
    """What this browser may do with `request`: as the giver with an account, or through a link for one purpose."""

    request: FeedbackRequest
    link: AccessLink | None = None

    @property
    def is_by_account(self) -> bool:
        return self.link is None

    @property
    def draft(self) -> Draft | None:
        """What was written so far, as it was when the right was looked up."""
        return getattr(self.request, "draft", None)

    def allows(self, purpose: str) -> bool:
        """Whoever may answer may also decline."""
        return self.link is None or self.link.purpose in (purpose, LinkPurpose.ANSWER)


def right_to(request: HttpRequest, pk: UUID, *, spent: bool = False) -> Right | None:
    """The right of this browser to the request `pk`. With `spent` also to one already answered: for a second click."""
    requests = FeedbackRequest.objects.filter(pk=pk)
    if not spent:
        requests = requests.open_or_paused_on(answering_day())
    if request.user.is_authenticated:
        own = requests.filter(giver=request.user).select_related(*WITH_REQUEST).first()
        if own is not None:
            return Right(own)
    link = _link_in(request, requests)
    return Right(link.request, link) if link is not None and link.address == link.request.address else None


def _link_in(request: HttpRequest, requests: RequestQuerySet) -> AccessLink | None:
    """The link to one of `requests` that this browser has opened, with its request: one query."""
    try:
        pk = signing.loads(request.COOKIES.get(RIGHT_COOKIE, ""), salt="feedback.link", max_age=RIGHT_SECONDS)
    except signing.BadSignature:
        return None
    links = AccessLink.objects.filter(pk=pk, request__in=requests, expires_at__gt=timezone.now())
    return links.select_related(*(f"request__{each}" for each in WITH_REQUEST)).first()


def browser_of(request: HttpRequest) -> str:
    """What a draft remembers of the browser that writes it; empty before the first save."""
    mark = request.COOKIES.get(BROWSER_COOKIE, "")
    return digest(mark) if mark else ""


def browser_to_be(request: HttpRequest) -> str:
    """As `browser_of`, drawing the mark that `mark_browser` will give with the answer to this save."""
    request.COOKIES.setdefault(BROWSER_COOKIE, secrets.token_urlsafe(32))
    return browser_of(request)


def mark_browser(request: HttpRequest, response: HttpResponse) -> str:
    """Give the browser a mark unless it has one; returns what a draft remembers of it."""
    mark = request.COOKIES.setdefault(BROWSER_COOKIE, secrets.token_urlsafe(32))
    response.set_cookie(
        BROWSER_COOKIE,
        mark,
        max_age=LINK_DAYS * 86400,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return digest(mark)


def may_open(request: HttpRequest, right: Right) -> bool:
    """A draft opens for the giver's account and in the browser that wrote it; elsewhere it needs the code."""
    if right.draft is None or right.is_by_account:
        return True
    browser = browser_of(request)
    return bool(browser) and constant_time_compare(right.draft.browser, browser)


def _code_digest(request: FeedbackRequest, code: str) -> str:
    return salted_hmac("feedback.code", f"{request.pk}:{code}", algorithm="sha256").hexdigest()


def mint_code(request: FeedbackRequest) -> str:
    """A new code in place of the last one. Called while the mail is sent, and nowhere else."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    VerificationCode.objects.update_or_create(
        request=request,
        defaults={
            "digest": _code_digest(request, code),
            "expires_at": timezone.now() + timedelta(minutes=CODE_MINUTES),
            "tries_left": CODE_TRIES,
        },
    )
    return code


def redeem_code(request: FeedbackRequest, code: str) -> bool:
    """Whether `code` is right; each try is spent before it is looked at, so that many at once gain nothing."""
    usable = VerificationCode.objects.filter(request=request, tries_left__gt=0, expires_at__gt=timezone.now())
    if not usable.update(tries_left=F("tries_left") - 1):
        return False
    right = _code_digest(request, code.strip())
    row = VerificationCode.objects.filter(request=request).first()  # none: the same code, sent twice at once
    return row is not None and constant_time_compare(row.digest, right) and bool(row.delete()[0])
