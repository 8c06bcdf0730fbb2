from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from people import leaving, mails, receivers

        self.registered = (leaving, mails, receivers)  # importing them registers what they hold
