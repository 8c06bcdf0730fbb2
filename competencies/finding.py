"""What the search finds in the catalogue."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competencies.models import Code
from foundation.ui.search import Hit, register_action, register_source


def _codes(user, text: str) -> Iterable[Hit]:
    """Codes of the version in use, by key, title or description."""
    rows = Code.objects.visible_to(user).in_use()
    for word in text.split():
        rows = rows.filter(Q(key__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word))
    for code in rows.order_by("order", "key")[:5]:
        yield Hit(code.title, code.get_absolute_url(), code.key)


register_source(50, _("Performance codes"), "list-check", _codes)
register_action(_("Matrix of codes and grades"), "table", "competencies:matrix", words=_("level expectation ladder"))
