from goals.models.evidence import Evidence
from goals.models.goal import Goal
from goals.models.history import Change, CheckIn
from goals.models.objectives import GoalTemplate, Objective

__all__ = ["Change", "CheckIn", "Evidence", "Goal", "GoalTemplate", "Objective"]
