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
