"""Which rounds and requests: selections shared by pages, exports and tasks."""

from datetime import date, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from feedback.policies import RequestPolicy, RoundPolicy
from feedback.states import INVITED, ON_THE_LIST, RUNNING, RequestStatus, RoundStatus
from foundation.outbox.states import WorkStatus

# A DISTINCT would read every running round to find the few titles they share.
LEAP = """
    WITH RECURSIVE leap (status, title) AS (
        SELECT states.column1, (SELECT min(title) FROM feedback_feedbackround WHERE status = states.column1)
        FROM (VALUES (%s), (%s)) AS states
        UNION ALL
        SELECT status, (SELECT min(next.title) FROM feedback_feedbackround next
                        WHERE next.status = leap.status AND next.title > leap.title)
        FROM leap WHERE title IS NOT NULL
    )
    SELECT DISTINCT title FROM leap WHERE title IS NOT NULL ORDER BY title
"""
# Whoever has left can no longer sign in and has no link: nobody waits for their answer.
LEFT = Q(giver__is_active=False)
# The subject has left, and HR has not decided yet whether the review goes on; for rounds, and for requests.
PAUSED = Q(subject__is_active=False, goes_on_without_subject=False)
ABOUT_PAUSED = Q(round__subject__is_active=False, round__goes_on_without_subject=False)
# Outsiders for whom nobody but a reader of the result vouches; the single-row form is Request.is_unconfirmed.
UNCONFIRMED = Q(giver=None, confirmed_by=None)
GRACE = timedelta(seconds=60)  # for a save that was under way when the day ended


def answering_day() -> date:
    """The day of the organisation's zone a minute ago: deadlines end at its midnight and a minute of grace."""
    return (timezone.now() - GRACE).astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE)).date()


class RoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        return RoundPolicy.filter(self, user)

    def led_by(self, user):
        return RoundPolicy.filter(self, user, "manage")

    def run_by_hr(self, user):
        return RoundPolicy.filter(self, user, "handle")

    def running(self):
        return self.filter(status__in=RUNNING)

    def paused(self):
        """Running, but the subject has left and HR has not decided about it."""
        return self.running().filter(PAUSED)

    def running_titles(self) -> list[str]:
        """The titles of all running rounds, in order: one query that leaps from title to title along the index."""
        with connection.cursor() as cursor:
            cursor.execute(LEAP, RUNNING)
            return [title for (title,) in cursor.fetchall()]

    def overlapping(self, start, end):
        """Rounds about a period that shares a day with `start` to `end`."""
        return self.filter(period_start__lte=end, period_end__gte=start)

    def with_progress(self):
        """`n_asked`, `n_answered`, `n_declined` on each row, read by `progress()`; and `n_unconfirmed`, see below."""
        left = Q(requests__status=RequestStatus.ASKED, requests__giver__is_active=False)
        return self.annotate(
            n_asked=Count("requests", filter=Q(requests__status__in=INVITED) & ~left),
            n_answered=Count("requests", filter=Q(requests__status=RequestStatus.ANSWERED)),
            n_declined=Count("requests", filter=Q(requests__status=RequestStatus.DECLINED)),
        ).with_unconfirmed()

    def with_unconfirmed(self):
        """`n_unconfirmed` on each row: outsiders on the list, answered or not, whom HR has not confirmed."""
        on_list = Q(requests__status__in=ON_THE_LIST, requests__giver=None, requests__confirmed_by=None)
        return self.annotate(n_unconfirmed=Count("requests", filter=on_list))

    def ripe(self, day=None):
        """Collecting rounds to be released: every deadline has passed, or everyone asked has answered or declined."""
        from feedback.rounds.models import FeedbackRequest

        day = day or answering_day()
        waiting = FeedbackRequest.objects.filter(round=OuterRef("pk"), status=RequestStatus.ASKED).exclude(LEFT)
        open_still = waiting.filter(Q(due_on__gte=day) | Q(round__closes_on__gte=day))
        return self.filter(~Exists(open_still), ~PAUSED, status=RoundStatus.COLLECTING)


class RequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user):
        """The own requests of a giver, and those of the rounds whose list `user` may change."""
        return RequestPolicy.filter(self, user)

    def asked_of(self, user):
        """What `user` was asked as a giver and can still answer, or need not at the moment (`round.is_paused`).

        The nearest deadline first.
        """
        asked = self.open_or_paused_on(answering_day()).filter(giver=user)
        return asked.select_related("round__subject").with_last_day().order_by("last_day", "round__subject__name")

    def to_confirm_by(self, user):
        """Outsiders about whom `user`, a colleague, was asked whether they exist."""
        rows = self.filter(UNCONFIRMED, confirmer=user, status__in=ON_THE_LIST, round__status__in=RUNNING)
        return rows.select_related("round__subject", "round__manager", "added_by").order_by("name")

    def with_last_day(self):
        """`last_day`: the own deadline when it was extended, otherwise that of the round."""
        own = Coalesce("due_on", "round__closes_on")
        return self.annotate(last_day=Greatest(own, "round__closes_on"))

    def open_on(self, day):
        """Asked, in a collecting round that is not paused, still in time on `day`, of somebody who has not left."""
        return self._waiting().filter(~ABOUT_PAUSED).filter(_in_time_on(day))

    def paused(self):
        """Asked about somebody who has left, while HR has not decided: on hold, and however late nothing is lost."""
        return self._waiting().filter(ABOUT_PAUSED)

    def open_or_paused_on(self, day: date) -> Self:
        """What a link or an account still leads to: `open_on`, and what is on hold."""
        return self._waiting().filter(ABOUT_PAUSED | _in_time_on(day))

    def _waiting(self):
        return self.filter(status=RequestStatus.ASKED, round__status=RoundStatus.COLLECTING).exclude(LEFT)

    def load(self):
        """Requests that are work for their giver now: asked or answered in a round still running."""
        counted = [RequestStatus.ASKED, RequestStatus.ANSWERED]
        return self.filter(status__in=counted, round__status__in=RUNNING)

    def with_delivery(self):
        """`refused`: the mail server's words about the last invitation or reminder, empty when it was not refused."""
        failed = _refused_mails().filter(target_id=OuterRef("id_text")).order_by("-created_at")
        return self.annotate(id_text=_as_text(F("pk")), refused=Subquery(failed.values("error")[:1]))

    def bounced(self):
        """Asked, but an invitation or reminder was refused by the mail server; which mails were is asked at once.

        They are few, and in one step the database would join all requests before it looks.
        """
        refused = set(_refused_mails().values_list("target_id", flat=True))
        return self.filter(pk__in=refused, status=RequestStatus.ASKED)


def _in_time_on(day) -> Q:
    return Q(due_on__gte=day) | Q(round__closes_on__gte=day)


def _refused_mails():
    """Not those with a code: that one was asked for tells that there is a draft."""
    from foundation.outbox.models import Message

    refused = Message.objects.filter(target_type="feedback.feedbackrequest", status=WorkStatus.FAILED)
    return refused.exclude(kind="feedback_code")


def _as_text(value):
    """A UUID as the dashed text that messages keep as target_id, also on SQLite, which stores it without dashes."""
    return UuidText(value, output_field=models.CharField())


class UuidText(models.Func):
    template = "CAST(%(expressions)s AS varchar)"

    def as_sqlite(self, compiler, connection, **extra):
        sql, params = compiler.compile(self.source_expressions[0])
        cuts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
        parts = [f"substr({sql}, {start}, {length})" for start, length in cuts]
        return " || '-' || ".join(parts), list(params) * len(parts)
