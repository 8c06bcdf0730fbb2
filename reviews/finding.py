"""What the search finds of reviews and cycles, and what can be done with them."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from foundation.ui.search import Hit, register_action, register_source
from people.models import User
from people.search import leads_to
from reviews.models import Cycle, Review


def _reviews(user, text: str) -> Iterable[Hit]:
    """Reviews they may read, by the name of whom they are about; the newest cycle first."""
    named = leads_to([text], (User.objects.all(), "search", ("subject",))).counted
    rows = Review.objects.visible_to(user).filter(named).select_related("subject", "cycle")
    for review in rows.order_by("-cycle__period_start", "subject__name", "pk")[:5]:
        yield Hit(review.subject.name, review.get_absolute_url(), review.cycle.name)


def _cycles(user, text: str) -> Iterable[Hit]:
    rows = Cycle.objects.visible_to(user)
    for word in text.split():
        rows = rows.filter(name__icontains=word)
    for cycle in rows.order_by("-period_start", "name")[:5]:
        yield Hit(cycle.name, cycle.get_absolute_url(), cycle.get_status_display())


register_source(10, _("Reviews"), "clipboard-text", _reviews)
register_source(15, _("Cycles"), "calendar", _cycles)
register_action(
    _("New cycle"),
    "plus",
    "reviews:cycle_new",
    words=_("launch start review"),
    is_shown=lambda user: user.may("run_cycles"),
)
register_action(_("Next grade"), "stack-2", "reviews:next_grade", words=_("promotion growth expectations level"))
register_action(_("Check a document"), "shield-check", "reviews:verify", words=_("PDF genuine fingerprint"))
