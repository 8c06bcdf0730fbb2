"""What follows from steps of the action plan."""

from uuid import uuid4

from foundation.audit.events import record
from foundation.outbox.digest import line_for, tell
from foundation.workflow.declaration import Taken
from reviews.models import ActionItem

DROPS = {"propose_drop": "drop_proposed", "agree_drop": "drop_agreed", "keep": "drop_declined"}


def tell_of_drop(taken: list[Taken]) -> None:
    """Dropping an item, or not, is also in the history of the review; whoever has to agree gets a line."""
    for each in taken:
        item, acts_for = each.row, each.on_behalf_of
        reason = each.reason or each.was["drop_reason"]
        record(item.review, DROPS[each.verb], by=each.by, on_behalf_of=acts_for, item=str(item.pk), reason=reason)
        if each.verb == "propose_drop":
            tell_other_side(item, each.by)


def tell_other_side(item: ActionItem, by) -> None:
    """A line in the digest of whoever has to agree to dropping `item`; the reason is only on the page."""
    review = item.review
    other = review.manager if by.pk == review.subject_id else review.subject
    tell([line_for(item, "line_drop_proposed", to=other, key=f"{item.pk}:{uuid4()}", actor_name=by.name)])
