"""Which cycles, reviews and parts of them; every page, export and task starts from `visible_to`."""

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from reviews import policies
from reviews.states import DUE_FIELD, STAGE_OF, UNFINISHED, ReviewStatus


def _counted(rows, group: str) -> Subquery:
    return Subquery(rows.order_by().values(group).annotate(n=Count("*")).values("n"))


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(policies.cycles_open_to(user))

    def with_counts(self):
        """`review_count` without the cancelled, `finished_count`: each from one index, no review is read."""
        reviews = self.model._meta.get_field("reviews").related_model.objects.filter(cycle=OuterRef("pk"))
        finished = reviews.filter(status__in=[ReviewStatus.DELIVERED, ReviewStatus.ACKNOWLEDGED])
        counted = {"review_count": reviews.exclude(status=ReviewStatus.CANCELLED), "finished_count": finished}
        number = {name: Coalesce(_counted(rows, "cycle"), 0) for name, rows in counted.items()}
        return self.annotate(**number).order_by("-period_start", "name")


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(policies.reviews_open_to(user))

    def managed_by(self, user):
        return self.filter(policies.managed_by(user))

    def handled_by_hr(self, user):
        return self.filter(policies.handled_by_hr(user))

    def unfinished(self):
        return self.filter(status__in=UNFINISHED)

    def for_lists(self):
        """With what one line of a list shows: people, team, cycle and its stages' texts; no query per row."""
        people = ("subject", "manager", "team", "grade", "cycle", "round", "self_assessment", "evaluation")
        texts = ("self_assessment__answers", "evaluation__answers")
        return self.select_related(*people).defer(*texts).prefetch_related("cycle__stages")

    def for_page(self, user=None):
        """With what the pages of one review show beside its parts; `own_note` is the private note of `user`."""
        from reviews.models import ManagerChange, PrivateNote, Rebuttal

        note = PrivateNote.objects.filter(author=user, review=OuterRef("pk")).values("text")[:1]
        handovers = Exists(ManagerChange.objects.filter(review=OuterRef("pk")))
        rows = self.for_lists().select_related("cycle__template", "cycle__catalogue")
        rebuttals = Exists(Rebuttal.objects.filter(review=OuterRef("pk")))
        return rows.annotate(own_note=Subquery(note), has_handovers=handovers, has_rebuttals=rebuttals)

    def late_on(self, day):
        """Whose present stage was due before `day`."""
        late = Q(pk__in=[])
        for status, stage in STAGE_OF.items():
            if status in UNFINISHED:
                late |= Q(status=status, **{f"{DUE_FIELD[stage]}__lt": day})
        return self.filter(late)


class ReviewPartQuerySet(models.QuerySet):
    """Rows that belong to a review; each model names its rule."""

    def visible_to(self, user):
        return self.filter(self.model.rule(user))
