from reviews.models.calibration import CalibrationChange, CalibrationGroup
from reviews.models.cycle import Cycle, ReviewTemplate, Stage
from reviews.models.document import IssuedDocument
from reviews.models.handover import HandoverChoice, ManagerDecision
from reviews.models.plan import ActionItem
from reviews.models.review import ManagerChange, Review
from reviews.models.writing import Evaluation, PrivateNote, Rating, Rebuttal, SelfAssessment, SetAsideDraft, Summary

__all__ = [
    "ActionItem",
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
    "ReviewTemplate",
    "SelfAssessment",
    "SetAsideDraft",
    "Stage",
    "Summary",
]
