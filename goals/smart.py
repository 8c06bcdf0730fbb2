"""Advice on a goal, by the letters of SMART. It is shown beside the form and never prevents saving."""

from datetime import timedelta

from django.utils.translation import gettext as _

from goals.states import Measure

VAGUE = {"improve", "better", "optimise", "optimize", "support", "help", "try", "various", "several", "etc", "enhance"}


def advice(goal, *, codes=(), other_weight=0) -> list[dict]:
    """Five rows of `letter`, `title` and `hints`; no hints means nothing to say. `goal` may be unsaved.

    `other_weight` is the sum of the weights, in per cent, of the owner's other running goals.
    """
    return [
        {"letter": "S", "title": _("Specific"), "hints": list(_specific(goal))},
        {"letter": "M", "title": _("Measurable"), "hints": list(_measurable(goal))},
        {"letter": "A", "title": _("Achievable"), "hints": list(_achievable(goal, other_weight))},
        {"letter": "R", "title": _("Relevant"), "hints": list(_relevant(goal, codes))},
        {"letter": "T", "title": _("Time-bound"), "hints": list(_time_bound(goal))},
    ]


def _specific(goal):
    words = {word.strip(".,;:!?") for word in goal.title.lower().split()}
    if vague := sorted(words & VAGUE):
        yield _("“%(word)s” leaves open what will be different. Name the result.") % {"word": vague[0]}
    if len(goal.statement) < 40:
        yield _("Say in a sentence what will be different, for whom, and how you can tell.")
    if "{{" in goal.statement:
        yield _("Replace the placeholders in double braces by your own words.")


def _measurable(goal):
    if goal.kind != Measure.YES_NO and not goal.metric:
        yield _("Name what is measured, so that two people would read off the same number.")
    if goal.kind != Measure.YES_NO and goal.baseline == goal.target:
        yield _("Baseline and target are the same: this goal is to hold a value. Is that meant?")
    if goal.is_team_measure and not goal.contribution:
        yield _("The figure belongs to a team. Say which part of it is this person's own work.")


def _achievable(goal, other_weight):
    if goal.kind != Measure.YES_NO and goal.baseline and abs(goal.target) > 10 * abs(goal.baseline):
        yield _("The target is more than ten times the baseline. What makes that possible?")
    if goal.weight + other_weight > 100:
        total = {"total": goal.weight + other_weight}
        yield _("With this weight the goals add up to %(total)s %%. What should count less?") % total


def _relevant(goal, codes):
    if goal.objective_id is None:
        yield _("It supports no objective of the organisation. Choose one, or tell your manager why not.")
    if not codes:
        yield _("No performance code is named. Which kind of work does it show?")
    if not goal.guardrail:
        yield _("Name what must not get worse meanwhile, for instance failed changes or on-call load.")


def _time_bound(goal):
    length = goal.due_on - goal.starts_on
    if length > timedelta(days=365):
        yield _("The deadline is more than a year away. Cut it into steps that end sooner.")
    if length < timedelta(days=14):
        yield _("Two weeks or less is a task rather than a goal.")
