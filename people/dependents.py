"""What other apps keep about a person. They register it here, because `people` may not import them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from people.models import User

Decide = Callable[[str, str, User], object]
HandOver = Callable[[User, User, User], int]
Follow = Callable[[list[tuple[User, set[str]]], User], None]


@dataclass(frozen=True)
class Item:
    """One thing that depends on a person, and where it is looked at."""

    title: str
    url: str = ""
    note: str = ""
    key: str = ""  # of something to decide about, see Kind.decide


@dataclass(frozen=True)
class Kind:
    """A kind of thing that depends on a person. `hand_over(leaver, successor, by)` gives them all to somebody else.

    `decide(key, choice, by)` does one of `choices` with the item that has this key.
    """

    label: object
    find: Callable[[User], Iterable[Item]]
    hand_over: HandOver | None = None
    choices: tuple = ()
    decide: Decide | None = None


Ask = Callable[[User], str]
KINDS: list[Kind] = []
ASKING: dict[str, Ask] = {}
FOLLOWERS: list[Follow] = []


def depends_on_a_person(label, hand_over: HandOver | None = None, *, choices=(), decide: Decide | None = None):
    """Register `find(person)`, which lists what of this kind depends on that person. Apps above register theirs."""

    def register(find):
        KINDS.append(Kind(label, find, hand_over, tuple(choices), decide))
        return find

    return register


def after_change(follow: Follow) -> Follow:
    """Register `follow(changed, by)`; `changed` are people with the names of the fields HR or an import changed."""
    FOLLOWERS.append(follow)
    return follow


def asks_after(field: str):
    """Register `ask(viewer)`: the page where `viewer` decides what follows from a change of `field`; "" for nothing."""

    def register(ask: Ask) -> Ask:
        ASKING[field] = ask
        return ask

    return register


def question_after(fields: Iterable[str], viewer: User) -> str:
    """The page of the first open question after a change of `fields`; empty when nothing is to be decided."""
    return next(filter(None, (ASKING[field](viewer) for field in fields if field in ASKING)), "")


def tell_of_change(changed: list[tuple[User, set[str]]], *, by: User) -> None:
    """In the transaction of the change: let every app do what follows from it."""
    changed = [(person, fields) for person, fields in changed if fields]
    if changed:
        for follow in FOLLOWERS:
            follow(changed, by)


def dependents_of(person: User) -> list[dict]:
    """Per kind that has any: `label`, `items`, whether they `can_be_handed_over`, and what is to be chosen for each."""
    found = [(kind, list(kind.find(person))) for kind in KINDS]
    return [
        {
            "label": kind.label,
            "items": items,
            "can_be_handed_over": kind.hand_over is not None,
            "choices": kind.choices,
        }
        for kind, items in found
        if items
    ]


def decide_all(leaver: User, chosen: dict[str, str], *, by: User) -> None:
    """Do what was chosen, by the keys of things that depend on `leaver`; what is not chosen stays undecided.

    Raises KeyError for a key or a choice that was not offered.
    """
    offered: dict = {}
    for kind in KINDS:
        if kind.decide is not None:
            offered |= {(item.key, key): kind.decide for item in kind.find(leaver) for key, _label in kind.choices}
    actions = [(offered[key, choice], key, choice) for key, choice in chosen.items()]
    for decide, key, choice in actions:
        decide(key, choice, by)


def hand_over_all(leaver: User, successor: User, *, by: User) -> int:
    """Give everything that can be handed over to `successor`; returns how many things were handed over.

    The apps above come first: a review takes its round of feedback along.
    """
    return sum(kind.hand_over(leaver, successor, by) for kind in reversed(KINDS) if kind.hand_over)
