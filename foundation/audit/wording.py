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

ACTIONS: "dict[str, StrOrPromise]" = {
    "user.signed_in": gettext_lazy("Signed in"),
    "user.sign_in_failed": gettext_lazy("Sign-in failed"),
    "user.sign_in_blocked": gettext_lazy("Sign-in blocked: too many attempts"),
    "user.access_refused": gettext_lazy("Asked for a page they may not open"),
    "user.password_changed": gettext_lazy("Password changed"),
    "user.factor_added": gettext_lazy("Second factor added"),
    "user.factor_removed": gettext_lazy("Second factor removed"),
    "user.factor_reset": gettext_lazy("Second factor reset by IT"),
    "user.recovery_codes_made": gettext_lazy("Recovery codes created"),
    "user.address_changed": gettext_lazy("E-mail address changed"),
    "user.add": gettext_lazy("Person added"),
    "user.change": gettext_lazy("Person changed"),
    "user.give_role": gettext_lazy("Role given"),
    "user.take_role": gettext_lazy("Role taken"),
    "user.reactivate": gettext_lazy("Person reactivated"),
    "user.deactivate": gettext_lazy("Person deactivated"),
    "user.invite": gettext_lazy("Invited"),
    "user.import_new": gettext_lazy("Person added by import"),
    "user.import_change": gettext_lazy("Person changed by import"),
    "user.delegate": gettext_lazy("Stand-in set"),
    "user.end_delegation": gettext_lazy("Stand-in ended"),
    "job.downloaded": gettext_lazy("Export downloaded"),
    "job.restarted": gettext_lazy("Job restarted"),
    "message.retried": gettext_lazy("Email sent again"),
    "job.file_removed": gettext_lazy("Export deleted"),
    "chainhead.exported": gettext_lazy("Event log exported"),
    "cycle.export": gettext_lazy("PDF export created"),
    "feedbackround.answers_counted": gettext_lazy("Answers received"),
    "feedbackround.read": gettext_lazy("Feedback results read by HR"),
    "feedbackround.downloaded": gettext_lazy("Feedback results downloaded"),
    "feedbackround.set_confidentiality": gettext_lazy("Confidentiality changed"),
    "feedbackround.hide_text": gettext_lazy("Text hidden"),
    "feedbackround.extend": gettext_lazy("Deadline extended"),
    "feedbackround.send_list": gettext_lazy("List submitted"),
    "feedbackround.return_list": gettext_lazy("List returned"),
    "feedbackround.change_manager": gettext_lazy("Manager changed"),
    "feedbackround.open_to_subject": gettext_lazy("Results opened to the subject"),
    "feedbackround.close_to_subject": gettext_lazy("Results closed to the subject"),
    "feedbackrequest.propose": gettext_lazy("Collaborator proposed"),
    "feedbackrequest.confirm": gettext_lazy("Outsider confirmed"),
    "feedbackrequest.ask_to_confirm": gettext_lazy("Colleague asked to confirm an outsider"),
    "feedbackrequest.decline_to_confirm": gettext_lazy("Outsider not confirmed by a colleague"),
    "feedbackrequest.send_again": gettext_lazy("Request sent again"),
    "feedbackrequest.nudge": gettext_lazy("Reminder sent"),
    "feedbackrequest.extend": gettext_lazy("Deadline extended"),
    "review.read": gettext_lazy("Delivered review read by HR"),
    "review.issue": gettext_lazy("Review issued as PDF"),
    "review.downloaded": gettext_lazy("Review downloaded as PDF"),
    "review.statement": gettext_lazy("Statement added"),
    "review.set_conversation": gettext_lazy("Meeting date set"),
    "review.extend": gettext_lazy("Deadline extended"),
    "review.change_manager": gettext_lazy("Manager changed"),
    "review.change_result": gettext_lazy("Result changed in calibration"),
    "review.launch": gettext_lazy("Review started"),
    "review.submit_self_assessment": gettext_lazy("Self-assessment submitted"),
    "review.skip_self_assessment": gettext_lazy("Self-assessment skipped"),
    "review.return_self_assessment": gettext_lazy("Self-assessment returned"),
    "review.end_peer_review": gettext_lazy("Peer review ended"),
    "review.close_peer_review": gettext_lazy("Feedback closed early"),
    "review.move_on_to_evaluation": gettext_lazy("Moved on to the evaluation"),
    "review.submit_evaluation": gettext_lazy("Evaluation submitted"),
    "review.return_evaluation": gettext_lazy("Evaluation returned"),
    "review.calibrate": gettext_lazy("Calibrated"),
    "review.deliver": gettext_lazy("Evaluation delivered"),
    "review.acknowledge": gettext_lazy("Delivery acknowledged"),
    "review.record_refusal": gettext_lazy("Refusal to acknowledge recorded"),
    "review.reopen": gettext_lazy("Delivery reopened"),
    "review.goes_on_without_subject": gettext_lazy("Goes on though the subject has left"),
    "review.cancel": gettext_lazy("Review cancelled"),
    "cycle.launch": gettext_lazy("Cycle launched"),
    "cycle.change": gettext_lazy("Cycle settings changed"),
    "cycle.change_stage": gettext_lazy("Stage changed"),
    "cycle.close": gettext_lazy("Cycle closed"),
    "cycle.cancel": gettext_lazy("Cycle cancelled"),
    "cycle.move_deadline": gettext_lazy("Deadlines moved"),
    "cycle.change_confidentiality": gettext_lazy("Confidentiality changed"),
    "cycle.delete_draft": gettext_lazy("Draft of a cycle deleted"),
    "feedbackround.collect": gettext_lazy("List approved, requests sent"),
    "feedbackround.release": gettext_lazy("Feedback released"),
    "feedbackround.cancel": gettext_lazy("Feedback cancelled"),
    "feedbackround.close": gettext_lazy("Feedback closed"),
    "feedbackrequest.ask": gettext_lazy("Feedback asked for"),
    "feedbackrequest.answer": gettext_lazy("Feedback given"),
    "feedbackrequest.decline": gettext_lazy("Declined"),
    "feedbackrequest.remove": gettext_lazy("Removed from the list"),
    "feedbackrequest.revoke": gettext_lazy("Request withdrawn"),
    "praise.give": gettext_lazy("Thanks given"),
    "feedbackask.ask": gettext_lazy("Asked a colleague for feedback"),
    "goal.propose": gettext_lazy("Goal proposed"),
    "goal.agree": gettext_lazy("Goal agreed"),
    "catalogue.publish": gettext_lazy("Catalogue published"),
    "calibrationgroup.lock": gettext_lazy("Calibration group locked"),
    "goal.created": gettext_lazy("Goal created"),
    "goal.checked_in": gettext_lazy("Check-in saved"),
    "goal.change_asked": gettext_lazy("Change of goal proposed"),
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
SHOWN = tuple(LABELS)
# By name of a detail the words of its values ("hr": HR); apps above register theirs.
WORDS: "dict[str, dict[str, StrOrPromise]]" = {}
PERSON = "people.user"
ID = re.compile(r"^[0-9a-f]{8}-[0-9a-f-]{27}$")


def register_object(kind: str, pattern: "StrOrPromise", path: str) -> None:
    """`pattern` with one %s for the value at `path` from an object of type `kind` ("reviews.review")."""
    OBJECTS[kind] = (pattern, path)


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
    told = {name: event.data[name] for name in SHOWN if event.data.get(name)}
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
    elif isinstance(value, dict):
        value = ", ".join(f"{key}: {_('given') if given else _('taken')}" for key, given in value.items())
    elif isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return f"{LABELS.get(name, name)}: {value}"
