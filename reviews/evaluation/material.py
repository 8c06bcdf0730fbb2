"""What the forms of one review are made of: its questionnaires, asked of its goals and of its performance codes.

It loads everything in a fixed number of queries; what is published is kept from one request to the next.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from competencies.catalogue_cache import content_of
from foundation.moments import day_in_words
from goals.models import Goal
from goals.states import GoalStatus
from questionnaires.cache import questionnaires_of
from questionnaires.fields import Builder, Item, Part
from questionnaires.states import Repeat


@dataclass
class Material:
    """Codes, goals and questions of one review, as of the version its cycle was launched with."""

    review: Any

    @cached_property
    def content(self):
        return content_of(self.review.cycle.catalogue)

    @cached_property
    def codes(self) -> list:
        """The codes everybody is asked about."""
        return self.content.core

    @cached_property
    def goals(self) -> list:
        cycle = self.review.cycle
        goals = Goal.objects.of(self.review.subject).overlapping(cycle.period_start, cycle.period_end)
        return list(goals.exclude(status=GoalStatus.DRAFT))

    @cached_property
    def words(self) -> dict:
        cycle, review = self.review.cycle, self.review
        period = f"{day_in_words(cycle.period_start, 'j M Y')} – {day_in_words(cycle.period_end, 'j M Y')}"
        names = {"employee_name": review.subject.name, "manager_name": review.manager.name}
        return names | {"period": period, "cycle_name": cycle.name}

    @cached_property
    def builder(self) -> Builder:
        return Builder(self.words, self._items, self.content.codes)

    def _items(self, repeat: str) -> list[Item]:
        if repeat == Repeat.GOALS:
            return [Item(str(goal.pk), goal.title, goal.title, goal) for goal in self.goals]
        return [
            Item(
                code.key,
                code.title,
                code.key,
                code,
                sentences={each.level: each.text for each in code.indicators.all()},
                expected=self.expected(code),
            )
            for code in self.codes
        ]

    def expected(self, code) -> int | None:
        """The level at which this review's grade fully meets what is expected of `code`."""
        return next((each.level for each in code.expectations.all() if each.grade_id == self.review.grade_id), None)

    def parts(self, purpose: str) -> list[Part]:
        """What is asked for one purpose (questionnaires/states.py)."""
        cycle = self.review.cycle
        return self.builder.parts(questionnaires_of(cycle.catalogue).written(purpose, cycle.template_id))
