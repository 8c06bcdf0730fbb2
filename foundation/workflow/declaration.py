"""What is declared with a move besides from, to and who: its texts, its look, what it asks for, what follows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model
from django.utils.module_loading import import_string
from django_fsm import FSMFieldMixin

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, kw_only=True)
class Told:
    """The texts about something that happened; events that are no moves have only these."""

    done: "StrOrPromise"  # in the history of the row
    logged: "StrOrPromise" = ""  # in the event log, where the context is missing; empty: as `done`
    own_done: "StrOrPromise" = ""  # with %(stage)s, where the organisation has its own label for `stage`
    stage: str = ""
    icon: str = ""
    hidden_from: tuple[str, ...] = ()  # readers to whom the history does not show it, by their part in the row

    @property
    def in_log(self) -> "StrOrPromise":
        return self.logged or self.done


@dataclass
class Taken:
    """A move just taken, as its follower gets it. A follower that changes `row` puts the newer copy in its place."""

    row: Any
    verb: str
    move: "Move"
    was: dict[str, Any]  # every column before the step, by name of the field
    by: Any
    on_behalf_of: Any
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Move(Told):
    """The `custom` of a `@transition`. A move without `label` has no button: the clock or another action takes it."""

    label: "StrOrPromise" = ""
    effect: "StrOrPromise" = ""  # what follows, in a sentence, said before the move is taken
    tone: str = ""  # "danger" for what is hard or impossible to undo
    style: str = ""  # of the button: "primary"
    order: int | None = None  # among the buttons; 5 where none is given, 9 for what is dangerous
    needs_reason: bool = False
    returns_to: str = ""  # the stage whose deadline is set anew
    is_bulk: bool = False  # offered for many rows
    # Called with a list of Taken, in the transaction of the move; a dotted name where models cannot import it.
    follows: str | Callable[[list[Taken]], None] = ""

    @property
    def is_danger(self) -> bool:
        return self.tone == "danger"

    @property
    def place(self) -> int:
        if self.order is not None:
            return self.order
        return 9 if self.is_danger else 5

    def follow(self, taken: list[Taken]) -> None:
        if self.follows:
            follower_of(self)(taken)


@cache
def follower_of(move: Move) -> Callable[[list[Taken]], None]:
    """The function named by `follows`. Raises ImportError for a name that is none."""
    return import_string(move.follows) if isinstance(move.follows, str) else move.follows


@cache
def moves_of(model: type[Model]) -> dict[str, Move]:
    """Every move of `model` by verb; a transition that declares none raises TypeError."""
    found = {}
    for each in model._meta.get_fields():
        if not isinstance(each, FSMFieldMixin):
            continue
        for step in each.get_all_transitions(model):
            if not isinstance(step.custom, Move):
                raise TypeError(f"{model.__name__}.{step.name} declares no Move")
            found[step.name] = step.custom
    return found


def all_moves() -> Iterator[tuple[type[Model], str, Move]]:
    """Model, verb and declaration of every move there is."""
    for model in apps.get_models():
        for verb, move in moves_of(model).items():
            yield model, verb, move


def words_for_the_log() -> "dict[str, StrOrPromise]":
    """By verb of the event ("review.deliver") what the event log calls each move."""
    return {f"{model._meta.model_name}.{verb}": move.in_log for model, verb, move in all_moves()}
