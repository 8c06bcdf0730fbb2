"""Who reads and edits the catalogue: every signed-in person reads what is published, HR prepares the next version."""

from typing import TYPE_CHECKING

from django.db.models import Q

from competencies.states import CatalogueStatus

if TYPE_CHECKING:
    from competencies.models import Catalogue
    from people.models import User


def catalogues_open_to(viewer: "User") -> Q:
    return Q() if viewer.is_hr else Q(status=CatalogueStatus.PUBLISHED)


def codes_open_to(viewer: "User") -> Q:
    return Q() if viewer.is_hr else Q(catalogue__status=CatalogueStatus.PUBLISHED)


def scales_open_to(viewer: "User") -> Q:
    return codes_open_to(viewer)


def can_prepare(user: "User") -> bool:
    """Open the next version."""
    return user.is_hr


def can_edit(catalogue: "Catalogue", user: "User") -> bool:
    """HR, and only a draft: running cycles keep the version they were launched with."""
    return user.is_hr and catalogue.status == CatalogueStatus.DRAFT
