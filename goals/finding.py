"""What the search finds of goals, objectives and evidence, and what can be done with them."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from foundation.ui.search import Hit, register_action, register_source
from goals.models import Evidence, Goal, Objective
from goals.policies import GoalPolicy


def _with_words(rows, text: str, *columns: str):
    """`rows` with every word of `text` in one of `columns`."""
    for word in text.split():
        part = Q()
        for column in columns:
            part |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(part)
    return rows


def _goals(user, text: str) -> Iterable[Hit]:
    """Their own goals and those of the people they lead: the few rows that somebody looks for by title."""
    near = GoalPolicy.filter(Goal.objects.visible_to(user), user, "take_part")
    for goal in _with_words(near, text, "title").select_related("owner").order_by("-due_on", "pk")[:5]:
        yield Hit(goal.title, goal.get_absolute_url(), goal.owner)


def _objectives(user, text: str) -> Iterable[Hit]:
    rows = Objective.objects.visible_to(user)
    for objective in _with_words(rows, text, "title", "key").order_by("title", "pk")[:5]:
        yield Hit(objective.title, objective.get_absolute_url())


def _evidence(user, text: str) -> Iterable[Hit]:
    """Their own evidence only."""
    rows = _with_words(Evidence.objects.of(user), text, "note").order_by("-happened_on", "pk")
    for evidence in rows[:5]:
        yield Hit(evidence.note, reverse("goals:evidence_edit", args=[evidence.pk]), evidence.happened_on)


register_source(30, _("Goals"), "target-arrow", _goals)
register_source(40, _("Objectives"), "sitemap", _objectives)
register_source(60, _("Evidence"), "paperclip", _evidence)
register_action(_("Add evidence"), "plus", "goals:evidence_add", words=_("note fact"))
register_action(_("New goal"), "target-arrow", "goals:new", words=_("create template"))
register_action(_("Objectives"), "sitemap", "goals:objectives")
