from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self):
        from competencies.versions import after_publishing
        from foundation.audit.wording import register_actions, register_object
        from foundation.ui.navigation import register_entry
        from goals import finding, messages, services

        self.registered = (finding, messages)  # importing them registers what they hold
        after_publishing(services.offer_pack_goals)
        register_entry(20, _("Goals"), "target-arrow", "goals:list")
        register_object("goals.goal", _("Goal of %s"), "owner__name")
        register_actions(
            {
                "goal.created": _("Goal created"),
                "goal.checked_in": _("Check-in saved"),
                "goal.change_asked": _("Change of goal proposed"),
            }
        )
