"""Which goals, objectives and pieces of evidence."""

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Prefetch, Q, Subquery

from foundation.workdays import organisation_today
from goals.policies import EvidencePolicy, GoalPolicy, ObjectivePolicy, TemplatePolicy, awaits_answer
from goals.states import CLOSED, ChangeStatus, GoalStatus
from people.models import User
from people.policies import UserPolicy


class GoalQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return GoalPolicy.filter(self, viewer)

    def of(self, owner):
        return self.filter(owner=owner)

    def of_reports_of(self, manager):
        """Goals of the people whom `manager` leads, or leads for an absent colleague, today; drafts are not theirs."""
        led = GoalPolicy.filter(self, manager, "manage")
        return led.filter(owner__is_active=True).exclude(status=GoalStatus.DRAFT)

    def overlapping(self, start, end):
        """Goals whose time touches the period from `start` to `end`, both days included."""
        return self.filter(starts_on__lte=end, due_on__gte=start)

    def counting(self):
        """Goals that belong in a review: agreed, or ended as reached or not reached."""
        return self.filter(status__in=[GoalStatus.AGREED, GoalStatus.REACHED, GoalStatus.MISSED])

    def running(self):
        return self.exclude(status__in=CLOSED)

    def overdue(self, day=None):
        return self.filter(status=GoalStatus.AGREED, due_on__lt=day or organisation_today())

    def orphans(self):
        """Goals that serve no objective."""
        return self.running().filter(objective=None)

    def with_question(self):
        """`question_by`: who asked for a change of the goal and waits for an answer; None where nobody does."""
        question = FilteredRelation("changes", condition=Q(changes__status=ChangeStatus.OPEN))
        return self.annotate(question=question, question_by=F("question__asked_by"))

    def awaiting(self, user):
        """Goals on which `user` is the side to answer: a proposal, or a change of an agreed goal."""
        return self._near(user, awaits_answer(user))

    def to_do_of(self, user):
        """What `awaiting` finds, and own goals over their deadline; `Goal.asks(user)` tells one from the other."""
        overdue = Q(owner=user, status=GoalStatus.AGREED, due_on__lt=organisation_today())
        return self._near(user, awaits_answer(user) | overdue)

    def _near(self, user, rule: Q):
        """Those of the user's own goals and of the goals of their people, for which `rule` is true.

        Their owners are named as well: the database finds these few people first.
        """
        if user.leads_nobody:
            return self.with_question().filter(rule, owner=user)
        led = Q(is_active=True) & UserPolicy.manage(user)
        near = User.objects.filter(Q(pk=user.pk) | led).order_by().values("pk")
        return self.with_question().filter(rule, owner__in=near)

    def with_progress(self):
        """With owner, objective and the moment of the last check-in: one query for any number of goals."""
        from goals.models import CheckIn

        latest = CheckIn.objects.filter(goal=OuterRef("pk")).order_by("-at").values("at")[:1]
        return self.select_related("owner__team", "objective").annotate(last_check_in_at=Subquery(latest))

    def with_history(self):
        """With check-ins (newest first, with their writers) and codes: two queries more for any number of goals."""
        from goals.models import CheckIn

        check_ins = CheckIn.objects.select_related("by").order_by("-at")
        return self.with_progress().prefetch_related(Prefetch("check_ins", check_ins), "codes")

    def by_deadline(self):
        return self.order_by("due_on", "title", "pk")


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return EvidencePolicy.filter(self, viewer)

    def of(self, owner):
        return self.filter(owner=owner)

    def between(self, start, end):
        return self.filter(happened_on__range=(start, end))

    def proposals(self):
        return self.filter(is_proposal=True)

    def confirmed(self):
        return self.filter(is_proposal=False)

    def with_links(self, viewer):
        """With codes and those goals that `viewer` reads: two queries more for any number of rows."""
        from goals.models import Goal

        return self.prefetch_related("codes", Prefetch("goals", Goal.objects.visible_to(viewer)))


class ObjectiveQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return ObjectivePolicy.filter(self, viewer)

    def with_goals(self, viewer):
        """With `open_goals`, the running goals that `viewer` reads, by deadline: one query more."""
        from goals.models import Goal

        goals = Goal.objects.visible_to(viewer).running().with_progress().by_deadline()
        return self.select_related("owner").prefetch_related(Prefetch("goals", goals, to_attr="open_goals"))


class TemplateQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        return TemplatePolicy.filter(self, viewer).select_related("objective")
