"""How many reviews of a cycle are in each status, for HR's pages: from the kept numbers, without counting rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Case, Count, F, Q, When

from foundation.counters.counters import counted
from foundation.workdays import organisation_today
from reviews.models import Cycle, Review
from reviews.states import AFTER_DELIVERY, DUE_FIELD, STAGE_OF, UNFINISHED, ReviewStatus


@dataclass
class Numbers:
    """The reviews of one cycle that somebody handles: by status, and how many are past their present deadline."""

    by_status: Counter = field(default_factory=Counter)
    late: int = 0

    def add(self, status: str, due_on, n: int) -> None:
        self.by_status[status] += n
        if due_on is not None and due_on < organisation_today():
            self.late += n

    @property
    def all(self) -> int:
        """Without the cancelled."""
        return self.by_status.total() - self.by_status[ReviewStatus.CANCELLED]

    @property
    def finished(self) -> int:
        return sum(self.by_status[status] for status in AFTER_DELIVERY)


PRESENT_DUE = Case(*(When(status=each, then=F(DUE_FIELD[STAGE_OF[each]])) for each in UNFINISHED))


def counted_now(reviews):
    """(cycle, status, present deadline, number) of `reviews`, read row by row: for few of them."""
    rows = reviews.order_by().annotate(due=PRESENT_DUE).values_list("cycle", "status", "due")
    return rows.annotate(n=Count("pk"))


def numbers_for(user, cycles: Iterable[Cycle]) -> dict[UUID, Numbers]:
    """By cycle what `user` handles as HR or HR partner; for HR two queries that read no more with more people."""
    ids = [cycle.pk for cycle in cycles]
    found: dict[UUID, Numbers] = defaultdict(Numbers)
    reviews = Review.objects.filter(cycle__in=ids)
    if not user.may("handle_everyone"):
        for pk, *row in counted_now(reviews.handled_by_hr(user)):
            found[pk].add(*row)
        return found
    kept = counted("reviews_review", ids)
    for pk in ids:
        for row in kept.get(pk, ()):
            found[pk].add(row.status, row.due_on, row.n)
    conflicts = Q(subject__in=[user.pk, user.manager_id]) | Q(manager=user)  # what `handled_by_hr` leaves out
    for pk, status, *dues in reviews.filter(conflicts).order_by().values_list("cycle", "status", *DUE_FIELD.values()):
        due_on = dict(zip(DUE_FIELD, dues, strict=True))[STAGE_OF[status]] if status in UNFINISHED else None
        found[pk].add(status, due_on, -1)  # few: their own, their manager's and those they lead
    return found


def with_numbers(user, cycles: list[Cycle]) -> list[Cycle]:
    """The same cycles, each with `numbers`."""
    numbers = numbers_for(user, cycles)
    for cycle in cycles:
        cycle.numbers = numbers[cycle.pk]  # type: ignore[attr-defined]
    return cycles
