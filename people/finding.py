"""What the search finds of people, and what can be done with them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.ui.search import Hit, register_action, register_source
from people.models import User
from people.search import has_part
from people.typed import typed_words


def _people(user: User, text: str) -> Iterable[Hit]:
    """HR finds everybody's account."""
    if not user.may("edit_people"):
        return
    rows = User.objects.visible_to(user)
    for word in typed_words(text):
        rows = rows.filter(has_part(word, "search"))
    for person in rows.select_related("team").order_by("name", "pk")[:5]:
        yield Hit(person.name, reverse("people:person", args=[person.pk]), person.team or "")


register_source(20, _("People"), "id", _people)
register_action(
    _("Add person"),
    "user-plus",
    "people:new",
    words=_("new employee account"),
    is_shown=lambda user: user.may("edit_people"),
)
register_action(
    _("Import people"),
    "upload",
    "people:import",
    words=_("CSV XLSX employees"),
    is_shown=lambda user: user.may("edit_people"),
)
register_action(
    _("Roles and permissions"),
    "list-check",
    "people:role_permissions",
    words=_("rights access"),
    is_shown=lambda user: user.may("see_roles"),
)
register_action(_("Profile"), "user", "people:profile", words=_("language time zone"))
register_action(_("Sign-in and security"), "shield-lock", "mfa_index", words=_("password passkey second factor"))
