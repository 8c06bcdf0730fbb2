"""The main navigation: only what the person may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.audit.policies import can_audit
from foundation.outbox.policies import has_jobs
from people import policies

ALWAYS = [
    (_("Home"), "home", "reviews:home"),
    (_("Goals"), "target-arrow", "goals:list"),
    (_("Feedback"), "messages", "feedback:list"),
    (_("Catalogue"), "book-2", "competencies:catalogue"),
]


def navigation(request) -> dict:
    """`navigation`: list of {label, icon, url, is_active} for the signed-in person, empty for others."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    entries = list(ALWAYS)
    if user.has_team:
        entries.insert(1, (_("Team"), "users", "reviews:team"))
    if user.is_hr or user.is_hr_partner:
        entries.append((_("Cycles"), "calendar", "reviews:cycles"))
    if policies.can_manage_people(user) or policies.can_see_roles(user):
        entries.append((_("People"), "id", "people:list"))
    if has_jobs(user):
        entries.append((_("Jobs"), "hourglass", "outbox:jobs"))
    if can_audit(user):
        entries.append((_("Event log"), "history", "audit:log"))
    return {"navigation": [_entry(request, *entry) for entry in entries]}


def _entry(request, label, icon, view_name) -> dict:
    url = reverse(view_name)
    is_active = request.path == url or (url != "/" and request.path.startswith(url))
    return {"label": label, "icon": icon, "url": url, "is_active": is_active}
