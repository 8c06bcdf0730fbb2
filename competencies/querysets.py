"""Which catalogues, codes and scales."""

from django.db import models
from django.db.models import Q

from competencies.policies import CataloguePolicy, CodePolicy, ScalePolicy
from competencies.states import CatalogueStatus


class CatalogueQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return CataloguePolicy.filter(self, viewer)

    def published(self):
        return self.filter(status=CatalogueStatus.PUBLISHED)

    def drafts(self):
        return self.filter(status=CatalogueStatus.DRAFT)

    def in_use(self):
        """The newest published version, or none, as a query."""
        return self.published().order_by("-version")[:1]

    def current(self):
        """The newest published version. Raises DoesNotExist before the starter content is loaded."""
        return self.published().latest("version")


class CodeQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return CodePolicy.filter(self, viewer)

    def with_levels(self):
        """With the sentences and the expectations of all grades: three queries for any number of codes."""
        return self.prefetch_related("indicators", "expectations__grade")

    def in_use(self):
        """The codes of the version in use; none before one is published."""
        from competencies.models import Catalogue

        return self.filter(catalogue__in=Catalogue.objects.in_use().values("pk"))

    def core(self):
        return self.filter(is_core=True)

    def named_like(self, words: str):
        """Codes whose key, title, description or one of whose sentences contains every one of `words`."""
        found = self
        for word in words.split():
            own = Q(key__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word)
            found = found.filter(
                own | Q(pk__in=self.model._default_manager.filter(indicators__text__icontains=word).values("pk"))
            )
        return found


class ScaleQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return ScalePolicy.filter(self, viewer)

    def in_use(self):
        """The scales of the version in use; none before one is published."""
        from competencies.models import Catalogue

        return self.filter(catalogue__in=Catalogue.objects.in_use().values("pk"))
