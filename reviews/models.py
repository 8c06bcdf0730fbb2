from reviews.calibration.models import CalibrationChange, CalibrationGroup
from reviews.cycles.models import Cycle, Stage
from reviews.documents.models import IssuedDocument
from reviews.evaluation.models import Evaluation, PrivateNote, Rating, Rebuttal, SelfAssessment, SetAsideDraft, Summary
from reviews.home.models import CalendarFeed
from reviews.plan.models import ActionItem
from reviews.review.decision_models import HandoverChoice, ManagerDecision
from reviews.review.models import ManagerChange, Review

__all__ = [
    "ActionItem",
    "CalendarFeed",
    "CalibrationChange",
    "CalibrationGroup",
    "Cycle",
    "Evaluation",
    "HandoverChoice",
    "IssuedDocument",
    "ManagerChange",
    "ManagerDecision",
    "PrivateNote",
    "Rating",
    "Rebuttal",
    "Review",
    "SelfAssessment",
    "SetAsideDraft",
    "Stage",
    "Summary",
]
