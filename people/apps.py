from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from people import mails

        self.registered = mails  # importing it registers the mail
