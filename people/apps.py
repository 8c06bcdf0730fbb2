from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from people import mails, receivers

        self.registered = mails, receivers  # importing them registers what they hold
