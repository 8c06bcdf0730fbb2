from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self):
        from foundation.audit.wording import register_object
        from foundation.ui.navigation import register_entry
        from goals import messages

        self.registered = messages  # importing it registers the messages
        register_entry(20, _("Goals"), "target-arrow", "goals:list")
        register_object("goals.goal", _("Goal of %s"), "owner__name")
