"""Numbers kept as rows."""

from django.db import models


class Attempts(models.Model):
    """How often something was tried since a moment: failed sign-ins, unknown links (see `limits.py`)."""

    key = models.CharField(max_length=64, unique=True, help_text="A keyed digest: whose they are cannot be read here.")
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.count} since {self.since:%Y-%m-%d %H:%M}"


class CounterChange(models.Model):
    """By how much one number of rows changed; written by triggers only (see `foundation.counters.counters`)."""

    source = models.CharField(max_length=60, help_text="The table whose rows are counted.")
    of = models.UUIDField(null=True, help_text="The group that is counted: a cycle, an objective.")
    status = models.CharField(max_length=50)
    due_on = models.DateField(null=True)
    n = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["source", "of"], name="tally_of")]

    def __str__(self):
        return f"{self.n:+} {self.source} {self.status}"
