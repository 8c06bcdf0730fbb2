"""Evidence: a dated fact with a link, collected all year by its owner."""

import uuid

from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from goals.querysets import EvidenceQuerySet
from goals.states import Source

web_only = URLValidator(schemes=["http", "https"], message=_("Only addresses that begin with http:// or https://."))


class Evidence(models.Model):
    """Read by its owner alone until attached to a goal. Imported facts come as proposals, copied as a snapshot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="evidence")
    note = models.TextField(_("what happened"), max_length=2000)
    link = models.CharField(_("link"), max_length=500, blank=True, validators=[web_only])
    happened_on = models.DateField(_("on"), default=timezone.localdate)
    codes = models.ManyToManyField(
        "competencies.Code", verbose_name=_("performance codes"), blank=True, related_name="evidence"
    )
    goals = models.ManyToManyField("goals.Goal", verbose_name=_("goals"), blank=True, related_name="evidence")
    source = models.CharField(max_length=20, choices=Source, default=Source.NOTE)
    snapshot = models.JSONField(default=dict, blank=True, help_text="What the source said at the time; never scored.")
    is_proposal = models.BooleanField(default=False, help_text="Read from a source and not yet taken by its owner.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_on", "-created_at"]
        indexes = [models.Index(fields=["owner", "-happened_on"], name="evidence_of_owner")]

    def __str__(self):
        return f"{self.happened_on}: {self.note[:60]}"

    @cached_property
    def code_keys(self) -> set[str]:
        """The codes it is about: by key, as rows are those of the catalogue of their day."""
        return {code.key for code in self.codes.all()}
