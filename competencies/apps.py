from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompetenciesConfig(AppConfig):
    name = "competencies"

    def ready(self):
        from foundation.ui.navigation import register_entry

        register_entry(40, _("Catalogue"), "book-2", "competencies:catalogue")
