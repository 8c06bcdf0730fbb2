"""Events in words: what was done, and the name of what it was done to, as far as an auditor may know it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.audit.models import Event
from foundation.moments import day_in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# By type of object: how it is called, and the path from it to the name that an auditor may read. Who was asked for
# feedback, the titles of goals and everything that was written stay out.
OBJECTS: "dict[str, tuple[StrOrPromise, str]]" = {}

# By verb of the event ("user.signed_in") what was done; apps register theirs, and every move brings its own.
ACTIONS: "dict[str, StrOrPromise]" = {
    "job.downloaded": gettext_lazy("Export downloaded"),
    "job.restarted": gettext_lazy("Job restarted"),
    "message.retried": gettext_lazy("Email sent again"),
    "job.file_removed": gettext_lazy("Export deleted"),
    "chainhead.exported": gettext_lazy("Event log exported"),
}
# What of an event's data is shown; reasons and everything free are not, nor ids.
LABELS: "dict[str, StrOrPromise]" = {
    "method": gettext_lazy("with"),
    "client": gettext_lazy("from"),
    "page": gettext_lazy("page"),
    "fields": gettext_lazy("fields"),
    "role": gettext_lazy("role"),
    "unit": gettext_lazy("team"),
    "stage": gettext_lazy("stage"),
    "kind": gettext_lazy("kind"),
    "documents": gettext_lazy("documents"),
    "answers": gettext_lazy("answers"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "day": gettext_lazy("day"),
}
# Numbers of what happened to things of one kind ("codes": 2 added, 1 changed), by name of the detail.
COUNTED: "dict[str, StrOrPromise]" = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "removed": gettext_lazy("removed"),
}
# By name of a detail the words of its values ("hr": HR); apps above register theirs.
WORDS: "dict[str, dict[str, StrOrPromise]]" = {}
PERSON = "people.user"
ID = re.compile(r"^[0-9a-f]{8}-[0-9a-f-]{27}$")


def register_object(kind: str, pattern: "StrOrPromise", path: str) -> None:
    """`pattern` with one %s for the value at `path` from an object of type `kind` ("reviews.review")."""
    OBJECTS[kind] = (pattern, path)


def register_actions(words: "dict[str, StrOrPromise]") -> None:
    """What events are called, by their verb ("goal.created")."""
    ACTIONS.update(words)


def register_details(labels: "dict[str, StrOrPromise]") -> None:
    """What of an event's data is shown besides, and how it is called."""
    LABELS.update(labels)


def register_words(name: str, words: "dict[str, StrOrPromise]") -> None:
    """How the values of the detail `name` are called."""
    WORDS[name] = words


@dataclass(frozen=True)
class LogLine:
    """One event as the page and the table of the log show it."""

    event: Event
    action: str
    about: str
    details: str

    @property
    def who(self) -> str:
        return str(self.event.actor or "")

    @property
    def for_whom(self) -> str:
        return str(self.event.on_behalf_of or "")


def action_of(verb: str) -> str:
    """The words for a verb; one that has none of its own is made readable."""
    known = ACTIONS.get(verb)
    return str(known) if known else verb.partition(".")[2].replace("_", " ").capitalize()


def lines_for(events: Iterable[Event]) -> list[LogLine]:
    """`events` in words, with one query for all names."""
    events = list(events)
    names = _names(events)
    return [
        LogLine(
            event, action_of(event.verb), names.get((event.target_type, event.target_id), ""), _details(event, names)
        )
        for event in events
    ]


def _names(events: list[Event]) -> dict[tuple[str, str], str]:
    wanted = defaultdict(set)
    for event in events:
        if event.target_type in OBJECTS and event.target_id:
            wanted[event.target_type].add(event.target_id)
    for event in events:
        wanted[PERSON].update(_people_in(event))
    if not wanted[PERSON]:
        del wanted[PERSON]
    queries = [_query(kind, sorted(ids)) for kind, ids in sorted(wanted.items())]
    if not queries:
        return {}
    rows = queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0]
    found = {(kind, key.replace("-", "")): name for kind, key, name in rows}
    told = {
        (PERSON, pk): _called(PERSON, found.get((PERSON, pk.replace("-", ""))))
        for event in events
        for pk in _people_in(event)
    }
    return told | {
        (event.target_type, event.target_id): _called(event.target_type, found.get(_key(event)))
        for event in events
        if event.target_type in OBJECTS
    }


def _query(kind: str, ids: list[str]):
    """(type, id, name) of the objects of one type; the same columns for all types."""
    model, path = apps.get_model(kind), OBJECTS[kind][1]
    named = model._default_manager.filter(pk__in=ids).order_by()
    columns = (Value(kind, output_field=CharField()), Cast("pk", CharField()), Cast(path, CharField()))
    return named.values_list(*columns)


def _key(event: Event) -> tuple[str, str]:
    return event.target_type, event.target_id.replace("-", "")


def _called(kind: str, name: str | None) -> str:
    pattern = str(OBJECTS[kind][0])
    return pattern % (name if name else _("somebody or something that is gone"))


def _people_in(event: Event) -> list[str]:
    """Ids of people among the old and new values of an event."""
    values = [each for pair in event.data.get("changes", {}).values() for each in pair]
    return [each for each in values if ID.match(str(each))]


def _details(event: Event, names: dict) -> str:
    told = {name: event.data[name] for name in LABELS if event.data.get(name)}
    changes = event.data.get("changes", {})
    if "fields" in told:
        told["fields"] = [_field(event, name) for name in told["fields"] if name not in changes]
    shown = {name: value for name, value in told.items() if value and not ID.match(str(value))}
    changed = [
        f"{_field(event, name)}: {_value(before, names)} → {_value(after, names)}"
        for name, (before, after) in changes.items()
    ]
    return "; ".join([*changed, *(_detail(name, value) for name, value in shown.items())])


def _field(event: Event, name: str) -> str:
    """What the form calls a field."""
    try:
        field = apps.get_model(event.target_type)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        return str(LABELS.get(name, name.replace("_", " ")))
    return str(getattr(field, "verbose_name", name))


def _value(value: str, names: dict) -> str:
    if not value:
        return "–"
    if ID.match(value):
        return names[PERSON, value]
    try:
        return day_in_words(date.fromisoformat(value))
    except ValueError:
        return value


def _detail(name: str, value) -> str:
    if name in WORDS:
        value = WORDS[name].get(value, value)
    elif isinstance(value, dict) and value.keys() <= COUNTED.keys():
        value = ", ".join(f"{number} {COUNTED[effect]}" for effect, number in value.items())
    elif isinstance(value, dict):
        value = ", ".join(f"{key}: {_('given') if given else _('taken')}" for key, given in value.items())
    elif isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return f"{LABELS.get(name, name)}: {value}"
