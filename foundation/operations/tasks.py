"""Housekeeping."""

from celery import shared_task

from foundation.counters import limits
from foundation.outbox import jobs


@shared_task
def clear_away() -> None:
    """Counters nobody needs, and files of exports that are old or whose owner may no longer read them."""
    limits.forget_old()
    jobs.clear_files()
