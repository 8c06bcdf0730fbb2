"""Steps of the action plan after delivery."""

from uuid import uuid4

from django.db import transaction

from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from foundation.workflow.moves import MoveRefused, perform
from reviews.guards import paused_words
from reviews.models import ActionItem
from reviews.review.moves import principal


@transaction.atomic
def take_step(item: ActionItem, verb: str, *, by, reason: str = "") -> ActionItem:
    """Take step `verb`; dropping is also told in the history of the review. Raises MoveRefused, PermissionDenied."""
    if item.review.is_paused:
        raise MoveRefused(paused_words(item.review))
    given = {"person": by, "why": reason} if verb == "propose_drop" else {}
    before = item.drop_reason
    acts_for = principal(item.review, by)
    item = perform(item, verb, by=by, on_behalf_of=acts_for, reason=reason, **given)
    if verb in DROPS:
        reason = reason or before
        record(item.review, DROPS[verb], by=by, on_behalf_of=acts_for, item=str(item.pk), reason=reason)
    if verb == "propose_drop":
        tell_other_side(item, by)
    return item


def tell_other_side(item: ActionItem, by) -> None:
    """A line in the digest of whoever has to agree to dropping `item`; the reason stands on the page alone."""
    review = item.review
    other = review.manager if by.pk == review.subject_id else review.subject
    tell([line_for(item, "line_drop_proposed", to=other, key=f"{item.pk}:{uuid4()}", actor_name=by.name)])


DROPS = {"propose_drop": "drop_proposed", "agree_drop": "drop_agreed", "keep": "drop_declined"}
