"""Who reads and edits the catalogue: every signed-in person reads what is published, HR prepares the next version."""

from django.db.models import Q

from competencies.states import CatalogueStatus


def catalogues_open_to(viewer) -> Q:
    return Q() if viewer.is_hr else Q(status=CatalogueStatus.PUBLISHED)


def codes_open_to(viewer) -> Q:
    return Q() if viewer.is_hr else Q(catalogue__status=CatalogueStatus.PUBLISHED)


def scales_open_to(viewer) -> Q:
    return codes_open_to(viewer)


def can_prepare(user) -> bool:
    """Open the next version."""
    return user.is_hr


def can_edit(catalogue, user) -> bool:
    """HR, and only a draft: running cycles keep the version they were launched with."""
    return user.is_hr and catalogue.status == CatalogueStatus.DRAFT
