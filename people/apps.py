from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from people import leaving, mails, receivers

        # Importing them registers what they hold: mails, receivers, and what depends on a person.
        self.registered = leaving, mails, receivers
