"""Compressed responses whose length says nothing about their content."""

from django.middleware.gzip import GZipMiddleware

COMPRESSED = ("text/html", "text/csv", "text/plain", "application/json")


class Compressed(GZipMiddleware):
    """Pages and tables, not files that are compressed already. Bytes of random length are added (BREACH)."""

    def process_response(self, request, response):
        kind = response.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if kind in COMPRESSED else response
