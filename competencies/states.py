"""The words for the life of a catalogue, and for what is assessed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

LEVELS = range(1, 6)  # of every code


class CatalogueStatus(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    PUBLISHED = "published", _("Published")


class Category(models.TextChoices):
    TECHNICAL = "technical_skills", _("Technical skills")
    OPERATIONAL = "operational_effectiveness", _("Operational effectiveness")
    TEAMWORK = "teamwork_proficiency", _("Teamwork proficiency")
