from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self):
        from feedback import mails, people_changes

        self.registered = (mails, people_changes)  # importing them registers mails and what depends on a person
