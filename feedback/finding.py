"""What can be done about feedback, for the search. Requests and answers are never found by words."""

from django.utils.translation import gettext_lazy as _

from foundation.ui.search import register_action

register_action(_("Ask for feedback"), "message-circle", "feedback:ask", words=_("colleague question"))
register_action(_("Thank someone"), "heart-handshake", "feedback:praise", words=_("praise kudos thanks"))
