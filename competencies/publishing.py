"""What follows when a version is published."""

from competencies.changes import compare
from competencies.models import Catalogue
from competencies.versions import AFTER_PUBLISHING
from foundation.audit.events import record
from foundation.workflow.declaration import Taken


def after_publish(taken: list[Taken]) -> None:
    """What changed is told, then other apps do their part."""
    tell_what_changed(taken)
    for each in taken:
        for then in AFTER_PUBLISHING:
            then(each.row)


def tell_what_changed(taken: list[Taken]) -> None:
    """An event with the numbers of what was added, changed and removed against the version that was in use."""
    for each in taken:
        before = Catalogue.objects.published().exclude(pk=each.row.pk).order_by("-version").first()
        if before is not None:
            record(each.row, "content_changed", by=each.by, since=before.version, **compare(before, each.row).counts)
