"""One search over everything a person may open. Each app enters what it can find and the actions it offers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.ui.navigation import ENTRIES

LONGEST = 100  # characters of what is searched for; the rest is not looked at
SHORTEST = 2  # letters; fewer find pages and actions only
MOST = 5  # hits of one source


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its name, its page, and a few words to distinguish it from others."""

    label: Any
    url: str
    note: Any = ""
    icon: str = ""


@dataclass(frozen=True)
class Source:
    """`find(user, text)` yields hits among the rows that `user` may read, the best first; `order` is its place."""

    order: int
    title: Any
    icon: str
    find: Callable[[Any, str], Iterable[Hit]]


@dataclass(frozen=True)
class Action:
    """Something to do, by the address of its page. `words` are further words people look for it by."""

    label: Any
    icon: str
    view_name: str
    words: Any
    is_shown: Callable[[Any], bool]


@dataclass(frozen=True)
class Group:
    """The hits of one source."""

    title: Any
    hits: list[Hit]


SOURCES: list[Source] = []
ACTIONS: list[Action] = []


def register_source(order: int, title, icon: str, find: Callable[[Any, str], Iterable[Hit]]) -> None:
    """Enter rows that can be found; one query for any number of them."""
    SOURCES.append(Source(order, title, icon, find))
    SOURCES.sort(key=lambda source: source.order)


def register_action(label, icon: str, view_name: str, *, words="", is_shown=lambda user: True) -> None:
    """Enter a page where something is done; `is_shown(user)` says who is offered it."""
    ACTIONS.append(Action(label, icon, view_name, words, is_shown))


def found(user, typed: str) -> list[Group]:
    """What `user` finds by `typed`, group by group; without words the pages and actions open to them."""
    text = " ".join(typed.replace("\x00", " ").split())[:LONGEST]
    groups = [
        Group(_("Actions"), list(_actions(user, text))),
        Group(_("Pages"), list(_pages(user, text))),
    ]
    if len(text) >= SHORTEST:
        rows = [Group(source.title, [*_first(source, user, text)]) for source in SOURCES]
        groups = [*groups, *rows] if not rows else [*rows, *groups]
    return [group for group in groups if group.hits]


def _first(source: Source, user, text: str) -> Iterable[Hit]:
    for number, hit in enumerate(source.find(user, text)):
        if number == MOST:
            return
        yield hit if hit.icon else Hit(hit.label, hit.url, hit.note, source.icon)


def _actions(user, text: str) -> Iterable[Hit]:
    for action in ACTIONS:
        if action.is_shown(user) and has_words(text, action.label, action.words):
            yield Hit(action.label, reverse(action.view_name), icon=action.icon)


def _pages(user, text: str) -> Iterable[Hit]:
    for entry in ENTRIES:
        if entry.is_shown(user) and has_words(text, entry.label):
            yield Hit(entry.label, reverse(entry.view_name), icon=entry.icon)


def has_words(text: str, *texts) -> bool:
    """Whether every word of `text` is in one of `texts`, regardless of case."""
    there = " ".join(map(str, texts)).casefold()
    return all(word in there for word in text.casefold().split())


def page(request):
    """The page of all hits; the palette fetches only the list."""
    typed = request.GET.get("q", "")
    groups = found(request.user, typed)
    context = {"groups": groups, "typed": typed, "count": sum(len(group.hits) for group in groups)}
    return render(request, "search/_hits.html" if "X-Palette" in request.headers else "search/page.html", context)
