from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self):
        from goals import mails

        self.registered = mails  # importing it registers the mails
