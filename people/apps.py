from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self):
        from activity.wording import register_object
        from people import leaving, mails, receivers

        register_object("people.user", "%s", "name")

        self.registered = (leaving, mails, receivers)  # importing them registers what they hold
