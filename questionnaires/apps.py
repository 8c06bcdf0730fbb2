from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuestionnairesConfig(AppConfig):
    name = "questionnaires"

    def ready(self):
        from competencies.versions import Part, part_of_version
        from foundation.audit.wording import register_actions
        from questionnaires.changes import entries_of_version
        from questionnaires.findings import findings
        from questionnaires.loading import STARTER, add_pack, load_starter
        from questionnaires.services import ask_again, copy_version
        from questionnaires.version_file import from_file, to_file

        part_of_version(
            Part(
                folder=STARTER,
                load=load_starter,
                copy=copy_version,
                bring_back=ask_again,
                findings=findings,
                entries=entries_of_version,
                to_file=to_file,
                from_file=from_file,
                add_pack=add_pack,
            )
        )
        register_actions(
            {
                "catalogue.questionnaire_written": _("Questionnaire saved"),
                "catalogue.questionnaire_brought_back": _("Questionnaire brought back"),
                "catalogue.questionnaires_reordered": _("Questionnaires reordered"),
                "catalogue.section_written": _("Section of a questionnaire saved"),
                "catalogue.section_retired": _("Section of a questionnaire retired"),
                "catalogue.question_written": _("Question saved"),
                "catalogue.question_retired": _("Question retired"),
                "catalogue.template_written": _("Review template saved"),
                "catalogue.template_brought_back": _("Review template brought back"),
                "catalogue.stage_written": _("Stage of a review template saved"),
            }
        )
