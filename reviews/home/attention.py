"""What whoever has a role should look at: HR over cycles and people, IT over running it, auditors over the log."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.audit.models import SealCheck
from foundation.outbox.broker import broker_answers
from foundation.outbox.models import Heartbeat, Job, Message
from foundation.outbox.states import WorkStatus
from people.models import User
from people.querysets import REFUSED_FOR
from reviews.models import Cycle
from reviews.review import leavers
from reviews.review.handovers import undecided_for

STALE = timedelta(minutes=5)  # as in the readiness probe: the clock ticks every minute


@dataclass(frozen=True)
class Matter:
    """One thing to look at: what, where (empty without a page), and how bad it is (a tone of the status badges)."""

    text: str
    url: str
    tone: str = "warn"


@dataclass(frozen=True)
class Card:
    """What one role finds on its home page: what is wrong or open, and what is in order."""

    key: str
    title: str
    matters: list[Matter]
    in_order: list[str]


def cards_for(user, running: list[Cycle] | None = None, drafts: int = 0) -> list[Card]:
    """One card for each role of `user`.

    `running` are the open cycles they run as HR, each with its `numbers`, None for everybody else; `drafts` how many
    cycles they have not launched yet.
    """
    numbers = counted_at_once(rows_for(user, follows_cycles=running is not None)) | {"drafts": drafts}
    cards = []
    if running is not None:
        cards.append(Card("attention", _("Needs attention"), late(running) + of_hr(numbers), []))
    if user.may("operate"):
        cards.append(health(numbers))
    if user.may("read_log"):
        cards.append(seal())
    return cards


def rows_for(user, *, follows_cycles: bool) -> dict[str, QuerySet]:
    """The rows whose numbers `user` is told, by name."""
    rows: dict[str, QuerySet] = {}
    if follows_cycles:
        rows["handovers"] = undecided_for(user)
        rows["leavers"] = leavers.undecided_for(user)
    if user.may("edit_people"):
        rows |= {need: User.objects.in_need_of(need) for need in ("no-manager", "manager-left", "mail-refused")}
    if user.may("see_jobs"):
        week = timezone.now() - timedelta(days=7)
        done = Job.objects.filter(owner=user, status=WorkStatus.DONE, finished_at__gte=week)
        rows["files"] = done.exclude(file="")
    if user.may("see_all_jobs"):
        rows["failed_jobs"] = Job.objects.visible_to(user).filter(status=WorkStatus.FAILED)
    if user.may("operate"):
        since = timezone.now() - REFUSED_FOR
        rows["refused"] = Message.objects.visible_to(user).failed().filter(created_at__gte=since)
        rows["waiting"] = Message.objects.visible_to(user).unfinished()
    return rows


def counted_at_once(rows: dict[str, QuerySet]) -> dict[str, int]:
    """How many of each of `rows`, in one query.

    Put together here: as annotations of one row each selection would be renamed into a subquery first, which takes as
    long as all the rest.
    """
    columns: list[str] = []
    values: list = []
    for each in rows.values():
        try:
            sql, params = each.order_by().values("pk").distinct().query.sql_with_params()
        except EmptyResultSet:  # a selection that can have no rows has no SQL
            sql, params = "SELECT 1 WHERE 1 = 0", ()
        columns.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608 (Django's own SQL; values stay apart)
        values += params
    if not columns:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", values)
        return dict(zip(rows, cursor.fetchone(), strict=True))


def late(cycles: list[Cycle]) -> list[Matter]:
    """Reviews past their deadline, cycle by cycle."""
    found = []
    for cycle in cycles:
        n = cycle.numbers.late  # type: ignore[attr-defined]
        if n:
            text = ngettext("%(n)d late review in %(cycle)s", "%(n)d late reviews in %(cycle)s", n)
            url = f"{cycle.get_absolute_url()}?status=late"
            found.append(Matter(text % {"n": n, "cycle": cycle.name}, url, "bad"))
    return found


def of_hr(numbers: dict[str, int]) -> list[Matter]:
    """What HR or an HR partner has to decide or to see to; each only while there is any."""
    people, jobs = reverse("people:list"), reverse("outbox:jobs")
    sentences = {
        "handovers": lambda n: ngettext(
            "%(n)d review waits for a hand-over decision", "%(n)d reviews wait for a hand-over decision", n
        ),
        "leavers": lambda n: ngettext(
            "%(n)d review of somebody who has left is paused", "%(n)d reviews of people who have left are paused", n
        ),
        "manager-left": lambda n: ngettext(
            "%(n)d person's manager has left", "%(n)d people have a manager who has left", n
        ),
        "no-manager": lambda n: ngettext("%(n)d person has no manager", "%(n)d people have no manager", n),
        "mail-refused": lambda n: ngettext(
            "Emails to %(n)d person were refused", "Emails to %(n)d people were refused", n
        ),
        "drafts": lambda n: ngettext("%(n)d cycle isn't launched yet", "%(n)d cycles aren't launched yet", n),
        "failed_jobs": lambda n: ngettext("%(n)d job failed", "%(n)d jobs failed", n),
        "files": lambda n: ngettext("%(n)d export is ready", "%(n)d exports are ready", n),
    }
    places = {
        "handovers": (reverse("reviews:handovers"), "warn"),
        "leavers": (reverse("reviews:leavers"), "warn"),
        "manager-left": (f"{people}?needs=manager-left", "warn"),
        "no-manager": (f"{people}?needs=no-manager", "info"),
        "mail-refused": (f"{people}?needs=mail-refused", "bad"),
        "drafts": (reverse("reviews:cycles"), "info"),
        "failed_jobs": (jobs, "bad"),
        "files": (jobs, "good"),
    }
    return [
        Matter(sentence(numbers[name]) % {"n": numbers[name]}, *places[name])
        for name, sentence in sentences.items()
        if numbers.get(name)
    ]


def health(numbers: dict[str, int]) -> Card:
    """Broker, clock, mails and jobs, for IT. No content, no addresses."""
    jobs = reverse("outbox:jobs")
    last_tick = Heartbeat.objects.values_list("at", flat=True).first()
    refused, failed, waiting = numbers["refused"], numbers["failed_jobs"], numbers["waiting"]
    matters, in_order = [], []
    if broker_answers():
        in_order.append(_("The message broker answers."))
    else:
        matters.append(Matter(_("The message broker doesn't answer; emails and jobs wait"), jobs, "bad"))
    if last_tick is None:
        matters.append(Matter(_("Scheduled work hasn't run yet"), jobs, "warn"))
    elif last_tick >= timezone.now() - STALE:
        in_order.append(_("Scheduled work runs."))
    else:
        matters.append(Matter(_("Scheduled work hasn't run for 5 minutes"), jobs, "bad"))
    if refused:
        text = ngettext("%(n)d email was refused in 14 days", "%(n)d emails were refused in 14 days", refused)
        matters.append(Matter(text % {"n": refused}, reverse("outbox:messages"), "bad"))
    else:
        in_order.append(_("No email was refused."))
    if failed:
        text = ngettext("%(n)d job failed", "%(n)d jobs failed", failed)
        matters.append(Matter(text % {"n": failed}, jobs, "bad"))
    else:
        in_order.append(_("No job failed."))
    in_order.append(
        ngettext("%(n)d email waits to be sent.", "%(n)d emails wait to be sent.", waiting) % {"n": waiting}
    )
    return Card("health", _("Health"), matters, in_order)


def seal() -> Card:
    """Whether the event log was altered, for auditors, as the last check found it."""
    check = SealCheck.objects.filter(pk=1).first()
    url = reverse("audit:log")
    matters, in_order = [], []
    if check is None:
        matters.append(Matter(_("The event log hasn't been checked yet."), url, "info"))
    elif check.fault:
        matters.append(Matter(_("The event log was altered: %(fault)s.") % {"fault": check.fault}, url, "bad"))
    else:
        in_order.append(_("The event log is intact: all %(n)d events hold.") % {"n": check.number})
    return Card("log", _("Event log"), matters, in_order)
