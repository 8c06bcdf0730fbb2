"""The daily summary: lines are written with the event, and sent as one email per person in the morning."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from foundation.outbox.kinds import MessageKind, UnknownKind, kind_for, message_kind
from foundation.outbox.mails import Ahead, Withdrawn, absolute, fill
from foundation.outbox.messages import enqueue, message_for
from foundation.outbox.models import DigestLine, Message
from foundation.outbox.mornings import Morning, mornings, served

NAME = "digests"
BATCH = 2000
LINES = 50  # of one mail; what is beyond is counted


def line_for(target: Model, kind: str, *, to: Any, key: str, **data: Any) -> DigestLine:
    """An unsaved line of `kind` about `target` for the user `to`; once per `key`. `data` is never content.

    Raises UnknownKind for a kind that no app declares.
    """
    kind_for(kind, target._meta.label_lower)
    return DigestLine(
        kind=kind,
        recipient=to,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        data=data,
        key=f"{kind}:{key}",
    )


@transaction.atomic
def tell(lines: Iterable[DigestLine]) -> None:
    """Keep lines for the next digest of each recipient, once per key."""
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        DigestLine.objects.bulk_create(batch, ignore_conflicts=True)


def send_digests() -> int:
    """Enqueue a summary for everybody with news in whose zone it is morning; returns how many."""
    count = 0
    for morning in mornings(NAME):
        count += sum(_owe_digests(people, morning) for people in _with_news(morning))
        served(NAME, morning)
    return count


def _with_news(morning: Morning) -> Iterator[list[Any]]:
    """Ids of people with waiting lines in the zone of `morning`, not on leave there, in batches."""
    waiting = DigestLine.objects.filter(message=None, recipient__is_active=True)
    here = waiting.filter(recipient__time_zone__in=morning.names)
    away = here.filter(recipient__leave_from__lte=morning.day, recipient__leave_until__gte=morning.day)
    people = here.exclude(pk__in=away.values("pk")).order_by("recipient").values_list("recipient", flat=True).distinct()
    ids = iter(list(people))
    while batch := list(islice(ids, BATCH)):
        yield batch


@transaction.atomic
def _owe_digests(people: list[Any], morning: Morning) -> int:
    """At most one summary per person and day; later lines wait for the next morning."""
    keys = {f"digest:{pk}:{morning.day}": pk for pk in people}
    told = {keys[key] for key in Message.objects.filter(key__in=keys).values_list("key", flat=True)}
    waiting = DigestLine.objects.filter(message=None, recipient__in=set(people) - told).select_related("recipient")
    lines = list(waiting.select_for_update(of=("self",), skip_locked=True))
    messages = {line.recipient_id: _digest_for(line.recipient, morning) for line in lines}
    enqueue(messages.values())
    for line in lines:
        line.message = messages[line.recipient_id]
    DigestLine.objects.bulk_update(lines, ["message"], batch_size=BATCH)
    return len(messages)


def _digest_for(person: Any, morning: Morning) -> Message:
    return message_for(person, "digest", to=person, key=f"{person.pk}:{morning.day}")


def _lines_of(messages: list[Message]) -> dict[UUID, tuple[list[Message], Ahead]]:
    """By digest the paragraphs of its lines, each sentence with its link; read for all of them at once."""
    rows: dict[Any, list[DigestLine]] = {message.pk: [] for message in messages}
    languages = {message.pk: message.language for message in messages}
    for line in DigestLine.objects.filter(message__in=rows):
        rows[line.message_id].append(line)
    as_messages = {pk: [_as_message(line, languages[pk]) for line in lines] for pk, lines in rows.items()}
    ahead = Ahead([each for lines in as_messages.values() for each in lines])
    return {pk: (lines, ahead) for pk, lines in as_messages.items()}


def _as_message(line: DigestLine, language: str) -> Message:
    """A line in the shape in which the texts and links of messages are found; it is never saved."""
    return Message(
        kind=line.kind, target_type=line.target_type, target_id=line.target_id, data=line.data, language=language
    )


@message_kind
class Digest(MessageKind):
    """`news` has one paragraph per line that still holds; the mail is withdrawn when none does."""

    key = "digest"
    name = _("Daily summary")
    audience = _("everybody with news")
    when = _("in the morning of a working day, once a day, when there is news")
    placeholders = {"news": _("a sentence and a link for each piece of news"), "link": _("all tasks")}
    sample = {
        "news": "Priya Raman has submitted the self-assessment. Read it: https://plumbline.example.org/reviews/1/",
        "link": "https://plumbline.example.org/",
    }
    shows_recipient = True
    read = staticmethod(_lines_of)

    def build(self, message: Message, found: Any) -> dict[str, Any]:
        lines, ahead = found
        paragraphs = []
        for line in lines:
            try:
                paragraphs.append(fill(ahead.text_for(line).body.strip(), ahead.values_for(line)))
            except (Withdrawn, UnknownKind):  # the second: declared no more since it was written
                continue
        if not paragraphs:
            raise Withdrawn("no news is left")
        if (more := len(paragraphs) - LINES) > 0:
            paragraphs = [*paragraphs[:LINES], ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more}]
        return {"news": "\n\n".join(paragraphs), "link": absolute("/")}
