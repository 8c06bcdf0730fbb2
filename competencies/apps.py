from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompetenciesConfig(AppConfig):
    name = "competencies"

    def ready(self):
        from competencies import finding
        from foundation.ui.navigation import register_entry

        self.registered = finding  # importing it registers what can be found
        register_entry(40, _("Catalogue"), "book-2", "competencies:catalogue")
