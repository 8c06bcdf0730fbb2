"""Who sees work in the background, and who may fetch what it made."""

from django.db.models import Q


def jobs_open_to(viewer) -> Q:
    """Progress and faults of work: for whoever started it, and for HR and IT, who help when it is stuck."""
    return Q() if viewer.is_hr or viewer.is_it else Q(owner=viewer)


def can_fetch_file(viewer, job) -> bool:
    """What a job made is for whoever asked for it, and nobody else."""
    return job.owner_id == viewer.pk


def has_jobs(viewer) -> bool:
    """Who may start work in the background: for the entry in the menu."""
    return viewer.is_hr or viewer.is_it or viewer.is_hr_partner
