"""The request as views of signed-in people get it, for their annotations."""

from typing import Any

from django.http import HttpRequest


class SignedInRequest(HttpRequest):
    """`user` is a people.User: LoginRequiredMiddleware lets in nobody else. `htmx` is set by django-htmx."""

    user: Any
    htmx: Any
