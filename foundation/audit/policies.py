"""Who reads the event log. Events of single objects are shown on the pages of those objects."""

from typing import Any

from django.db.models import Q


def can_audit(viewer: Any) -> bool:
    return viewer.is_auditor


def events_open_to(viewer: Any) -> Q:
    """Auditors read all events; they hold no content. Others see events only on pages of objects they may read."""
    return Q() if can_audit(viewer) else Q(pk__in=[])
