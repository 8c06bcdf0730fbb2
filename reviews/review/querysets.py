"""Which reviews; every page, export and task starts from `visible_to`."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from reviews.policies import ReviewPolicy
from reviews.states import DUE_FIELD, STAGE_OF, UNFINISHED, CycleStatus, ReviewStatus

PARTS = ("round", "self_assessment", "evaluation")
OF_STATUS = (
    "subject", "manager", "status", "is_returned", "refused_acknowledgement", "conversation_on", *DUE_FIELD.values(),
    "round__status", "round__list_sent_on", "self_assessment__version", "evaluation__version",
)  # fmt: skip
OF_CYCLE = ("cycle__name", "cycle__status")
NAMES = ("subject__name", "manager__name", "team__name")


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return ReviewPolicy.filter(self, user)

    def managed_by(self, user):
        return ReviewPolicy.filter(self, user, "manage")

    def handled_by_hr(self, user):
        return ReviewPolicy.filter(self, user, "handle")

    def unfinished(self):
        return self.filter(status__in=UNFINISHED)

    def paused(self):
        """Of open cycles, about somebody who has left, while HR has not decided whether they go on."""
        left = Q(subject__is_active=False, goes_on_without_subject_at=None, cycle__status=CycleStatus.OPEN)
        return self.unfinished().exclude(status=ReviewStatus.DELIVERED).filter(left)

    def for_status(self):
        """With what a review needs for its status text, and nothing else of its rows; no query per row."""
        rows = self.select_related("cycle", *PARTS).prefetch_related("cycle__stages")
        return rows.only(*OF_CYCLE, *OF_STATUS)

    def for_lists(self):
        """As `for_status`, with the names that one line of a list shows."""
        rows = self.for_status().select_related("subject", "manager", "team")
        return rows.only(*OF_CYCLE, *OF_STATUS, *NAMES)

    def for_board(self):
        """As `for_lists`, for rows of `cycle.reviews`: all know that one cycle, and it is not read again."""
        return self.select_related("subject", "manager", "team", *PARTS).only("cycle", *OF_STATUS, *NAMES)

    def for_page(self, user=None):
        """With what the pages of one review show beside its parts; `own_note` is the private note of `user`."""
        from reviews.models import ManagerChange, PrivateNote, Rebuttal

        note = PrivateNote.objects.filter(author=user, review=OuterRef("pk")).values("text")[:1]
        handovers = Exists(ManagerChange.objects.filter(review=OuterRef("pk")))
        rebuttals = Exists(Rebuttal.objects.filter(review=OuterRef("pk")))
        people = ("subject", "manager", "team", "grade")
        rows = self.select_related(*PARTS, *people, "cycle__template", "cycle__catalogue")
        rows = rows.prefetch_related("cycle__stages")
        return rows.annotate(own_note=Subquery(note), has_handovers=handovers, has_rebuttals=rebuttals)

    def late_on(self, day):
        """Whose present stage was due before `day`."""
        late = Q(pk__in=[])
        for status, stage in STAGE_OF.items():
            if status in UNFINISHED:
                late |= Q(status=status, **{f"{DUE_FIELD[stage]}__lt": day})
        return self.filter(late)
