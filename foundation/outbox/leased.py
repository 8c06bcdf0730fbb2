"""Work that is owed: a row leased to one worker at a time. A lost worker's lease runs out, and another takes over."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.outbox.states import WorkStatus

LEASE = timedelta(minutes=5)


class LeasedQuerySet(models.QuerySet[Any]):
    """Selects rows to work on, and leases them to a worker."""

    claimed_by: tuple[str, ...] = ("next_at",)  # in which order workers take what is due

    def due(self) -> Self:
        """Waiting and due by now, or leased to a worker that was lost."""
        now = timezone.now()
        return self.filter(Q(status=WorkStatus.QUEUED, next_at__lte=now) | _lapsed(now))

    def stale(self) -> Self:
        """Leased to a worker, with the lease expired."""
        return self.filter(_lapsed(timezone.now()))

    def unfinished(self) -> Self:
        """Waiting or being worked on."""
        return self.filter(status__in=[WorkStatus.QUEUED, WorkStatus.RUNNING])

    def failed(self) -> Self:
        """Parked until somebody starts it again."""
        return self.filter(status=WorkStatus.FAILED)

    @transaction.atomic
    def claim(self, size: int) -> list[Any]:
        """Lease up to `size` due rows to this worker; rows that another worker has or is taking are left out."""
        rows = self.due().select_for_update(skip_locked=True, of=("self",)).order_by(*self.claimed_by)
        group: list[Any] = list(rows[:size])
        until = timezone.now() + LEASE
        self.model._default_manager.filter(pk__in=[row.pk for row in group]).update(
            status=WorkStatus.RUNNING, leased_until=until, attempts=F("attempts") + 1
        )
        for row in group:
            row.status, row.leased_until = WorkStatus.RUNNING, until
            row.attempts += 1
        return group

    @transaction.atomic
    def queue_again(self) -> list[Any]:
        """Queue those of these rows that failed, with their attempts counted anew; returns them."""
        rows: list[Any] = list(self.failed().select_for_update(of=("self",)).order_by("pk"))
        now = timezone.now()
        self.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(
            status=WorkStatus.QUEUED,
            attempts=0,
            next_at=now,
            tried_since=now,
            leased_until=None,
            finished_at=None,
            error="",
        )
        return rows


def _lapsed(now: datetime) -> Q:
    return Q(status=WorkStatus.RUNNING, leased_until__lt=now)


class LeasedRow(models.Model):
    """One piece of work that is owed. Its status has no declared moves: only the methods here change it."""

    status = models.CharField(max_length=10, choices=WorkStatus, default=WorkStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    tried_since = models.DateTimeField(default=timezone.now, help_text="Giving up counts from here.")
    next_at = models.DateTimeField(default=timezone.now, help_text="Not before.")
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(_("what went wrong"), max_length=300, blank=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["next_at"], condition=Q(status="queued"), name="%(class)s_waiting"),
            models.Index(fields=["leased_until"], condition=Q(status="running"), name="%(class)s_leased"),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.status in {WorkStatus.QUEUED, WorkStatus.RUNNING}

    def finish(self, status: str, error: str = "", **more: Any) -> None:
        """End it as `status`, with what went wrong; `more` are values of other columns. A row that is gone stays so."""
        self._set(status=status, error=error[:300], leased_until=None, finished_at=timezone.now(), **more)

    def put_back(self, at: datetime | None = None, error: str = "") -> None:
        """Queue it again, until `at` when one is given."""
        self._set(status=WorkStatus.QUEUED, error=error[:300], leased_until=None, next_at=at or self.next_at)

    def hold(self, **more: Any) -> None:
        """Renew the lease while the work goes on."""
        self._set(leased_until=timezone.now() + LEASE, **more)

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        type(self)._default_manager.filter(pk=self.pk).update(**values)
