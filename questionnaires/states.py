"""What a questionnaire is for, the kinds of questions, and what an answer means to the apps that ask."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    FEEDBACK = "feedback", _("Feedback from collaborators")
    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    EVALUATION = "evaluation", _("Evaluation")
    SUMMARY = "summary", _("Summary")


class Kind(models.TextChoices):
    CONTACT = "contact", _("How closely you worked together")
    RATING = "rating", _("A sentence on a scale")
    TEXT = "text", _("In your own words")
    TEXT_LIST = "text_list", _("Several texts")
    CODE_LIST = "code_list", _("Several texts, each with a performance code")
    CHOICES = "choices", _("Boxes to tick")
    CHECKLIST = "checklist", _("Boxes that all have to be ticked")


class Repeat(models.TextChoices):
    """What the questions of a section are asked of, one by one; empty: once."""

    GOALS = "goals", _("Each goal of the period")
    CODES = "codes", _("Each performance code")


class ExampleRule(models.TextChoices):
    """Which ratings rest on an example. Welcome it is with every rating that has a rule but NEVER."""

    NEVER = "never", _("No example")
    BELOW_AND_TOP = "below_and_top", _("Up to the limit of the scale, and at its top")
    EXTREMES = "extremes", _("At both ends of the scale")
    SCORED = "scored", _("With every score; none for “not observed” and its kin")


class Meaning(models.TextChoices):
    """What an answer is to the code that reads it. Code never looks for a question by its key."""

    OVERALL = "overall", _("Overall result")
    ACHIEVEMENTS = "achievements", _("Key achievements")
    STRENGTHS = "strengths", _("Strengths, what to keep")
    GROWTH = "growth", _("Growth areas, what could change")
    STATEMENT = "statement", _("Overall statement")


# --- what fits together ----------------------------------------------------------------------------------------------
RATED = (Kind.CONTACT, Kind.RATING)
TYPED = (Kind.TEXT, Kind.TEXT_LIST, Kind.CODE_LIST)
BOXED = (Kind.CHOICES, Kind.CHECKLIST)
_REVIEW_KINDS = (Kind.RATING, *TYPED, *BOXED)
# Answers of collaborators become rows without an author; only these kinds can.
KINDS_OF: dict[str, tuple[Kind, ...]] = {
    Purpose.FEEDBACK: (Kind.CONTACT, Kind.RATING, Kind.TEXT),
    Purpose.SELF_ASSESSMENT: _REVIEW_KINDS,
    Purpose.EVALUATION: _REVIEW_KINDS,
    Purpose.SUMMARY: TYPED,
}
MEANINGS_OF: dict[str, tuple[Meaning, ...]] = {
    Purpose.FEEDBACK: (Meaning.STRENGTHS, Meaning.GROWTH),
    Purpose.SELF_ASSESSMENT: (),
    Purpose.EVALUATION: (Meaning.OVERALL,),
    Purpose.SUMMARY: (Meaning.ACHIEVEMENTS, Meaning.STRENGTHS, Meaning.GROWTH, Meaning.STATEMENT),
}
_REVIEW_PLACEHOLDERS = ("employee_name", "manager_name", "period", "cycle_name")
# What the apps that ask fill in: feedback/answers/questions.py, reviews/evaluation/material.py.
PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    Purpose.FEEDBACK: ("employee_name", "period"),
    Purpose.SELF_ASSESSMENT: _REVIEW_PLACEHOLDERS,
    Purpose.EVALUATION: _REVIEW_PLACEHOLDERS,
    Purpose.SUMMARY: (),
}
# How many collaborators of each relation a list usually has; of the others there may be any number.
USUALLY_ASKED = {
    "data_scientist": 3,
    "software_engineer": 1,
    "product_manager": 1,
    "stakeholder": 1,
    "peer_mlops_engineer": 2,
}
FEWEST_SHOWN = 3  # a cycle may ask for more answers before it shows any, never for fewer
OPTIONAL_STAGES = ("calibration",)
# The stages of every template, in order: StageKey of reviews/states.py.
STAGES = ("self_assessment", "peer_review", "manager_evaluation", "calibration", "final_delivery", "acknowledgement")
