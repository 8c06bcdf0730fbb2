"""The main navigation: only what the person may open. Each app enters its own pages when it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """One page of the main navigation; `order` is its place from the left, 0 first."""

    order: int
    label: str
    icon: str
    view_name: str
    is_shown: Callable[..., bool]


ENTRIES: list[Entry] = []


def register_entry(order: int, label, icon: str, view_name: str, is_shown=lambda user: True) -> None:
    """Enter a page; `is_shown(user)` says whether a signed-in person finds it there."""
    ENTRIES.append(Entry(order, label, icon, view_name, is_shown))
    ENTRIES.sort(key=lambda entry: entry.order)


def navigation(request) -> dict:
    """`navigation`: list of {label, icon, url, is_active} for the signed-in person, empty for others."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {"navigation": [_shown(request, entry) for entry in ENTRIES if entry.is_shown(user)]}


def _shown(request, entry: Entry) -> dict:
    url = reverse(entry.view_name)
    is_active = request.path == url or (url != "/" and request.path.startswith(url))
    return {"label": entry.label, "icon": entry.icon, "url": url, "is_active": is_active}
