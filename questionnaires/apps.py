from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "questionnaires"

    def ready(self):
        from competencies.versions import Part, part_of_version
        from questionnaires.loading import STARTER, load_starter
        from questionnaires.services import ask_again, copy_version

        part_of_version(Part(STARTER, load_starter, copy_version, ask_again))
