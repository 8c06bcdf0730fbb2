"""Who reads and edits the catalogue: every signed-in person reads what is published, HR prepares the next version."""

from typing import TYPE_CHECKING

from django.db.models import Q

from competencies.states import CatalogueStatus
from foundation.policy import EVERYTHING, NOTHING, Policy, action, through

if TYPE_CHECKING:
    from people.models import User


class CataloguePolicy(Policy):
    """Versions of the catalogue. The permission to open the next one is `edit_catalogue` as well."""

    model = "competencies.Catalogue"

    @action
    def read(cls, user: "User") -> Q:
        return EVERYTHING if user.may("edit_catalogue") else Q(status=CatalogueStatus.PUBLISHED)

    @action
    def edit(cls, user: "User") -> Q:
        """HR, and only a draft: running cycles keep the version they were launched with."""
        return Q(status=CatalogueStatus.DRAFT) if user.may("edit_catalogue") else NOTHING


class CodePolicy(Policy):
    """Codes go with their catalogue."""

    model = "competencies.Code"

    @action
    def read(cls, user: "User") -> Q:
        return through("catalogue", CataloguePolicy.read(user))


class ScalePolicy(Policy):
    """Scales go with their catalogue."""

    model = "competencies.Scale"

    @action
    def read(cls, user: "User") -> Q:
        return through("catalogue", CataloguePolicy.read(user))
