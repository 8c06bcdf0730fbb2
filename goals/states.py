"""The statuses and other choices of goals: measures, visibility, confidence, sources of evidence."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GoalStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waiting for agreement")
    AGREED = "agreed", _("Agreed")
    REACHED = "reached", _("Reached")
    MISSED = "missed", _("Not reached")
    WITHDRAWN = "withdrawn", _("Withdrawn")


CLOSED = [GoalStatus.REACHED, GoalStatus.MISSED, GoalStatus.WITHDRAWN]


class ChangeStatus(models.TextChoices):
    OPEN = "open", _("Waiting for agreement")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    TAKEN_BACK = "taken_back", _("Taken back")


class Measure(models.TextChoices):
    NUMBER = "number", _("Number")
    PERCENT = "percent", _("Per cent")
    MONEY = "money", _("Money")
    YES_NO = "yes_no", _("Done or not done")


class Direction(models.TextChoices):
    INCREASE = "increase", _("More is better")
    DECREASE = "decrease", _("Less is better")


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Owner, manager and HR")
    TEAM = "team", _("The owner's team as well")


class Confidence(models.TextChoices):
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    BEHIND = "behind", _("Behind")


class Source(models.TextChoices):
    """Where a piece of evidence came from; all but NOTE are snapshots of what another system said."""

    NOTE = "manual", _("Own note")
    MLFLOW = "mlflow", _("MLflow")
    PROMETHEUS = "prometheus", _("Prometheus")
    CI = "ci", _("Deployments")
    INCIDENTS = "incidents", _("Incidents")
