"""What the search finds in the catalogue."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models import Catalogue, Code
from foundation.ui.search import Hit, register_source


def _codes(user, text: str) -> Iterable[Hit]:
    """Codes of the version in use, by key, title or description."""
    catalogue = Catalogue.objects.published().order_by("-version").values("pk")[:1]
    rows = Code.objects.visible_to(user).filter(catalogue__in=catalogue)
    for word in text.split():
        rows = rows.filter(Q(key__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word))
    for code in rows.order_by("order", "key")[:5]:
        yield Hit(code.title, code.get_absolute_url(), code.key)


register_source(50, _("Performance codes"), "list-check", _codes)
