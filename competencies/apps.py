from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompetenciesConfig(AppConfig):
    name = "competencies"

    def ready(self):
        from competencies import finding
        from competencies.changes import Counted
        from foundation.audit.wording import register_actions, register_details, register_object
        from foundation.ui.navigation import register_entry

        self.registered = finding  # importing it registers what can be found
        register_entry(40, _("Catalogue"), "book-2", "competencies:catalogue")
        register_object("competencies.catalogue", _("Catalogue, version %s"), "version")
        register_details({str(kind.value): kind.label for kind in Counted})
        register_actions(
            {
                "catalogue.created": _("Draft of a catalogue opened"),
                "catalogue.imported": _("Draft of a catalogue imported from a file"),
                "catalogue.pack_added": _("Pack added to a draft"),
                "catalogue.discarded": _("Draft of a catalogue discarded"),
                "catalogue.changed": _("Title or note of a catalogue changed"),
                "catalogue.code_written": _("Performance code saved"),
                "catalogue.code_retired": _("Performance code retired"),
                "catalogue.code_brought_back": _("Performance code brought back"),
                "catalogue.codes_reordered": _("Performance codes reordered"),
                "catalogue.scale_written": _("Scale saved"),
                "catalogue.scale_brought_back": _("Scale brought back"),
                "catalogue.point_added": _("Answer added to a scale"),
                "catalogue.point_removed": _("Answer removed from a scale"),
                "catalogue.content_changed": _("Content of the catalogue changed"),
            }
        )
