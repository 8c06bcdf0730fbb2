from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "questionnaires"

    def ready(self):
        from competencies.versions import part_of_version
        from questionnaires.loading import STARTER, load_starter
        from questionnaires.services import copy_version

        part_of_version(STARTER, load_starter, copy_version)
