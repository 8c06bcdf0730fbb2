from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from people import leaving, mails

        self.registered = (leaving, mails)  # importing them registers what depends on a person, and the mails
