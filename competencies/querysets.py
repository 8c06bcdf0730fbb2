"""Which catalogues and codes."""

from django.db import models

from competencies import policies
from competencies.states import CatalogueStatus


class CatalogueQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return self.filter(policies.catalogues_open_to(viewer))

    def current(self):
        """The newest published version. Raises DoesNotExist before the starter content is loaded."""
        return self.filter(status=CatalogueStatus.PUBLISHED).latest("version")


class CodeQuerySet(models.QuerySet):
    def with_levels(self):
        """With the sentences and the expectations of all grades: three queries for any number of codes."""
        return self.prefetch_related("indicators", "expectations__grade")

    def core(self):
        return self.filter(is_core=True)
