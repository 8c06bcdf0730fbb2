"""Housekeeping."""

from celery import shared_task

from foundation.counters import limits
from foundation.outbox import jobs


@shared_task
def clear_away() -> None:
    """Delete counters that are no longer needed, and exports that are old or whose owner has lost the right to them."""
    limits.forget_old()
    jobs.clear_files()
